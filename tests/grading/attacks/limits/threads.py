# /// case
# tries = "Four thousand threads, each of which keeps the processor busy."
# state = ["wrong", "crash", "timeout", "memory"]
# solves = ["triple"]
# waits = true
# nbgrader = "has no score"
# ///

# %% mean
import threading


def busy():
    while True:
        pass


def mean(numbers):
    for _ in range(4000):
        threading.Thread(target=busy, daemon=True).start()
    return 0.0
