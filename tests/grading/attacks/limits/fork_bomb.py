# /// case
# tries = "A process that makes two of itself, and so on, of 3000 at most so that a machine survives it."
# state = ["wrong", "crash", "timeout", "memory"]
# solves = ["triple"]
# waits = true
# nbgrader = "has no score"
# ///

# %% mean
import os
import time


def mean(numbers):
    for _ in range(11):
        try:
            os.fork()
        except OSError:
            pass
    time.sleep(600)
