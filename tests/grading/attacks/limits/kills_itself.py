# /// case
# tries = "The process kills itself while it is asked."
# state = ["crash", "memory"]
# why = "From outside it looks as if the machine had no memory left."
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% mean
import os
import signal


def mean(numbers):
    os.kill(os.getpid(), signal.SIGKILL)
