# /// case
# tries = "Classes of one's own everywhere: data classes, protocols, generics, descriptors, a function that dispatches by type."
# state = "ok"
# solves = ["largest"]
# points = {triple = 2, mean = 3, count = 3, shout = 2}
# nbgrader = "as it should be"
# ///

# %% top
from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Factor:
    by: int

    def __mul__(self, other: int) -> int:
        return self.by * other


class Averages(Protocol):
    def __call__(self, numbers: list[float]) -> float: ...


@dataclass
class Words:
    text: str
    seen: dict[str, int] = field(default_factory=dict)

    @functools.cached_property
    def counted(self) -> dict[str, int]:
        for word in self.text.split():
            self.seen[word] = self.seen.get(word, 0) + 1
        return self.seen


# %% triple
@functools.singledispatch
def triple(number):
    raise TypeError(number)


@triple.register
def _(number: int) -> int:
    return Factor(3) * number


# %% mean
def averaged(function: Averages) -> Averages:
    @functools.wraps(function)
    def inner(numbers, /, *, digits=None):
        return function([float(n) for n in numbers])

    return inner


@averaged
def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


# %% count
def count(text: str) -> dict[str, int]:
    return Words(text).counted


# %% shout
from IPython.core.magic import Magics, line_magic, magics_class


@magics_class
class Loud(Magics):
    @line_magic
    def shout(self, line):
        return line.upper()


get_ipython().register_magics(Loud)
