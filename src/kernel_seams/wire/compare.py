"""Two traces side by side: what two kernels, or two runs, say differently, ids and times aside.

    trace  ->  exchanges in order  ->  each request beside the same request of the other trace
    exchange  ->  per socket, the messages in order  ->  each beside its like  ->  values that are not the same

Between two sockets ZeroMQ promises no order, so each is compared for itself. How a kernel cuts a printed text into
stream messages is chance: those that follow one another are one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from kernel_seams.wire.exchange import Conversation, Exchange, Seen
from kernel_seams.wire.show import summary
from kernel_seams.wire.trace import Record, Session

ABSENT = "(not there)"
LONGEST_VALUE = 120
DEEPEST = 100
BEFORE = 30
# Front-ends ask again and again until a kernel is up, so how often is chance.
ASKED_AGAIN = ("kernel_info_request",)
# What is another one in each run: ids, dates, process numbers in the names of files, addresses in memory.
CHANCE = (
    (re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?:_\d+)*"), "<id>"),
    (re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{32}(?:_\d+)*(?![0-9a-zA-Z])"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<date>"),
    (re.compile(r"ipykernel_\d+(?:/\d+)?"), "ipykernel_<id>"),
    (re.compile(r"\nTip: [^\n]*"), "\nTip: <tip>"),  # IPython's banner has another one each time
    (re.compile(r"0x[0-9a-f]{6,16}"), "<address>"),
)


@dataclass(frozen=True)
class Value:
    """One value that differs: where it stands (`stream content.text`), and what it is in each trace."""

    channel: str
    where: str
    a: str
    b: str


@dataclass(frozen=True)
class Difference:
    """A request (`text`), in which trace it was sent (`only` is a, b, or empty for both), and the values that differ.

    `n` are the numbers of its records, None in the trace that does not have it.
    """

    msg_type: str
    text: str
    only: str = ""
    values: Sequence[Value] = ()
    n: tuple[int | None, int | None] = (None, None)

    def to_json(self) -> dict[str, Any]:
        """The difference as plain data."""
        return {**self.__dict__, "values": [dict(value.__dict__) for value in self.values], "n": list(self.n)}


@dataclass
class _Spoken:
    """A message without what is chance."""

    channel: str
    name: str
    said: dict[str, Any]


@dataclass
class _Asked:
    """A request and what came of it, without what is chance."""

    msg_type: str
    text: str
    n: int
    key: str
    answers: dict[str, list[_Spoken]] = field(default_factory=dict)


def compare(a: Iterable[Record], b: Iterable[Record]) -> list[Difference]:
    """What differs between two traces, in the order of their requests."""
    ones, others = _asked(Conversation(a)), _asked(Conversation(b))
    found: list[Difference] = []
    for how, i1, i2, j1, j2 in _aligned([each.key for each in ones], [each.key for each in others]):
        if how == "equal":
            for one, other in zip(ones[i1:i2], others[j1:j2], strict=True):
                values = tuple(_answers(one, other))
                found += [Difference(one.msg_type, one.text, "", values, (one.n, other.n))] if values else []
            continue
        found += [Difference(each.msg_type, each.text, "a", (), (each.n, None)) for each in ones[i1:i2]]
        found += [Difference(each.msg_type, each.text, "b", (), (None, each.n)) for each in others[j1:j2]]
    return found


def session_of(records: Iterable[Record]) -> Session | None:
    """The first session record of a trace."""
    return next((record for record in records if isinstance(record, Session)), None)


def _asked(conversation: Conversation) -> list[_Asked]:
    """The requests of a conversation; what is only asked until it is answered is there once."""
    found: list[_Asked] = []
    for exchange in conversation.exchanges.values():
        request = exchange.request
        if request is None or (request.msg_type in ASKED_AGAIN and _is_there(found, request.msg_type)):
            continue
        said = _plain({"content": request.content, "buffers": _buffers(request)})
        key = f"{request.record.channel} {request.msg_type} {json.dumps(said, sort_keys=True)}"
        found.append(_Asked(request.msg_type, summary(request), request.n, key, _spoken(exchange)))
    return found


def _is_there(found: Sequence[_Asked], msg_type: str) -> bool:
    return any(each.msg_type == msg_type for each in found)


def _spoken(exchange: Exchange) -> dict[str, list[_Spoken]]:
    """What reached the client, by socket."""
    heard: dict[str, list[_Spoken]] = {}
    for seen in exchange.answers:
        if not exchange.arrived(seen):
            continue
        said = _plain({"content": seen.content, "buffers": _buffers(seen)})
        said["metadata"] = _plain(seen.message.metadata if seen.message else {})
        on_socket = heard.setdefault(seen.record.channel, [])
        name = seen.state or seen.msg_type
        if name == "stream" and on_socket and _is_same_stream(on_socket[-1].said, said):
            on_socket[-1].said["content"]["text"] += said["content"]["text"]
        else:
            on_socket.append(_Spoken(seen.record.channel, name, said))
    return heard


def _is_same_stream(one: dict[str, Any], other: dict[str, Any]) -> bool:
    texts = [each["content"].get("text") for each in (one, other)]
    return all(isinstance(text, str) for text in texts) and one["content"].get("name") == other["content"].get("name")


def _buffers(seen: Seen) -> list[str]:
    return [bytes(each).hex() for each in seen.message.buffers] if seen.message else []


def _answers(one: _Asked, other: _Asked) -> Iterator[Value]:
    """Where the answers to the same request are not the same."""
    for channel in dict.fromkeys([*one.answers, *other.answers]):
        mine, theirs = one.answers.get(channel, []), other.answers.get(channel, [])
        for how, i1, i2, j1, j2 in _aligned([each.name for each in mine], [each.name for each in theirs]):
            if how == "equal":
                for left, right in zip(mine[i1:i2], theirs[j1:j2], strict=True):
                    for where, a, b in _leaves(left.said, right.said):
                        yield Value(channel, f"{left.name} {where}", a, b)
                continue
            for each in mine[i1:i2]:
                yield Value(channel, each.name, _short(each.said["content"]), ABSENT)
            for each in theirs[j1:j2]:
                yield Value(channel, each.name, ABSENT, _short(each.said["content"]))


def _aligned(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Opcodes of difflib; what is the same at the beginning, mostly all of it, costs nothing."""
    same = _same(a, b)
    if same:
        yield "equal", 0, same, 0, same
    for how, *at in SequenceMatcher(None, a[same:], b[same:], autojunk=False).get_opcodes():
        i1, i2, j1, j2 = (each + same for each in at)
        yield how, i1, i2, j1, j2


def _same(a: Sequence[str], b: Sequence[str]) -> int:
    """How many of the first are the same in both."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(a), len(b)))


def _leaves(a: Any, b: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Where two values of JSON differ: the path, and what stands there in each."""
    if isinstance(a, dict) and isinstance(b, dict):
        for name in dict.fromkeys([*a, *b]):
            below = f"{where}.{name}" if where else str(name)
            if name not in a or name not in b:
                one, other = (_short(each[name]) if name in each else ABSENT for each in (a, b))
                yield below, one, other
            else:
                yield from _leaves(a[name], b[name], below)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for at, (one, other) in enumerate(zip(a, b, strict=True)):
            yield from _leaves(one, other, f"{where}[{at}]")
    elif isinstance(a, str) and isinstance(b, str) and a != b:
        at = _same(a, b) - BEFORE
        one, other = _from(at, a, b)
        yield where, one, other
    elif type(a) is not type(b) or a != b:
        yield where, _short(a), _short(b)


def _from(at: int, a: str, b: str) -> tuple[str, str]:
    """Two texts from shortly before the place where they differ."""
    if at <= 0:
        return _short(a), _short(b)
    return f"...{_short(a[at:])}", f"...{_short(b[at:])}"


def _plain(value: Any, depth: int = 0) -> Any:
    """The value without what is another one in each run, and not deeper than anybody means it."""
    if depth > DEEPEST:
        return "(deeper)"
    if isinstance(value, str):
        for pattern, name in CHANCE:
            value = pattern.sub(name, value)
        return value
    if isinstance(value, dict):
        return {_plain(name): _plain(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, depth + 1) for each in value]
    return value


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."
