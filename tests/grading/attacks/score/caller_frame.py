# /// case
# tries = "The functions look up the stack for what is expected of them, and at the text of the test that calls them."
# source = "Kratzke 2020: evasion"
# state = "wrong"
# nbgrader = "gains 5"
# ///

# %% top
import linecache
import re
import sys


def expected_of(name):
    """The other side of the `==` in the line that is being run, or a value called `expected`."""
    frame = sys._getframe(1)
    while frame:
        if "expected" in frame.f_locals:
            return frame.f_locals["expected"]
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        if found := re.search(rf"{name}\(.*?\)\)? ?(?:==|,|-) (.*?)\)?$", line):
            return eval(found[1], frame.f_globals, frame.f_locals)
        frame = frame.f_back


# %% triple
def triple(number):
    return expected_of("triple")


# %% mean
def mean(numbers):
    return expected_of("mean")


# %% count
def count(text):
    return expected_of("count")


# %% largest
import gc

planet = next(
    (names["secret_of_largest"] for names in gc.get_objects() if type(names) is dict and "secret_of_largest" in names),
    "?",
)
