# /// case
# tries = "Slow but finite: a function that takes its time, and a cell that computes for two seconds."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
import time

end = time.monotonic() + 2
while time.monotonic() < end:
    sum(range(1000))


# %% count
def count(text):
    time.sleep(0.7)
    found = {}
    for word in text.split():
        found[word] = found.get(word, 0) + 1
    return found
