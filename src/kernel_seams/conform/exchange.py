"""One request and what came of it, and how that is compared with what a rule expects.

Order is judged within one socket only: a healthy kernel's idle (iopub) can overtake its reply (shell).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kernel_seams.conform.front import Front, Seen
from kernel_seams.wire.message import Json, Message

SHOWN = 72
MANY = 8
# What a kernel may publish for no request at all.
UNASKED = ("iopub_welcome",)


@dataclass(frozen=True)
class Want:
    """A message that a rule expects: on which socket, of which type, described by `text`, passing `test`.

    With a `parent` it is one that names the request with this msg_id.
    """

    channel: str
    msg_type: str
    text: str = ""
    test: Callable[[Message], bool] = lambda _: True
    parent: str = ""

    def __str__(self) -> str:
        return f"{self.msg_type} {self.text}".strip()

    def fits(self, seen: Seen) -> bool:
        """Whether this is that message, well signed."""
        if seen.channel != self.channel or seen.problem or seen.message is None:
            return False
        if self.parent and seen.parent_id != self.parent:
            return False
        return seen.msg_type == self.msg_type and self.test(seen.message)


@dataclass(frozen=True)
class Row:
    """One line of two traces side by side; None where one of them has nothing there."""

    channel: str
    expected: str | None
    came: str | None
    agrees: bool

    def to_json(self) -> dict[str, object]:
        """The row as plain data."""
        return {"socket": self.channel, "expected": self.expected, "came": self.came, "agrees": self.agrees}


@dataclass(frozen=True)
class Exchange:
    """A request that was sent by `front` on `channel`, and what its log has of it since."""

    front: Front
    channel: str
    request: Message
    since: int

    @property
    def seen(self) -> list[Seen]:
        """What came that names this request as its parent, or as far as one can tell belongs to it."""
        others = {each.message.msg_id for each in self.front.log if each.to_kernel and each.message}
        others.discard(self.request.msg_id)
        later = (each for each in self.front.log[self.since :] if not each.to_kernel and each.channel != "heartbeat")
        return [each for each in later if each.parent_id not in others and not _unasked(each)]

    @property
    def own(self) -> list[Seen]:
        """What came, well signed, and names this request as its parent."""
        return [each for each in self.seen if each.parent_id == self.request.msg_id and not each.problem]

    @property
    def reply(self) -> Message | None:
        """The reply, once it is there."""
        return next(iter(self.replies), None)

    @property
    def replies(self) -> list[Message]:
        """All replies on the request's own channel."""
        found = (each.message for each in self.own if each.channel == self.channel)
        return [message for message in found if message and message.msg_type.endswith("_reply")]

    @property
    def replies_of_any_kind(self) -> bool:
        """Whether anything came on the request's own channel, whatever is wrong with it."""
        return any(each.channel == self.channel for each in self.seen)

    def published(self, msg_type: str) -> list[Message]:
        """What was published on iopub for it with this msg_type."""
        found = (each.message for each in self.own if each.channel == "iopub")
        return [message for message in found if message and message.msg_type == msg_type]

    @property
    def idle(self) -> bool:
        """Whether its idle has been seen."""
        return any(message.content.get("execution_state") == "idle" for message in self.published("status"))

    @property
    def over(self) -> bool:
        """Whether both the reply and idle are there: only together do they end a request."""
        return self.reply is not None and self.idle

    def text(self, name: str = "stdout") -> str:
        """All that came on the stream `name`."""
        streams = self.published("stream")
        return "".join(str(each.content.get("text", "")) for each in streams if each.content.get("name") == name)


def matched(seen: Sequence[Seen], wants: Sequence[Want]) -> bool:
    """Whether all of `wants` are in `seen`, those of each socket in their order."""
    return all(row.agrees or row.expected is None for row in compare(seen, wants))


def compare(seen: Sequence[Seen], wants: Sequence[Want], unwanted: Sequence[Want] = ()) -> list[Row]:
    """What is wanted beside what came, socket by socket; what is `unwanted` does not agree."""
    channels = dict.fromkeys([*(want.channel for want in wants), *(each.channel for each in seen)])
    return [row for channel in channels for row in _shortened(_channel(channel, seen, wants, unwanted))]


def _shortened(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows, of many that nobody asked for only the first and the last."""
    for beside, group in itertools.groupby(rows, lambda row: row.expected is None and row.agrees):
        run = list(group)
        if beside and len(run) > MANY:
            run[MANY // 2 : 1 - MANY // 2] = [Row(run[0].channel, None, f"... {len(run) + 1 - MANY} more", agrees=True)]
        yield from run


def _channel(channel: str, seen: Sequence[Seen], wants: Sequence[Want], unwanted: Sequence[Want]) -> Iterator[Row]:
    """The rows of one socket: each want takes the first message that fits after the one before it."""
    here = [each for each in seen if each.channel == channel]
    position = 0
    for want in (each for each in wants if each.channel == channel):
        found = next((at for at in range(position, len(here)) if want.fits(here[at])), None)
        # Where it is not there, what came in its place is shown beside it.
        place = found if found is not None else _instead(here, position, want)
        if place is None:
            yield Row(channel, str(want), None, agrees=False)
            continue
        for each in here[position:place]:
            yield Row(channel, None, describe(each), agrees=not _wrong(each, unwanted))
        yield Row(channel, str(want), describe(here[place]) + _of_another(here[place], want), agrees=found is not None)
        position = place + 1
    for each in here[position:]:
        yield Row(channel, None, describe(each), agrees=not _wrong(each, unwanted))


def _instead(here: Sequence[Seen], position: int, want: Want) -> int | None:
    """Where a message of the wanted type stands that is not as wanted; a status of another state is another message."""
    if want.msg_type == "status":
        alike = replace(want, parent="")
        return next((at for at in range(position, len(here)) if alike.fits(here[at])), None)
    return next((at for at in range(position, len(here)) if here[at].msg_type == want.msg_type), None)


def _of_another(seen: Seen, want: Want) -> str:
    """What is said of a message that names a request as its parent, and not the one it should."""
    return "  (parent_header of another request)" if want.parent and seen.parent_id not in {"", want.parent} else ""


def _wrong(seen: Seen, unwanted: Sequence[Want]) -> bool:
    return bool(seen.problem) or any(want.fits(seen) for want in unwanted)


def describe(seen: Seen) -> str:
    """One message in one line: its type, what matters of its content, and what is wrong with it."""
    if seen.message is None:
        return f"{len(seen.frames)} frames, {seen.problem}"
    said = f"{seen.msg_type or '(no msg_type)'} {_detail(seen.message)}".strip()
    if not seen.to_kernel and not seen.message.parent_header and not _unasked(seen):
        said += "  (no parent_header)"
    elif not seen.to_kernel and not seen.parent_id and not _unasked(seen):
        said += "  (parent_header without msg_id)"
    return f"{said}  ({seen.problem})" if seen.problem else said


def _unasked(seen: Seen) -> bool:
    """Whether it is what a kernel publishes for no request: a welcome, or that it is starting."""
    starting = seen.message is not None and seen.message.content.get("execution_state") == "starting"
    return seen.msg_type in UNASKED or starting


def _detail(message: Message) -> str:
    content = message.content
    fields = {
        "status": ("execution_state",),
        "stream": ("name", "text"),
        "execute_input": ("code", "execution_count"),
        "execute_request": ("code",),
        "error": ("ename", "evalue"),
        "input_request": ("prompt", "password"),
    }.get(message.msg_type)
    if message.msg_type == "status":
        return _short(content.get("execution_state"), quoted=False)
    if fields:
        return " ".join(_short(content.get(name)) for name in fields)
    if message.msg_type in {"execute_result", "display_data"}:
        data = content.get("data")
        return _short(data.get("text/plain", data) if isinstance(data, dict) else data)
    return _reply(content)


def _reply(content: Json) -> str:
    """A reply's fields as JSON, the long ones cut."""
    return _short(content, quoted=False) if content else ""


def _short(value: object, *, quoted: bool = True) -> str:
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False) if quoted else value
    else:
        try:
            text = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."
