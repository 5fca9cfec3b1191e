# /// case
# tries = "Exceptions of the grader's own classes, of those that end a shell, and of a class whose name is another's."
# state = "wrong"
# nbgrader = "gains 3"
# ///

# %% top
import bdb

from IPython.core.error import UsageError
from kernel_seams.grading.standin import Ended, LiveObject, TimedOut


# %% triple
def triple(number):
    raise Ended


# %% mean
def mean(numbers):
    if numbers == [1, 2, 3, 4]:
        return 2.5
    raise type("StopIteration", (bdb.BdbQuit, StopIteration), {"__module__": "builtins"})


# %% count
def count(text):
    raise type("TimedOut", (TimedOut, LiveObject), {})("passed")


# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    raise KeyboardInterrupt(UsageError(line.upper()))
