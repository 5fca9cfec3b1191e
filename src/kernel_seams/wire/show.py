"""A trace for reading: one line a message, under the request it belongs to, and raw frames drawn with their names.

Nothing here prints, and nothing is made safe to print: what stands in a line came from a kernel or from a stranger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from kernel_seams.wire.exchange import Conversation, Exchange, Seen, read
from kernel_seams.wire.message import name_frames
from kernel_seams.wire.silence import explain, failed_handshakes, refused_copies
from kernel_seams.wire.trace import Fault, Frames, Gap, Kernel, Record, Session, Socket, Stderr, Stdout

LONGEST = 100
ROW = 16


@dataclass(frozen=True)
class Filter:
    """What is shown: channels and msg_types (with `*`), one request by the beginning of its msg_id, socket events."""

    channels: Sequence[str] = ()
    types: Sequence[str] = ()
    parent: str = ""
    events: bool = False

    @property
    def narrows(self) -> bool:
        """Whether only messages are asked for."""
        return bool(self.channels or self.types or self.parent)

    def keeps(self, seen: Seen) -> bool:
        """Whether this message is shown. Heartbeats are where their channel is asked for."""
        channel = seen.record.channel
        if channel not in (self.channels or ("shell", "iopub", "stdin", "control")):
            return False
        if self.types and not any(fnmatchcase(seen.msg_type, pattern) for pattern in self.types):
            return False
        return not self.parent or any(each.startswith(self.parent) for each in (seen.msg_id, seen.parent_id) if each)


@dataclass(frozen=True)
class Line:
    """One line. `after` is its time in ns after the request it belongs to, None where it is one or belongs to none.

    `marks` say what is wrong or was done on purpose; `kind` is that of the record, or `silence`.
    """

    n: int
    t: int
    kind: str
    text: str
    after: int | None = None
    channel: str = ""
    direction: str = ""
    msg_type: str = ""
    msg_id: str = ""
    parent_id: str = ""
    marks: tuple[str, ...] = ()
    record: Frames | None = None

    def to_json(self) -> dict[str, Any]:
        """The line as plain data, without what is empty."""
        content = {**self.__dict__, "marks": list(self.marks), "record": None}
        if self.record is not None:
            content |= {"verdict": self.record.verdict, "sizes": list(self.record.sizes)}
        return {name: value for name, value in content.items() if value not in (None, "", [])}


def tree(records: Iterable[Record], only: Filter) -> Iterator[Line]:
    """The lines of a whole trace: each request where it was sent, and below it all that belongs to it."""
    conversation, kept = Conversation(), []
    for record in records:
        conversation.add(record)
        kept.append(record)
    roots: dict[int, list[Line]] = {}
    for exchange in conversation.exchanges.values():
        lines = list(_exchange(conversation, exchange, only))
        if lines:
            roots.setdefault(lines[0].n, []).extend(lines)
    belongs = {seen.n for each in conversation.exchanges.values() for seen in (*each.requests, *each.answers)}
    for record in kept:
        yield from roots.get(record.n, ())
        if not (isinstance(record, Frames) and record.n in belongs):
            yield from _alone(record, only)
    if not only.narrows:
        for event, text in failed_handshakes(conversation):
            yield Line(event.n, event.t, "silence", text)


class Flow:
    """The lines of a trace that grows, in the order in which its records come."""

    def __init__(self, only: Filter) -> None:
        self._only = only
        self._conversation = Conversation()

    def add(self, record: Record) -> Iterator[Line]:
        """The line of one more record, if it is shown."""
        exchange = self._conversation.add(record)
        if exchange is None or not isinstance(record, Frames):
            yield from _alone(record, self._only)
            return
        seen = next(each for each in (*exchange.requests, *exchange.answers) if each.n == record.n)
        if self._only.keeps(seen):
            yield _line(seen, exchange)


def _exchange(conversation: Conversation, exchange: Exchange, only: Filter) -> Iterator[Line]:
    """The lines of one exchange, in order, and why it is silent."""
    shown = sorted((*exchange.requests, *exchange.answers), key=lambda each: each.n)
    lines = [_line(seen, exchange) for seen in shown if only.keeps(seen)]
    yield from lines
    if not lines:
        return
    silences = [(silence, conversation.now) for silence in [explain(conversation, exchange)] if silence]
    silences += [(silence, conversation.now) for each, silence in refused_copies(conversation) if each is exchange]
    for silence, t in silences:
        yield Line(lines[-1].n, t, "silence", silence.text, after=t - shown[0].t, marks=(silence.reason,))


def _alone(record: Record, only: Filter) -> Iterator[Line]:
    """The line of a record that belongs to no request."""
    if isinstance(record, Frames):
        seen = read(record)
        if only.keeps(seen):
            yield _line(seen, None)
    elif not only.narrows and (text := _told(record, only)):
        channel = f"{record.channel}" if isinstance(record, Socket) else ""
        yield Line(record.n, record.t, record.kind, text, channel=channel)


def _line(seen: Seen, exchange: Exchange | None) -> Line:
    request = exchange.request if exchange else None
    is_request = exchange is not None and any(each.n == seen.n for each in exchange.requests)
    return Line(
        n=seen.n,
        t=seen.t,
        kind="frames",
        text=summary(seen),
        after=None if exchange is None or is_request else seen.t - (request.t if request else exchange.answers[0].t),
        channel=seen.record.channel,
        direction=seen.record.direction,
        msg_type=seen.msg_type or _unnamed(seen.record),
        msg_id=seen.msg_id,
        parent_id=seen.parent_id,
        marks=_marks(seen),
        record=seen.record,
    )


def _unnamed(record: Frames) -> str:
    """What frames are called that are no message."""
    if record.channel == "heartbeat":
        return "ping"
    if record.channel == "iopub" and record.direction == "to_kernel":
        frame = record.frames[0] if record.frames else None
        return "unsubscribe" if frame is not None and frame[:1] == b"\0" else "subscribe"
    return "(no message)"


def _marks(seen: Seen) -> tuple[str, ...]:
    record = seen.record
    marks = [f"signature {record.verdict}"] if record.verdict in ("bad", "unsigned", "duplicate") else []
    marks += [f"fault {record.fault}"] if record.fault else []
    marks += ["not passed on"] if record.dropped else []
    marks += [f"withheld: {reason}" for reason in dict.fromkeys(record.withheld.values())]
    return (*marks, *([seen.problem] if seen.problem and record.verdict is not None else ()))


def _told(record: Record, only: Filter) -> str:
    """What a record says that is no message; empty where it is not shown."""
    if isinstance(record, Session):
        how = "encrypted" if record.encrypted else "not encrypted"
        signed = f"signed with {record.signature_scheme}" if record.signs else "not signed"
        return f"{record.display_name or record.kernel} ({record.kernel}), {record.transport}, {how}, {signed}"
    if isinstance(record, Stderr | Stdout):
        return record.text
    if isinstance(record, Kernel):
        return record.state + (f" with {record.code}" if record.code is not None else "")
    if isinstance(record, Fault):
        return f"{record.fault} {record.state}" + (f": {record.expected}" if record.state == "armed" else "")
    if isinstance(record, Gap):
        return f"{record.count} records, {record.bytes} bytes, are left out here ({record.why})"
    if isinstance(record, Socket) and (only.events or record.event.startswith("HANDSHAKE_FAILED")):
        return f"{record.event} towards the {'clients' if record.side == 'front' else 'kernel'}"
    return ""


def summary(seen: Seen) -> str:
    """What a message says, in a few words."""
    content = seen.content
    if seen.msg_type == "status":
        return seen.state
    if seen.msg_type == "stream":
        return _short(f"{content.get('name')}: {content.get('text')!r}")
    if seen.msg_type == "error":
        return _short(f"{content.get('ename')}: {content.get('evalue')}")
    if seen.msg_type.endswith("_reply"):
        count = content.get("execution_count")
        return _short(f"{content.get('status', '')}{f' [{count}]' if count is not None else ''}")
    data = content.get("data")
    if seen.msg_type in ("execute_result", "display_data", "update_display_data") and isinstance(data, dict):
        return _short(data.get("text/plain", "") or ", ".join(data))
    for name in ("code", "prompt", "value", "target_name", "comm_id"):
        if isinstance(content.get(name), str):
            return _short(content[name])
    return _short(json.dumps(content)) if content else ""


def _short(text: object) -> str:
    words = " ".join(str(text)[: 4 * LONGEST].split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."


def drawn(record: Frames, most: int) -> Iterator[str]:
    """The frames of a record, each with its name and size, its bytes in hexadecimal and ASCII, `most` of each."""
    frames = [b"" if frame is None else frame for frame in record.frames]
    names = name_frames(frames, iopub=record.channel == "iopub") if record.channel != "heartbeat" else []
    for at, frame in enumerate(frames):
        name = names[at].name if names else ("identity", "delimiter", "ping")[min(at, 2)]
        if record.frames[at] is None:
            yield f"{name}, withheld: {record.withheld.get(at, 'it is not said why')}"
            continue
        yield f"{name}, {len(frame)} bytes"
        for row in range(0, min(len(frame), most), ROW):
            part = frame[row : min(row + ROW, most)]
            ascii_ = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
            yield f"  {row:04x}  {part.hex(' '):<{3 * ROW}} {ascii_}"
        if len(frame) > most:
            yield f"  ...   {len(frame) - most} more"
