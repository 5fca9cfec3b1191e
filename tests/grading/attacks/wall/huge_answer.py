# /// case
# tries = "The answer is a text of two gigabytes, or a list of a hundred million numbers."
# state = ["memory", "output limit", "wrong", "timeout"]
# solves = ["triple"]
# waits = true
# nbgrader = "as it should be"
# ///

# %% mean
def mean(numbers):
    return [0.5] * 100_000_000


# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    return "A" * 2_000_000_000
