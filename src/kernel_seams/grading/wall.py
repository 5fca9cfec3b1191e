"""The checker's side of the wall: it asks the student's process, and gets plain data or a stand-in."""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kernel_seams.grading.frames import Channel, Gone, Late, Malformed
from kernel_seams.grading.raised import exception
from kernel_seams.grading.standin import Ended, Likeness, LiveObject, StandIn, TimedOut, number_of, stand_in
from kernel_seams.grading.values import CONTENT, NotPlain, decode, encode

__all__ = ["GRACE", "Control", "Wall"]

GRACE = 3  # seconds that an interrupted cell has to end in


class Control:
    """Asks the warden."""

    def __init__(self, control: Channel) -> None:
        self._control = control
        self._news: list[int] = []  # what is ready if anything was written; none: nobody knows without asking

    def warden(self, wish: str, **about: Any) -> Mapping[str, Any]:
        """What the warden answers to `wish`."""
        self._control.send({"do": wish, **about})
        answer: Mapping[str, Any] = self._control.receive(60)
        return answer

    def written(self) -> str:
        """What the student's processes have written to their own streams since the last time."""
        if self._news and not select.select(self._news, [], [], 0)[0]:
            return ""  # nearly always, and the warden need not be woken up to say so
        return str(self.warden("output").get("text", ""))

    def _spawn(self, **about: Any) -> int:
        """The channel to a new process of the student's."""
        self._control.send({"do": "spawn", **about})
        _, (channel, *news) = self._control.receive_with(60, 3)
        for descriptor in self._news:
            os.close(descriptor)
        self._news = news
        return channel


class Wall(Control):
    """Asks one student's process."""

    def __init__(self, control: Channel, cell_seconds: float, language: str = "python") -> None:
        super().__init__(control)
        self._channel: Channel | None = None
        self._cell_seconds = cell_seconds
        self._language = language
        self._deadline = 0.0
        self._number = 0
        self.met_live_object = False
        self.mute = False  # answer everything with None: a test that passes then is no test
        self.before_asking: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start a new process for the student's code; one that is there is ended."""
        self.close()
        self._channel = Channel(socket.socket(fileno=self._spawn(language=self._language)))

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

    def request(self, **what: Any) -> dict[str, Any]:
        """The answer to one request. `Ended`, or `TimedOut` after which the process may still be there."""
        if self._channel is None:
            raise Ended
        self._number += 1
        try:
            # Half a request is in the way of every other one: who does not read is not waited for.
            self._channel.send({**what, "n": self._number}, seconds=max(GRACE, self._deadline - time.monotonic()))
            answer = self._answer(self._deadline)
        except (Gone, Malformed):
            self.close()
            raise Ended from None
        except Late:
            self._kill()
            raise TimedOut from None
        if answer is None:
            self._interrupt()
            raise TimedOut
        return answer

    def _interrupt(self) -> None:
        """Have a request that is late given up; if it is not, or ends the process, there is none any more."""
        self.warden("interrupt")
        try:
            if self._answer(time.monotonic() + GRACE) is None:
                self._kill()
        except (Gone, Malformed):
            self._kill()

    def _kill(self) -> None:
        self.warden("kill")
        self.close()

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
            if time.monotonic() > deadline:  # however much there is of what was not asked for
                return None
        raise Gone("closed")

    def look(self, names: Iterable[str]) -> dict[str, Any]:
        """The values or stand-ins of those of `names` that the student has."""
        asked = sorted(names)
        found = self.request(do="look", names=asked).get("found")
        if not isinstance(found, dict):
            raise Ended
        # Of those that were asked for: a name of the student's own making is no name, it may be a command.
        return {name: self.received(found[name]) for name in asked if name in found}

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
            raised = exception(answer["raised"])
            if kind != "next" and isinstance(raised, StopIteration | StopAsyncIteration | GeneratorExit):
                # It would end a test that goes through its questions, and be no failure: as in PEP 479.
                raise RuntimeError(f"{type(raised).__name__} was raised: {raised}")
            raise raised
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
            return decode(sent, self._made)
        except (NotPlain, RecursionError, AttributeError, TypeError):
            raise Ended from None  # what answers is not ours any more

    def _made(self, described: dict[str, Any]) -> Any:
        """What becomes of an object of the other side."""
        content = decode(described.get("content"), self._made)
        if content is not None and type(content) not in CONTENT:
            raise NotPlain("a content that is no plain data")
        return stand_in(self, described, content)

    def live(self, what: str) -> LiveObject:
        """Note that a test asks for more than plain data can tell, and what to raise."""
        self.met_live_object = True
        return LiveObject(f"a test asks {what}")

    def _refer(self, value: Any) -> dict[str, Any]:
        if isinstance(value, StandIn | Likeness):
            return {"$": "object", "id": number_of(value)}
        self.met_live_object = True
        raise NotPlain(f"an object of type {type(value).__name__}")
