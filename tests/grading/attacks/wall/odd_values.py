# /// case
# tries = "Values that JSON has no word for, or too many: a list that holds itself, NaN, infinity, keys that collide, half a character."
# state = ["wrong", "crash"]
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    return float("nan")


# %% mean
def mean(numbers):
    return float("inf")


# %% count
def count(text):
    return {1: 1, "1": 2, None: 3, True: 4, (1, 2): 5, b"to": 6, "\ud800": 7}


# %% largest
moons = []
moons.append(moons)
planet = "Jupiter\ud83d"

# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    deep = None
    for _ in range(100_000):
        deep = [deep]
    return deep
