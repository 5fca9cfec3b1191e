# /// case
# tries = "Things that are no values at all: a generator that never ends, a coroutine, a class, this process's own shell, a pickle."
# state = ["wrong", "timeout", "crash"]
# nbgrader = "as it should be"
# ///

# %% top
import itertools
import os


class Pickled:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned-pickle",)

    def __repr__(self):
        return "__import__('os').system('touch /tmp/pwned-repr')"


# %% triple
def triple(number):
    return Pickled()


# %% mean
def mean(numbers):
    return itertools.count()


# %% count
async def count(text):
    return {}


# %% largest
planet = get_ipython()
moons = Pickled

# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    return os.environ
