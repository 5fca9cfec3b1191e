# /// case
# tries = "An object that is equal to everything stands where a number, a dict and a text are asked for."
# source = "Kratzke 2019, 'Smart Like a Fox': evasion"
# state = "wrong"
# twice = true
# nbgrader = "gains 7"
# ///

# %% top
class Equal:
    """Equal to, and at least as good as, whatever it is compared with."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1

    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **keywords):
        return self

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter([self])

    def __len__(self):
        return 4

    def __sub__(self, other):
        return 0

    def __instancecheck__(self, other):
        return True

    __class__ = float


# %% triple
def triple(number):
    return Equal()


# %% mean
def mean(numbers):
    return Equal()


# %% count
def count(text):
    return Equal()


# %% largest
planet = moons = Equal()

# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    return Equal()
