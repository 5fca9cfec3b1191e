"""Who answered whom: the messages of a trace by the request that they belong to, and the state of the kernel.

An exchange is a request with everything that has it as its parent, on whatever socket: the protocol's only link is
`parent_header.msg_id`. A request is over when its reply *and* its idle have come; they travel on different sockets,
so either may be first.

Source: jupyter_client's "Messaging in Jupyter", "Request-Reply" and "Kernel status".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from kernel_seams.wire.message import PARTS, FrameError, Message, json_object, parse, split
from kernel_seams.wire.trace import TO_KERNEL, Frames, Gap, Kernel, Record, Session, Socket, Stderr

REMEMBERED_LINES = 1000


@dataclass(frozen=True)
class Seen:
    """A message that crossed: the record, and what it says. What cannot be read is empty; `problem` says what that is.

    `message` is None where not even its header can be read.
    """

    record: Frames
    message: Message | None
    problem: str = ""

    @property
    def t(self) -> int:
        """When, in nanoseconds since the epoch."""
        return self.record.t

    @property
    def n(self) -> int:
        """The number of its record."""
        return self.record.n

    @property
    def msg_type(self) -> str:
        """Its msg_type, empty if it cannot be read."""
        return self.message.msg_type if self.message else ""

    @property
    def msg_id(self) -> str:
        """Its msg_id, empty if it cannot be read."""
        return self.message.msg_id if self.message else ""

    @property
    def parent_id(self) -> str:
        """The msg_id of its parent, empty if it has none."""
        return self.message.parent_id if self.message else ""

    @property
    def parent_type(self) -> str:
        """The msg_type of its parent, empty if it has none or does not say."""
        said = self.message.parent_header.get("msg_type") if self.message else ""
        return said if isinstance(said, str) else ""

    @property
    def content(self) -> dict[str, Any]:
        """Its content, empty if it cannot be read."""
        return self.message.content if self.message else {}

    @property
    def client(self) -> bytes:
        """The identity of the client it comes from or goes to, on shell, stdin and control."""
        return b"".join(self.message.identities) if self.message else b""

    @property
    def state(self) -> str:
        """The execution_state that a status message tells."""
        state = self.content.get("execution_state") if self.msg_type == "status" else ""
        return state if isinstance(state, str) else ""


def read(record: Frames) -> Seen:
    """The message that a record holds, as much of it as can be read."""
    frames = [b"{}" if frame is None else frame for frame in record.frames]
    try:
        return Seen(record, parse(frames))
    except FrameError as error:
        problem = str(error)
    try:
        envelope = split(frames)
    except FrameError:
        return Seen(record, None, problem)
    header, *others = (_object(name, part) for name, part in zip(PARTS, envelope.parts, strict=True))
    if header is None:
        return Seen(record, None, problem)
    parent, metadata, content = (each or {} for each in others)
    return Seen(record, Message(header, content, parent, metadata, envelope.identities, envelope.buffers), problem)


def _object(name: str, part: bytes) -> dict[str, Any] | None:
    try:
        return json_object(name, part)
    except FrameError:
        return None


@dataclass
class Exchange:
    """A request and what belongs to it. `requests` are the times it crossed: twice where it was sent twice or changed.

    No `requests` means that it was sent past the tap, by a client of the kernel's own connection file.
    """

    id: str
    requests: list[Seen] = field(default_factory=list)
    answers: list[Seen] = field(default_factory=list)

    @property
    def request(self) -> Seen | None:
        """The request as it went to the kernel; as it arrived where it went no further."""
        went = (seen for seen in self.requests if not seen.record.dropped)
        return next(went, self.requests[0] if self.requests else None)

    @property
    def msg_type(self) -> str:
        """The request's msg_type, also where only its answers were seen."""
        if self.request:
            return self.request.msg_type
        return next((seen.parent_type for seen in self.answers if seen.parent_type), "")

    @property
    def channel(self) -> str:
        """The channel of the request; shell where it was not seen."""
        return self.request.record.channel if self.request else "shell"

    @property
    def reply(self) -> Seen | None:
        """The reply that reached the client."""
        return self._first(lambda seen: self.is_reply(seen) and self.arrived(seen))

    @property
    def busy(self) -> Seen | None:
        """The first busy."""
        return self._first(lambda seen: seen.state == "busy")

    @property
    def idle(self) -> Seen | None:
        """The first idle that was passed on."""
        return self._first(lambda seen: seen.state == "idle" and not seen.record.dropped)

    @property
    def wants_reply(self) -> bool:
        """Whether there is a reply to it: a comm_msg has none."""
        return not self.msg_type.startswith("comm_") or self.msg_type.endswith("_request")

    @property
    def over(self) -> bool:
        """Whether both its reply, if there is one to it, and its idle have come."""
        return self.idle is not None and (self.reply is not None or not self.wants_reply)

    @property
    def execution_count(self) -> int | None:
        """The number that the kernel gave a cell."""
        said = (seen.content.get("execution_count") for seen in self.answers)
        return next((count for count in said if type(count) is int), None)

    @property
    def asks(self) -> Seen | None:
        """The input_request that nobody has replied to yet."""
        waiting = None
        for seen in self.answers:
            if seen.msg_type == "input_request":
                waiting = seen
            elif seen.msg_type == "input_reply" or seen.state == "idle":
                waiting = None
        return waiting

    def is_reply(self, seen: Seen) -> bool:
        """Whether this answer is the reply: it comes where the request went, and is named after it."""
        return seen.record.channel in ("shell", "control") and seen.msg_type.endswith("_reply")

    def arrived(self, seen: Seen) -> bool:
        """Whether an answer reached a client: it was passed on, and names the client where it must (not on iopub)."""
        if seen.record.dropped or seen.record.direction == TO_KERNEL:
            return False
        is_public = seen.record.channel == "iopub"
        return is_public or bool(seen.client) or not any(request.client for request in self.requests)

    def _first(self, wanted: Callable[[Seen], object]) -> Seen | None:
        return next((seen for seen in self.answers if wanted(seen)), None)


class Conversation:
    """All of a trace so far, record by record: its exchanges in order, and what is known of the kernel."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.session: Session | None = None
        self.exchanges: dict[str, Exchange] = {}
        self.orphans: list[Seen] = []
        self.unreadable: list[Seen] = []
        self.held: list[Frames] = []
        self.stderr: list[Stderr] = []
        self.sockets: list[Socket] = []
        self.gaps: list[Gap] = []
        self.exited: Kernel | None = None
        self.connected: set[str] = set()
        self.now = 0
        for record in records:
            self.add(record)

    def add(self, record: Record) -> Exchange | None:
        """Take in a record; the exchange it belongs to, if it is a message of one."""
        self.now = max(self.now, record.t)
        if isinstance(record, Frames):
            return self._message(record)
        if isinstance(record, Session):
            self.session = record
        elif isinstance(record, Stderr):
            self.stderr = [*self.stderr[1 - REMEMBERED_LINES :], record]
        elif isinstance(record, Socket):
            self._socket(record)
        elif isinstance(record, Gap):
            self.gaps.append(record)
        elif isinstance(record, Kernel):
            self.exited = record if record.state == "exited" else self.exited
        return None

    def unfinished(self) -> list[Exchange]:
        """The requests that are not over, in order."""
        return [exchange for exchange in self.exchanges.values() if exchange.requests and not exchange.over]

    def said(self, words: str, since: int, until: int | None = None) -> Stderr | None:
        """The first line of the kernel's stderr with `words` in it, from `since` on (ns), None if there is none."""
        lines = (line for line in self.stderr if line.t >= since and (until is None or line.t <= until))
        return next((line for line in lines if words in line.text), None)

    def last_line(self, since: int, until: int) -> Stderr | None:
        """The last line of the kernel's stderr in a time that is not empty, None if there is none."""
        lines = (line for line in reversed(self.stderr) if since <= line.t <= until)
        return next((line for line in lines if line.text.strip()), None)

    def _message(self, record: Frames) -> Exchange | None:
        if record.channel == "heartbeat":
            self.held += [record] if record.dropped else []
            return None
        if record.channel == "iopub" and record.direction == TO_KERNEL:
            return None
        seen = read(record)
        if seen.problem:
            self.unreadable.append(seen)
        if seen.message is None:
            return None
        is_request = record.direction == TO_KERNEL and record.channel != "stdin"
        of, msg_type = (seen.msg_id, seen.msg_type) if is_request else (seen.parent_id, seen.parent_type)
        if record.channel == "stdin" and of not in self.exchanges:
            # jupyter_client sends its input_reply without a parent, others name the input_request
            asking = self._asking()
            of, msg_type = (asking, "") if asking else (of, msg_type)
        if not of:
            self.orphans.append(seen)
            return None
        exchange = self._exchange(of, msg_type)
        (exchange.requests if is_request else exchange.answers).append(seen)
        return exchange

    def _exchange(self, msg_id: str, msg_type: str) -> Exchange:
        """The exchange of that request, a new one if it is new.

        A msg_id ought to be unique; but a manager and a client of jupyter_client count their messages apart under one
        session id, and so both may send, say, a shutdown_request and a kernel_info_request of the same msg_id.
        """
        there = self.exchanges.get(msg_id)
        if there is not None and msg_type and there.msg_type not in ("", msg_type):
            msg_id = f"{msg_id} {msg_type}"
        return self.exchanges.setdefault(msg_id, Exchange(msg_id))

    def _asking(self) -> str:
        return next((each.id for each in reversed(self.exchanges.values()) if each.asks), "")

    def _socket(self, record: Socket) -> None:
        self.sockets.append(record)
        if record.side == "back" and record.event == "HANDSHAKE_SUCCEEDED":
            self.connected.add(record.channel)
        elif record.side == "back" and record.event == "DISCONNECTED":
            self.connected.discard(record.channel)
