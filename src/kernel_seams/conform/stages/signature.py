"""Stage 3: a signed request gets a signed reply, frame by frame."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kernel_seams.conform.checks import check, hold, is_filled, is_text, reply
from kernel_seams.conform.exchange import Exchange, Row, Want, describe
from kernel_seams.conform.front import Seen
from kernel_seams.conform.lab import Broken, Lab, NotOffered
from kernel_seams.conform.ports import new_connection
from kernel_seams.conform.signed import how_it_was_signed
from kernel_seams.wire.connection import CHANNELS
from kernel_seams.wire.message import FrameError, split

ANSWER = "kernel_info_reply"


def first_answer(lab: Lab) -> Seen:
    """What came first on shell for the first kernel_info_request, whatever is wrong with it; silence is `Broken`."""
    lab.ready()
    asked: Exchange = lab.kept["ready"]
    came = [each for each in asked.front.log[asked.since :] if not each.to_kernel and each.channel == "shell"]
    if not came:
        raise Broken([Row("shell", ANSWER, None, agrees=False), *_elsewhere(asked)])
    return came[0]


def _elsewhere(asked: Exchange) -> list[Row]:
    """What came on other sockets meanwhile."""
    return [Row(each.channel, None, describe(each), agrees=True) for each in asked.seen if each.channel != "shell"]


@check("sign.reply")
def answered(lab: Lab) -> None:
    """Anything on shell is an answer; what it is worth is asked by the rules after this one."""
    first_answer(lab)


@check("sign.frames")
def frames(lab: Lab) -> None:
    """The frames parse as a message."""
    seen = first_answer(lab)
    if seen.message is None:
        raise Broken([Row("shell", ANSWER, describe(seen), agrees=False)])


@check("sign.verifies")
def verifies(lab: Lab) -> None:
    """The signature is the HMAC of the four frames; where it is not, it is tried what else it is."""
    seen = first_answer(lab)
    try:
        envelope = split(seen.frames)
    except FrameError as error:
        raise Broken([Row("shell", ANSWER, str(error), agrees=False)]) from None
    key = lab.start().key
    if not key.verifies(envelope):
        right, came = key.sign(envelope.parts).decode(), envelope.signature.decode("ascii", "backslashreplace")
        rows = [Row("shell", f"signature {right[:32]}...", f"signature {came[:32] or '(empty)'}", agrees=False)]
        raise Broken(rows, how_it_was_signed(envelope, key))


@check("sign.iopub")
def published(lab: Lab) -> None:
    """Nothing on iopub has a signature that does not verify."""
    lab.ready()
    front = lab.start()
    wrong = [each for each in front.log if each.channel == "iopub" and each.problem]
    if wrong:
        raise Broken([Row("iopub", "every message signed", describe(each), agrees=False) for each in wrong[:3]])


@check("header.fields")
def fields(lab: Lab) -> None:
    """The header of the reply."""
    message = first_answer(lab).message
    hold(
        "shell",
        "header",
        message.header if message else {},
        ("msg_id", "text, not empty", is_filled),
        ("session", "text, not empty", is_filled),
        ("username", "text", is_text),
        ("date", "ISO 8601", _is_date),
        ("msg_type", f'"{ANSWER}"', lambda value: value == ANSWER),
        ("version", "text, not empty", is_filled),
    )


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


@check("header.date")
def dated(lab: Lab) -> None:
    """The date of the reply is a moment, wherever it is read."""
    message = first_answer(lab).message
    said = str(message.header.get("date")) if message else ""
    if datetime.fromisoformat(said).tzinfo is None:
        row = Row("shell", "header.date: with its zone, as in 2026-01-31T12:00:00+00:00", said, agrees=False)
        raise NotOffered("its dates have no zone: each front-end takes them for its own time", [row])


@check("header.unique")
def unique(lab: Lab) -> None:
    """Among all that came so far no msg_id is there twice, and all have one session."""
    lab.ready()
    lab.ask("kernel_info_request", idle=False)
    # Socket by socket: between two of them there is no order.
    came = sorted((each for each in lab.start().log if not each.to_kernel and each.message), key=_socket)
    ids: dict[str, Seen] = {}
    for each in came:
        first = ids.setdefault(each.message.msg_id if each.message else "", each)
        if first is not each:
            rows = [
                Row(one.channel, "a msg_id of its own", _identified(one), agrees=one is first) for one in (first, each)
            ]
            raise Broken(rows)
    sessions = {str(each.message.header.get("session")): each for each in came if each.message}
    if len(sessions) > 1:
        rows = [
            Row(each.channel, "one session for all", f"{each.msg_type} session {session}"[:80], agrees=False)
            for session, each in sessions.items()
        ]
        raise Broken(rows, "The session is made anew for each message, or each socket has one of its own.")


def _socket(seen: Seen) -> int:
    return CHANNELS.index(seen.channel)


def _identified(seen: Seen) -> str:
    return f"{seen.msg_type} msg_id {seen.message.msg_id if seen.message else ''}"[:80]


@check("header.parent")
def parent(lab: Lab) -> None:
    """parent_header repeats what we sent; a date is the same if it means the same moment."""
    first_answer(lab)
    asked: Exchange = lab.kept["ready"]
    sent = asked.request.header
    came = [each for each in asked.front.log[asked.since :] if not each.to_kernel and each.channel == "shell"]
    message = came[0].message
    hold(
        "shell",
        "parent_header",
        message.parent_header if message else {},
        *((name, repr(value), _same(value)) for name, value in sent.items()),
    )


def _same(value: Any) -> Any:
    """A test for the value that was sent; a date may be written in another way."""

    def test(other: object) -> bool:
        if value == other:
            return True
        try:
            return isinstance(other, str) and datetime.fromisoformat(value) == datetime.fromisoformat(other)
        except (ValueError, TypeError):
            return False

    return test


@check("sign.empty-key")
def empty_key(lab: Lab) -> None:
    """Another program, started with an empty key."""
    other = lab.beside(new_connection(b""))
    other.ready()
    asked: Exchange = other.kept["ready"]
    other.demand(asked, Want("shell", ANSWER, "to an unsigned request"))
    seen = next(each for each in asked.own if each.channel == "shell")
    signature = split(seen.frames).signature
    if signature:
        rows = [Row("shell", "signature (empty)", f"signature {signature[:32]!r}", agrees=False)]
        raise Broken(rows, "Something is signed although there is no key.")


INFO = reply("kernel_info", status="ok")
