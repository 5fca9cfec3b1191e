# /// case
# tries = "A null pointer is read: the process is gone in the middle of a call."
# state = "crash"
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% mean
import ctypes


def mean(numbers):
    return ctypes.string_at(0)
