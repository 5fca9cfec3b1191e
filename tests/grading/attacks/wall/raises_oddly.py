# /// case
# tries = "Exceptions of the student's own: one cannot be shown, one takes a day to be shown, one is a megabyte, one pretends."
# state = ["wrong", "timeout", "crash"]
# waits = true
# nbgrader = "has no score"
# ///

# %% top
import time


class Mute(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__


class Slow(BaseException):
    def __str__(self):
        time.sleep(86400)


class Pretends(BaseException):
    __class__ = SystemExit
    code = 0
    passed = ok = True


Pretends.__name__ = Pretends.__qualname__ = "Passed\x1b[2J\x1b]0;pwned-title\x07\n\n<script>alert(1)</script>"


# %% triple
def triple(number):
    raise Mute


# %% mean
def mean(numbers):
    raise Pretends("x" * 1_000_000)


# %% count
def count(text):
    raise GeneratorExit


# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    raise Slow
