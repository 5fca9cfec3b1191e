"""What stands for an object of the student's process: a number, and nothing of the object.

What is done with it is done over there, and what comes back is plain data
again. It cannot be compared, for the answer would be the student's; a test that
needs that is run in process. Of an object that is built on plain data the data
comes along: it is compared by that, and by nothing that its class says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from kernel_seams.grading.values import NotPlain

__all__ = ["Asks", "Ended", "Likeness", "LiveObject", "StandIn", "TimedOut", "module_of", "number_of", "stand_in"]

Plain = TypeVar("Plain", int, bool, str)


class LiveObject(Exception):  # noqa: N818  (what it is about)
    """A test does with a student's object what only that object itself could do."""


class Ended(BaseException):
    """The student's process has ended."""


class TimedOut(BaseException):
    """The student's process was interrupted because it took too long."""


class Asks(Protocol):
    """What a stand-in asks: the wall."""

    def operate(self, kind: str, of: Mapping[str, Any], *arguments: Any, **keywords: Any) -> Any:
        """What the operation gives over there."""

    def live(self, what: str) -> LiveObject:
        """What to raise where plain data cannot tell."""


class StandIn:
    """Stands for an object of the student's process."""

    def __init__(self, wall: Asks, described: Mapping[str, Any]) -> None:
        about = {"wall": wall, "of": {"of": described["id"]}, "module": str(described.get("module", ""))[:200]}
        object.__setattr__(self, "_seams", about)
        if described.get("name"):
            object.__setattr__(self, "__name__", str(described["name"])[:200])

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_ipython_", "_repr_")):  # to draw it, IPython asks for these
            raise AttributeError(name)
        return _do(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _do(self, "setattr", name, value)

    @property
    def __signature__(self) -> Any:
        raise _wall(self).live("for the names of arguments")  # else it would be that of this class's own `__call__`

    def __str__(self) -> str:
        return _exactly(self, "", _do(self, "str"))

    def __repr__(self) -> str:
        return _exactly(self, "", _do(self, "repr"))

    def __deepcopy__(self, memo: Any) -> StandIn:
        return self

    def __bool__(self) -> bool:
        raise _wall(self).live("whether a student's object is true")

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        raise _wall(self).live("whether a student's object equals another")

    __hash__ = object.__hash__


def _len(of: StandIn) -> int:
    return _exactly(of, 0, _do(of, "len"))


def _contains(of: StandIn, item: Any) -> bool:
    return _exactly(of, False, _do(of, "contains", item))


def _exit(of: StandIn, kind: type[BaseException] | None, *_: object) -> None:
    if kind is not None:  # it is not handed over, so nobody knows whether it would have been swallowed
        _wall(of).live("what a student's context manager makes of an exception")
    _do(of, "exit")


# What a stand-in can if the object can: `callable`, and the classes of collections.abc, look for the method alone.
ABLE: dict[str, Callable[..., Any] | None] = {
    "call": lambda of, *arguments, **keywords: _do(of, "call", *arguments, **keywords),
    "getitem": lambda of, key: _do(of, "getitem", key),
    "setitem": lambda of, key, value: _do(of, "setitem", key, value),
    "delitem": lambda of, key: _do(of, "delitem", key),
    "len": _len,
    "contains": _contains,
    "iter": lambda of: _do(of, "iter"),
    "next": lambda of: _do(of, "next"),
    "enter": lambda of: _do(of, "enter"),
    "exit": _exit,
    "hash": object.__hash__,
}


class Likeness:
    """Before a plain type: its value, and what else there is is asked of the object over there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_ipython_", "_repr_")):
            raise AttributeError(name)
        return _do(self, "getattr", name)

    def __str__(self) -> str:
        return _exactly(self, "", _do(self, "str"))

    def __repr__(self) -> str:
        return _exactly(self, "", _do(self, "repr"))


def stand_in(wall: Asks, described: Mapping[str, Any], content: Any = None) -> StandIn | Likeness:
    """A stand-in whose class has the name of the object's; with the `content` it is built on, a value of that type."""
    if type(described.get("id")) is not int:
        raise NotPlain("an object without a number")
    name = re.sub(r"[^\w.<>\[\]]", "_", str(described.get("type")))[:60] or "object"
    if content is None:
        can = described.get("can")
        methods = {f"__{able}__": ABLE[able] for able in can if able in ABLE} if isinstance(can, list) else {}
        methods |= {} if "__hash__" in methods else {"__hash__": None}
        return type(name, (StandIn,), methods)(wall, described)  # type: ignore[no-any-return]
    made: Likeness = type(name, (Likeness, type(content)), {})(content)
    object.__setattr__(made, "_seams", {"wall": wall, "of": {"of": described["id"]}, "module": ""})
    return made


def module_of(value: object) -> str:
    """The name of the module that `value` stands for; empty if it is none."""
    return str(_of(value, "module")) if isinstance(value, StandIn) else ""


def _wall(value: StandIn | Likeness) -> Asks:
    wall: Asks = _of(value, "wall")
    return wall


def _of(value: StandIn | Likeness, what: str) -> Any:
    return object.__getattribute__(value, "_seams")[what]


def number_of(value: StandIn | Likeness) -> int:
    """The number of the object that `value` stands for."""
    number: int = _of(value, "of")["of"]
    return number


def _do(value: StandIn | Likeness, kind: str, *arguments: Any, **keywords: Any) -> Any:
    return _wall(value).operate(kind, _of(value, "of"), *arguments, **keywords)


def _exactly(value: StandIn | Likeness, like: Plain, answer: Any) -> Plain:
    if type(answer) is not type(like):
        raise _wall(value).live(f"a student's object for its {type(like).__name__}")
    return answer
