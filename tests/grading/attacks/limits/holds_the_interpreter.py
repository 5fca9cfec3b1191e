# /// case
# tries = "A regular expression that takes longer than the world lasts: no Python code runs meanwhile, no handler of a signal."
# state = "timeout"
# solves = ["triple"]
# waits = true
# nbgrader = "as it should be"
# ///

# %% count
import re


def count(text):
    return re.match(r"(a|aa)+$", "a" * 100 + "b")
