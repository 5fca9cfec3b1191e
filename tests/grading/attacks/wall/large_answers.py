# /// case
# tries = "Each answer is just large: thirty megabytes, a million keys, a number of a million digits; and all of them are kept."
# state = ["output limit", "wrong", "timeout", "memory", "crash"]
# solves = ["mean"]
# waits = true
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    return 1 << 4_000_000


# %% count
def count(text):
    return {str(number): number for number in range(1_000_000)}


# %% largest
planet = "Jupiter" * 4_000_000
moons = [["Io"] * 1000] * 1000

# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    return "\ud800" * 10_000_000
