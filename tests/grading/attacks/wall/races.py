# /// case
# tries = "The answer is changed by a thread while it is being written down: one value is compared, another one is kept."
# state = ["wrong", "crash"]
# nbgrader = "as it should be"
# ///

# %% top
import sys
import threading

sys.setswitchinterval(1e-6)
answer = {"to": 2, "be": 2, "or": 1, "not": 1}
numbers_seen = []


def flicker():
    while True:
        answer.clear()
        answer.update({"to": 2, "be": 2, "or": 1, "not": 1})
        answer.update({str(len(numbers_seen)): 1})


threading.Thread(target=flicker, daemon=True).start()


# %% count
def count(text):
    return answer
