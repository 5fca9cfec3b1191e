# /// case
# tries = "Values that are more than what was asked for: a float with a unit, a number with a name, a named tuple, an enumeration."
# state = "ok"
# solves = ["count"]
# points = {triple = 2, mean = 3, largest = 2, shout = 2}
# nbgrader = "as it should be"
# ///

# %% top
import collections
import enum


class Metres(float):
    unit = "m"

    def __repr__(self):
        return f"{float(self)} m"


class Planet(enum.StrEnum):
    JUPITER = "Jupiter"


class Text(str):
    pass


Moons = collections.namedtuple("Moons", "first second third fourth")


# %% triple
class Count(int):
    pass


def triple(number):
    return Count(3 * number)


# %% mean
def mean(numbers):
    return Metres(sum(numbers) / len(numbers))


# %% largest
planet = Planet.JUPITER
moons = Moons("Io", "Europa", "Ganymede", "Callisto")

# %% shout
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    return Text(line.upper())
