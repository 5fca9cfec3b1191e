# /// case
# tries = "A function sleeps for a day, and catches whatever interrupts it."
# state = "timeout"
# solves = ["triple"]
# waits = true
# nbgrader = "has no score"
# ///

# %% mean
import time


def mean(numbers):
    while True:
        try:
            time.sleep(86400)
        except BaseException:
            pass
