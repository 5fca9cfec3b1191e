# /// case
# tries = "The limit of recursion is lifted, and a function calls itself until the stack is full."
# state = ["crash", "wrong", "memory", "timeout"]
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% mean
import sys

sys.setrecursionlimit(10**9)


def mean(numbers):
    return mean([*numbers, 1])
