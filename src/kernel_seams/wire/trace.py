"""A trace: what crossed the sockets of one kernel session, one JSON object a line. Version 1.

    {"kind": "session", "t": 1760000000000000000, "n": 0, "trace": 1, "kernel": "python3", ...}
    {"kind": "frames", "t": ..., "n": 1, "channel": "shell", "direction": "to_kernel", "frames": ["...", ...], ...}

`t` is in nanoseconds since the epoch, `n` counts records without holes, also over the parts of a trace that was
rotated (`name.jsonl`, then `name.1.jsonl`, `name.2.jsonl` ...; each part begins with a `session` record).
The key, Curve secrets and the reply to a password prompt are never in a trace: such a frame is null.

This module is the typed form of a line and back, and the reader. `kernel_seams.wire.recording` writes.
Whatever stands in a trace is untrusted: it came from a kernel, or from whoever sent you the file.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

from kernel_seams.wire.message import FrameError, Message, parse

VERSION = 1
TO_KERNEL: Literal["to_kernel"] = "to_kernel"
TO_CLIENT: Literal["to_client"] = "to_client"
DIRECTIONS = (TO_KERNEL, TO_CLIENT)
VERDICTS = ("good", "bad", "unsigned", "duplicate", "unchecked")


class TraceError(ValueError):
    """A file is no trace, or none that this version reads: which line, and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every line has: when (`t`, ns since the epoch), and which (`n`, from 0, without holes)."""

    kind: ClassVar[str] = ""
    t: int = 0
    n: int = 0


@dataclass(frozen=True, kw_only=True)
class Session(Record):
    """The first line of each part: which kernel this is, and how the trace is bounded (`budget`, in bytes)."""

    kind = "session"
    trace: int = VERSION
    kernel: str = ""
    display_name: str = ""
    language: str = ""
    argv: Sequence[str] = ()
    pid: int | None = None
    transport: str = "tcp"
    encrypted: bool = False
    signature_scheme: str = "hmac-sha256"
    signs: bool = True
    kernel_id: str = ""
    part: int = 0
    budget: int = 0


@dataclass(frozen=True, kw_only=True)
class Frames(Record):
    """One multipart message. A frame is None where it is `withheld`, which says why, by index.

    `verdict` is one of VERDICTS, or None where there is no message to judge: heartbeats and subscriptions.
    `fault` is the name of the fault that changed these frames; `dropped` says that they went no further.
    """

    kind = "frames"
    channel: str = "shell"
    direction: str = TO_KERNEL
    frames: Sequence[bytes | None] = ()
    sizes: Sequence[int] = ()
    verdict: str | None = None
    fault: str | None = None
    dropped: bool = False
    withheld: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.sizes and self.frames:
            object.__setattr__(self, "sizes", tuple(len(frame or b"") for frame in self.frames))

    def message(self) -> Message | None:
        """The message that these frames are, or None; a withheld frame reads as `{}`, as nothing is known of it."""
        try:
            return parse([b"{}" if frame is None else frame for frame in self.frames])
        except FrameError:
            return None


@dataclass(frozen=True, kw_only=True)
class Socket(Record):
    """What ZeroMQ's socket monitor said. `side` is `front` towards the front-ends, `back` towards the kernel."""

    kind = "socket"
    channel: str = "shell"
    side: str = "front"
    event: str = ""
    value: int = 0


@dataclass(frozen=True, kw_only=True)
class Stderr(Record):
    """One line of the kernel's stderr, without its end."""

    kind = "stderr"
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Stdout(Record):
    """One line of what the kernel's process wrote to its own stdout, past the protocol."""

    kind = "stdout"
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Kernel(Record):
    """The kernel's process: `state` is started, interrupted or exited, then with its exit `code` (negative: signal)."""

    kind = "kernel"
    state: str = "started"
    code: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fault(Record):
    """A fault was `armed`, has struck (`done`) or was taken back (`off`); `expected` says what should happen."""

    kind = "fault"
    fault: str = ""
    state: str = "armed"
    expected: str = ""


@dataclass(frozen=True, kw_only=True)
class Gap(Record):
    """Here `count` records, `bytes` bytes, were left out; `why` is budget, disk, repeated, rotated or unreadable."""

    kind = "gap"
    count: int = 0
    bytes: int = 0
    why: str = "budget"


@dataclass(frozen=True, kw_only=True)
class Other(Record):
    """A record of a kind that a later version may know; `content` is all of it."""

    kind = "other"
    content: Mapping[str, Any] = field(default_factory=dict)


KINDS: Mapping[str, type[Record]] = {
    kind.kind: kind for kind in (Session, Frames, Socket, Stderr, Stdout, Kernel, Fault, Gap)
}
# What a value of each annotation must be, so that a stranger's trace cannot put a list where a name is expected.
_TYPES: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "int | None": (int, type(None)),
    "str": (str,),
    "str | None": (str, type(None)),
    "bool": (bool,),
}


def encode(record: Record) -> bytes:
    """The line of `record`, with its newline. What is empty and need not be there is left out."""
    return b"".join(pieces(record))


def pieces(record: Record) -> Iterator[bytes]:
    """The line of `record` in pieces, so that a large frame is never there more often than it must be."""
    if isinstance(record, Other):
        yield _json(record.content) + b"\n"
        return
    content: dict[str, Any] = {"kind": record.kind, "t": record.t, "n": record.n}
    for each in fields(record):
        content.setdefault(each.name, getattr(record, each.name))
    if isinstance(record, Frames):
        yield from _frames_pieces(record, content)
        return
    if isinstance(record, Kernel) and record.code is None:
        del content["code"]
    yield _json(content) + b"\n"


def _frames_pieces(record: Frames, content: dict[str, Any]) -> Iterator[bytes]:
    """Frames are most of a trace: base64 needs no escapes, so they are put between what JSON makes of the rest."""
    head = {name: content.pop(name) for name in ("kind", "t", "n", "channel", "direction")}
    del content["frames"]
    for name in ("fault", "dropped", "withheld"):
        if not content[name]:
            del content[name]
    yield _json(head)[:-1] + b',"frames":['
    for at, frame in enumerate(record.frames):
        yield b"," if at else b""
        yield from (b"null",) if frame is None else (b'"', base64.b64encode(frame), b'"')
    yield b"]," + _json(content)[1:] + b"\n"


def _json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def decode(line: bytes | str) -> Record:
    """The record that a line is; `TraceError` says what is wrong with it. An unknown kind is an `Other`."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TraceError(f"it is not JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("kind"), str):
        raise TraceError("it is JSON, but not an object with a kind")
    made = KINDS.get(content["kind"])
    t, n = (content.get(name) if type(content.get(name)) is int else 0 for name in ("t", "n"))
    if made is None:
        return Other(t=t or 0, n=n or 0, content=content)
    if made is Frames:
        content = {**content, **_frames(content)}
    elif made is Session:
        content = {**content, "argv": _texts(content.get("argv", []))}
    known = {each.name: str(each.type) for each in fields(made)}
    for name, value in content.items():
        if name in known and known[name] in _TYPES and type(value) not in _TYPES[known[name]]:
            raise TraceError(f"{name} of a {made.kind} record is {type(value).__name__}")
    record = made(**{name: value for name, value in content.items() if name in known})
    if isinstance(record, Session) and record.trace > VERSION:
        raise TraceError(f"it is version {record.trace} of the format, and this reads up to {VERSION}")
    return record


def _frames(content: Mapping[str, Any]) -> dict[str, Any]:
    """The frames as bytes, and what is withheld by index."""
    frames, sizes, withheld = (content.get(name) for name in ("frames", "sizes", "withheld"))
    if not isinstance(frames, list):
        raise TraceError("frames is no list")
    try:
        data = tuple(None if frame is None else base64.b64decode(frame, validate=True) for frame in frames)
    except (TypeError, ValueError, binascii.Error):
        raise TraceError("a frame is not base64") from None
    if not isinstance(sizes, list) or len(sizes) != len(data) or any(type(size) is not int for size in sizes):
        sizes = [len(frame or b"") for frame in data]
    reasons = withheld if isinstance(withheld, dict) else {}
    return {
        "frames": data,
        "sizes": tuple(sizes),
        "withheld": {int(at): str(why) for at, why in reasons.items() if str(at).isdecimal()},
    }


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TraceError("argv is no list of strings")
    return tuple(value)
