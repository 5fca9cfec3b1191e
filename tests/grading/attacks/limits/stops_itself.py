# /// case
# tries = "The process stops itself, as Ctrl-Z does: it is there, takes no time, and never answers."
# state = ["timeout", "crash"]
# solves = ["triple"]
# waits = true
# nbgrader = "has no score"
# ///

# %% mean
import os
import signal


def mean(numbers):
    os.kill(os.getpid(), signal.SIGSTOP)
    return sum(numbers) / len(numbers)
