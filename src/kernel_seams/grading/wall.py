"""The checker's side of the wall: it asks the student's process, and gets plain data or a stand-in.

A stand-in has a number and nothing of the object: what is done with it is done
over there, and what comes back is plain data again. It cannot be compared, for
the answer would be the student's; a test that needs that is run in process.
"""

from __future__ import annotations

import builtins
import re
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from kernel_seams.grading.frames import Channel, Gone, Late, Malformed
from kernel_seams.grading.values import NotPlain, decode, encode

__all__ = ["Ended", "LiveObject", "StandIn", "TimedOut", "Wall"]

GRACE = 3  # seconds that an interrupted cell has to end in
LONGEST_TEXT = 10_000
Plain = TypeVar("Plain", int, bool, str)


class LiveObject(Exception):  # noqa: N818  (what it is about)
    """A test does with a student's object what only that object itself could do."""


class Ended(BaseException):
    """The student's process has ended."""


class TimedOut(BaseException):
    """The student's process was interrupted because it took too long."""


class Wall:
    """Asks one student's process; `control` asks the warden."""

    def __init__(self, control: Channel, cell_seconds: float) -> None:
        self._control = control
        self._channel: Channel | None = None
        self._cell_seconds = cell_seconds
        self._deadline = 0.0
        self._number = 0
        self.met_live_object = False
        self.mute = False  # answer everything with None: a test that passes then is no test
        self.before_asking: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start a new process for the student's code; one that is there is ended."""
        self.close()
        self._control.send({"do": "spawn"})
        _, (descriptor,) = self._control.receive_with(60, 1)
        self._channel = Channel(socket.socket(fileno=descriptor))

    def close(self) -> None:
        """Let go of the process."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def begin(self) -> None:
        """Give what follows the time of one cell, however many requests it is."""
        self._deadline = time.monotonic() + self._cell_seconds

    @property
    def is_up(self) -> bool:
        """Whether there is a process to ask."""
        return self._channel is not None

    def warden(self, wish: str, **about: Any) -> Mapping[str, Any]:
        """What the warden answers to `wish`."""
        self._control.send({"do": wish, **about})
        answer: Mapping[str, Any] = self._control.receive(60)
        return answer

    def request(self, **what: Any) -> dict[str, Any]:
        """The answer to one request. `Ended`, or `TimedOut` after which the process may still be there."""
        if self._channel is None:
            raise Ended
        self._number += 1
        try:
            self._channel.send({**what, "n": self._number})
            answer = self._answer(self._deadline)
            if answer is None:
                self.warden("interrupt")
                if self._answer(time.monotonic() + GRACE) is None:
                    self.warden("kill")
                    self.close()
                raise TimedOut
        except (Gone, Malformed):
            self.close()
            raise Ended from None
        return answer

    def _answer(self, deadline: float) -> dict[str, Any] | None:
        channel = self._channel
        while channel is not None:
            try:
                answer = channel.receive(max(0.0, deadline - time.monotonic()))
            except Late:
                return None
            if not isinstance(answer, dict):
                raise Malformed("no answer")
            if answer.get("n") == self._number:
                return answer
        raise Gone("closed")

    def look(self, names: Iterable[str]) -> dict[str, Any]:
        """The values or stand-ins of those of `names` that the student has."""
        found = self.request(do="look", names=sorted(names)).get("found")
        if not isinstance(found, dict):
            raise Ended
        return {name: self.received(sent) for name, sent in found.items()}

    def operate(self, kind: str, of: Mapping[str, Any], *arguments: Any, **keywords: Any) -> Any:
        """What the operation gives, or raises, over there; what it prints there is printed here."""
        if self.mute:
            return None
        self.before_asking()
        sent = [self.sent(each) for each in arguments]
        answer = self.request(
            do=kind, args=sent, keywords={name: self.sent(each) for name, each in keywords.items()}, **of
        )
        for stream, key in ((sys.stdout, "printed"), (sys.stderr, "warned")):
            if isinstance(answer.get(key), str):
                stream.write(answer[key])
        if "raised" in answer:
            raise _exception(answer["raised"])
        return self.received(answer.get("value"))

    def sent(self, value: Any) -> Any:
        """`value` for the other side. `LiveObject` if it is one of this side's."""
        try:
            return encode(value, self._refer)
        except NotPlain as error:
            raise LiveObject(f"a test hands over what is no plain data: {error}") from None

    def received(self, sent: Any) -> Any:
        """What has come from the other side, checked piece by piece."""
        try:
            return decode(sent, lambda described: stand_in(self, described))
        except (NotPlain, RecursionError, AttributeError):
            raise Ended from None  # what answers is not ours any more

    def live(self, what: str) -> LiveObject:
        """Note that a test asks for more than plain data can tell, and what to raise."""
        self.met_live_object = True
        return LiveObject(f"a test asks {what}")

    def _refer(self, value: Any) -> dict[str, Any]:
        if isinstance(value, StandIn):
            return {"$": "object", "id": _id(value)}
        self.met_live_object = True
        raise NotPlain(f"an object of type {type(value).__name__}")


class StandIn:
    """Stands for an object of the student's process."""

    def __init__(self, wall: Wall, described: Mapping[str, Any]) -> None:
        about = {"wall": wall, "of": {"of": described["id"]}, "module": str(described.get("module", ""))[:200]}
        object.__setattr__(self, "_seams", about)
        if described.get("name"):
            object.__setattr__(self, "__name__", str(described["name"])[:200])

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:  # noqa: D102  (what the student says it does)
        return _do(self, "call", *arguments, **keywords)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_ipython_", "_repr_")):  # to draw it, IPython asks for these
            raise AttributeError(name)
        return _do(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _do(self, "setattr", name, value)

    def __getitem__(self, key: Any) -> Any:
        return _do(self, "getitem", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _do(self, "setitem", key, value)

    def __delitem__(self, key: Any) -> None:
        _do(self, "delitem", key)

    def __len__(self) -> int:
        return _exactly(self, 0, _do(self, "len"))

    def __contains__(self, item: Any) -> bool:
        return _exactly(self, False, _do(self, "contains", item))

    def __iter__(self) -> Any:
        return _do(self, "iter")

    def __next__(self) -> Any:
        return _do(self, "next")

    def __enter__(self) -> Any:
        return _do(self, "enter")

    def __exit__(self, *about: object) -> None:
        _do(self, "exit")

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


def stand_in(wall: Wall, described: Mapping[str, Any]) -> StandIn:
    """A stand-in whose class has the name of the object's."""
    if type(described.get("id")) is not int:
        raise NotPlain("an object without a number")
    name = re.sub(r"[^\w.<>\[\]]", "_", str(described.get("type")))[:60] or "object"
    return type(name, (StandIn,), {})(wall, described)  # type: ignore[no-any-return]


def module_of(value: object) -> str:
    """The name of the module that `value` stands for; empty if it is none."""
    return str(_of(value, "module")) if isinstance(value, StandIn) else ""


def _wall(value: StandIn) -> Wall:
    wall: Wall = _of(value, "wall")
    return wall


def _of(value: StandIn, what: str) -> Any:
    return object.__getattribute__(value, "_seams")[what]


def _id(value: StandIn) -> int:
    number: int = _of(value, "of")["of"]
    return number


def _do(value: StandIn, kind: str, *arguments: Any, **keywords: Any) -> Any:
    return _wall(value).operate(kind, _of(value, "of"), *arguments, **keywords)


def _exactly(value: StandIn, like: Plain, answer: Any) -> Plain:
    if type(answer) is not type(like):
        raise _wall(value).live(f"a student's object for its {type(like).__name__}")
    return answer


def _exception(described: Any) -> BaseException:
    """An exception of the class of that name: the built-in one, or one made here, below the built-in ones it had."""
    try:
        kinds = [(str(name), str(module)) for name, module in described["kinds"]]
        text, place = str(described["text"])[:LONGEST_TEXT], str(described["place"])[:LONGEST_TEXT]
        arguments = decode(described.get("args"), _nothing)
    except (KeyError, TypeError, ValueError, NotPlain):
        raise Ended from None
    base = next((known for kind in kinds if (known := _built_in(*kind))), Exception)
    error: BaseException | None = None
    if kinds and _built_in(*kinds[0]) is base and isinstance(arguments, tuple):
        error = _made(base, arguments, text)
    if error is None:
        own = re.sub(r"\W", "_", kinds[0][0])[:60] if kinds else "Exception"
        error = type(own, (base,), {"__str__": lambda self: text, "__init__": lambda self: None})()  # noqa: ARG005
    setattr(error, "elsewhere", place)  # noqa: B010  (for `check.placed`)
    return error


def _made(kind: type[BaseException], arguments: tuple[Any, ...], text: str) -> BaseException | None:
    """A built-in exception with that text, or None if these arguments do not make it."""
    try:
        error = kind(*arguments)
        return error if str(error) == text else None
    except Exception:
        return None


def _built_in(name: str, module: str) -> type[BaseException] | None:
    known = getattr(builtins, name, None) if module == "builtins" else None
    if not isinstance(known, type) or not issubclass(known, BaseException) or issubclass(known, BaseExceptionGroup):
        return None
    return known


def _nothing(described: Any) -> NoReturn:
    raise NotPlain(str(described)[:100])
