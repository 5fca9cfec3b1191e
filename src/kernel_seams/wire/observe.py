"""What did happen: an exchange told in a line, and a fault beside what it was expected to do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.wire.exchange import Conversation, Exchange, Seen
from kernel_seams.wire.silence import Silence, explain, refused_copies
from kernel_seams.wire.trace import TO_KERNEL, Fault, Frames, Stderr
from kernel_seams.wire.tracefile import Follower

LOOK_SECONDS = 0.05
MILLISECOND = 1_000_000


@dataclass(frozen=True)
class Observed:
    """A fault, what was expected of it, and what happened; `struck` says whether it has met its message at all."""

    fault: str
    expected: str
    struck: bool
    happened: str
    silence: Silence | None = None

    def to_json(self) -> dict[str, Any]:
        """The observation as plain data."""
        silence = self.silence.to_json() if self.silence else None
        return {**self.__dict__, "silence": silence}


def told(exchange: Exchange) -> str:
    """What reached the client, in order, each with its time after the request: `busy +2 ms, stream +3 ms, ...`."""
    request = exchange.request
    arrived = [seen for seen in exchange.answers if exchange.arrived(seen)]
    if request is None or not arrived:
        return "nothing came"
    return ", ".join(f"{_name(seen)} {_after(request, seen)}" for seen in arrived)


def _name(seen: Seen) -> str:
    status = seen.content.get("status")
    if seen.msg_type.endswith("_reply") and isinstance(status, str):
        return f"{seen.msg_type} ({status})"
    return seen.state or seen.msg_type


def _after(request: Seen, seen: Seen) -> str:
    milliseconds = (seen.t - request.t) / MILLISECOND
    return f"+{milliseconds:.0f} ms" if milliseconds < 1000 else f"+{milliseconds / 1000:.1f} s"


class Watch:
    """Watches a trace for what becomes of a fault that is armed after this was made."""

    def __init__(self, trace: Path, fault: str) -> None:
        self._fault = fault
        self._follower = Follower(trace)
        self._conversation = Conversation()
        self._struck: list[Frames] = []
        self._expected = ""
        self._lines: list[Stderr] = []
        self._at = 0
        self._read()
        self._struck, self._lines = [], []
        self._at = self._conversation.now

    def wait(self, seconds: float, then: float) -> Observed:
        """Wait at most so many seconds for the fault to strike, `then` so many for what comes of it.

        What comes of it is waited for no longer than until its request is over, where it will be.
        """
        until = time.monotonic() + seconds
        while not self._struck and time.monotonic() < until:
            self._look()
        until = time.monotonic() + then
        while self._struck and time.monotonic() < until and not self._settled():
            self._look()
        return self._observed()

    def _look(self) -> None:
        if not self._read():
            time.sleep(LOOK_SECONDS)

    def _read(self) -> bool:
        records = self._follower.read()
        for record in records:
            self._conversation.add(record)
            if isinstance(record, Frames) and record.fault == self._fault:
                self._struck.append(record)
            elif isinstance(record, Fault) and record.fault == self._fault:
                self._expected = record.expected
            elif isinstance(record, Stderr) and self._struck:
                self._lines.append(record)
        return bool(records)

    def _exchange(self) -> Exchange | None:
        """The exchange that the fault struck."""
        struck = {record.n for record in self._struck}
        for exchange in reversed(self._conversation.exchanges.values()):
            if any(seen.n in struck for seen in (*exchange.requests, *exchange.answers)):
                return exchange
        return None

    def _settled(self) -> bool:
        """Whether nothing more is to be expected."""
        exchange = self._exchange()
        if exchange is None or self._fault == "hold-heartbeat":
            return False
        if self._fault in ("flip-byte", "wrong-key"):
            return bool(self._lines)
        if self._fault == "send-twice":
            ran = sum(seen.msg_type == "execute_input" for seen in exchange.answers)
            return exchange.over and (bool(self._lines) or ran > 1)
        if self._fault == "delay-reply":
            return exchange.over
        ended = any(seen.state == "idle" for seen in exchange.answers)
        return ended and any(exchange.is_reply(seen) for seen in exchange.answers)

    def _observed(self) -> Observed:
        if not self._struck:
            return Observed(self._fault, self._expected, False, "no message came that it is about")
        if self._fault == "hold-heartbeat":
            return Observed(self._fault, self._expected, True, self._heartbeat())
        exchange = self._exchange()
        if exchange is None:
            return Observed(self._fault, self._expected, True, "the message it struck belongs to no request")
        copies = (silence for each, silence in refused_copies(self._conversation) if each is exchange)
        silence = explain(self._conversation, exchange) or next(copies, None)
        return Observed(self._fault, self._expected, True, f"{told(exchange)}{_quoted(self._lines)}", silence)

    def _heartbeat(self) -> str:
        held = sum(record.direction == TO_KERNEL for record in self._struck)
        return f"{held} ping{'s' * (held != 1)} held, none answered"


def _quoted(lines: Sequence[Stderr]) -> str:
    said = [line.text for line in lines if line.text.strip()]
    return f"; the kernel's stderr: {said[-1]}" if said else "; nothing on the kernel's stderr"
