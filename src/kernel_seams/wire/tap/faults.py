"""Faults: break one thing on the wire, on purpose, and say beforehand what should happen.

`Faults` holds what is armed and changes messages on their way through the tap; it knows no socket and no clock.
Each fault strikes once and is done, but `hold-heartbeat`, which lasts until it is taken back. A message that a fault
changed is recorded with the fault's name; what arrived, where that is not what went on, is recorded as dropped.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kernel_seams.wire.message import FrameError, Key, Message, parse, split
from kernel_seams.wire.trace import TO_CLIENT, TO_KERNEL

DELAY_SECONDS = 3.0
LONGEST_SECONDS = 3600.0
SWAP_SECONDS = 2.0
OUTPUT = ("stream", "display_data", "execute_result", "error")

EXPECTED = {
    "flip-byte": "One bit of the next {request} changes on its way. Its signature no longer holds, so the kernel drops "
    "it: no busy, no output, no reply, and only the kernel's stderr says Invalid Signature. The cell keeps its [*].",
    "wrong-key": "The next {request} is signed with a key that is not the kernel's. The kernel drops it: no busy, no "
    "output, no reply, and only the kernel's stderr says Invalid Signature. The cell keeps its [*].",
    "send-twice": "The next {request} reaches the kernel two times, byte for byte. A kernel that remembers signatures "
    "answers once and says Duplicate Signature on stderr; one that does not (Deno) runs it twice.",
    "drop-idle": "The idle after the next {request} is lost. Output and reply arrive, but a request is over with its "
    "reply and its idle: whoever waits for both waits for ever, and the kernel seems busy until the next idle.",
    "delay-reply": "The reply to the next {request} comes {seconds:g} s late. Its output and its idle do not wait: "
    "iopub is another socket. The cell is not done until the reply is there.",
    "drop-reply": "The reply to the next {request} is lost. It runs, and its output and its idle arrive, but the cell "
    "keeps its [*], and a client that waits for the reply waits until its patience ends.",
    "hold-heartbeat": "Pings no longer reach the kernel. Code runs as before; a client that listens to the heartbeat "
    "(jupyter console, is_alive of jupyter_client) calls the kernel dead; JupyterLab's page has no heartbeat and sees "
    "nothing.",
    "swap-iopub": "The next output and the iopub message after it change places. Order within one socket is all the "
    "order there is: two outputs are shown the wrong way round, and one that comes after its idle may be missed.",
    "strip-identity": "The next {request} loses the frame that says who sent it. It runs, and iopub tells everybody, "
    "but the reply has no address and is thrown away in silence. The cell keeps its [*].",
}
NAMES = tuple(EXPECTED)
# Without a key nothing is signed, and what these two change nobody can notice.
UNSIGNED = {
    "flip-byte": "One bit of the next {request} changes on its way. This kernel has no key, so nothing is signed and "
    "nobody notices: it reads what arrives, which may no longer be JSON.",
    "wrong-key": "The next {request} gets a signature. This kernel has no key and looks at none: nothing changes.",
    "send-twice": "The next {request} reaches the kernel two times, byte for byte. This kernel has no key, so there is "
    "no signature to remember: it runs twice.",
}


@dataclass(frozen=True)
class Armed:
    """A fault that waits for its message: the `request` it is about, and for how long it delays."""

    name: str
    request: str = "execute_request"
    seconds: float = DELAY_SECONDS
    expected: str = ""

    @property
    def reply(self) -> str:
        """The msg_type of the reply to the request."""
        return self.request.removesuffix("_request") + "_reply"

    def to_json(self) -> dict[str, Any]:
        """The fault as plain data."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class Passage:
    """What becomes of a message: `frames` go on now, or `after` so many seconds, or (`dropped`) no further."""

    frames: Sequence[bytes]
    fault: str | None = None
    dropped: bool = False
    after: float = 0.0


class FaultError(ValueError):
    """There is no such fault, or it cannot be armed so: what, and what there is."""


class Faults:
    """The faults that are armed on one kernel's wire, by name; and the news of them, for the trace."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.armed: dict[str, Armed] = {}
        self.news: list[tuple[Armed, str]] = []
        self._swapped: Sequence[bytes] | None = None

    def arm(self, name: str, request: str = "execute_request", seconds: float = DELAY_SECONDS) -> Armed:
        """Arm the fault `name`; what should happen is in its `expected`."""
        if name not in EXPECTED:
            raise FaultError(f"there is no fault {name!r}; there are {', '.join(NAMES)}")
        if not request.isidentifier() or not request.endswith("_request"):
            raise FaultError(f"a fault strikes a request such as execute_request, and not {request!r}")
        if not 0 < seconds <= LONGEST_SECONDS:
            raise FaultError(f"a delay is more than 0 and at most {LONGEST_SECONDS:g} seconds, and not {seconds!r}")
        texts = EXPECTED if self._key.key else {**EXPECTED, **UNSIGNED}
        armed = Armed(name, request, seconds, texts[name].format(request=request, seconds=seconds))
        self.armed[name] = armed
        self.news.append((armed, "armed"))
        return armed

    def off(self, name: str | None = None) -> list[Armed]:
        """Take back the fault `name`, or all; those that were armed."""
        if name is not None and name not in EXPECTED:
            raise FaultError(f"there is no fault {name!r}; there are {', '.join(NAMES)}")
        gone = [self.armed.pop(each) for each in list(self.armed) if name in (None, each)]
        self.news += [(armed, "off") for armed in gone]
        return gone

    def through(self, channel: str, direction: str, frames: Sequence[bytes]) -> list[Passage]:
        """What becomes of this message, in order; `[Passage(frames)]` where no fault is about it."""
        if channel == "heartbeat":
            held = "hold-heartbeat" in self.armed and direction == TO_KERNEL
            return [Passage(frames, "hold-heartbeat" if held else None, dropped=held)]
        message = _message(frames)
        if message is None:
            return [Passage(frames)]
        if (channel, direction) == ("iopub", TO_CLIENT):
            return self._iopub(frames, message)
        if channel == "shell":
            return self._shell(direction, frames, message)
        return [Passage(frames)]

    def late(self) -> list[Passage]:
        """The message that waited for another one to change places with, which did not come in `SWAP_SECONDS`."""
        frames, self._swapped = self._swapped, None
        return [] if frames is None else [Passage(frames, "swap-iopub")]

    def _shell(self, direction: str, frames: Sequence[bytes], message: Message) -> list[Passage]:
        for name in ("flip-byte", "wrong-key", "send-twice", "strip-identity"):
            if direction == TO_KERNEL and name in self.armed and message.msg_type == self.armed[name].request:
                return self._request(self._done(name), frames)
        for name in ("drop-reply", "delay-reply"):
            if direction == TO_CLIENT and name in self.armed and message.msg_type == self.armed[name].reply:
                armed = self._done(name)
                if name == "drop-reply":
                    return [Passage(frames, name, dropped=True)]
                return [Passage(frames, name, dropped=True), Passage(frames, name, after=armed.seconds)]
        return [Passage(frames)]

    def _request(self, armed: Armed, frames: Sequence[bytes]) -> list[Passage]:
        if armed.name == "send-twice":
            return [Passage(frames), Passage(frames, armed.name)]
        envelope = split(frames)
        if armed.name == "flip-byte":
            changed = replace(envelope, parts=(*envelope.parts[:3], _flipped(envelope.parts[3])))
        elif armed.name == "wrong-key":
            other = Key(secrets.token_hex(16).encode(), self._key.scheme)
            changed = replace(envelope, signature=other.sign(envelope.parts))
        else:
            changed = replace(envelope, identities=())
        return [Passage(frames, armed.name, dropped=True), Passage(changed.frames(), armed.name)]

    def _iopub(self, frames: Sequence[bytes], message: Message) -> list[Passage]:
        if self._swapped is not None:
            first, self._swapped = self._swapped, None
            return [Passage(frames, "swap-iopub"), Passage(first, "swap-iopub")]
        of = message.parent_header.get("msg_type")
        idle = self.armed.get("drop-idle")
        if idle and of == idle.request and message.content.get("execution_state") == "idle":
            return [Passage(frames, self._done("drop-idle").name, dropped=True)]
        swap = self.armed.get("swap-iopub")
        if swap and of == swap.request and message.msg_type in OUTPUT:
            self._done("swap-iopub")
            self._swapped = frames
            return [Passage(frames, "swap-iopub", dropped=True)]
        return [Passage(frames)]

    @property
    def waits(self) -> bool:
        """Whether a message waits for another one to change places with."""
        return self._swapped is not None

    def _done(self, name: str) -> Armed:
        armed = self.armed.pop(name)
        self.news.append((armed, "done"))
        return armed


def _message(frames: Sequence[bytes]) -> Message | None:
    try:
        return parse(frames)
    except FrameError:
        return None


def _flipped(content: bytes) -> bytes:
    """`content` with the lowest bit of its middle byte changed."""
    changed = bytearray(content)
    if changed:
        changed[len(changed) // 2] ^= 1
    return bytes(changed)
