"""Stage 9: every text, every size, every client, and what nobody knows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from kernel_seams.conform.checks import IDLE, check, reply, stream
from kernel_seams.conform.exchange import Exchange, Row, Want, describe
from kernel_seams.conform.front import Front
from kernel_seams.conform.lab import GRACE_SECONDS, NUDGE_SECONDS, NUDGES, Broken, Lab
from kernel_seams.wire.message import header, request, serialize

ANSWER = reply("kernel_info", status="ok")
TEXT = "é 漢 \N{MATHEMATICAL BOLD SMALL A} "
COUNT = 200_000
SECOND = b"seams-behind-a-proxy"
QUEUE = 20
EACH = 5


@check("unicode.output")
def unicode(lab: Lab) -> None:
    """Latin, Chinese, and one character beyond the basic plane."""
    code = lab.code("unicode")
    same = Want("iopub", "execute_input", f"code {code!r}", lambda message: message.content.get("code") == code)
    lab.demand(lab.once("unicode"), reply("execute", status="ok"), same, stream("stdout", TEXT + lab.words.both))


@check("large.output")
def large(lab: Lab) -> None:
    """The letter x again and again, in as many messages as the kernel likes."""
    lab.ready()
    ran = lab.execute(lab.code("large", count=COUNT))
    ran.front.pump(lambda: ran.text().count("x") >= COUNT, min(GRACE_SECONDS, lab.left))
    if ran.text().count("x") != COUNT:
        came = f"stdout with {ran.text().count('x')} times x"
        raise Broken([Row("iopub", f"stdout with {COUNT} times x", came, agrees=False)])


@check("large.request")
def large_request(lab: Lab) -> None:
    """Many characters where nobody looks."""
    lab.ready()
    lab.demand(lab.ask("kernel_info_request", metadata={"seams": "x" * COUNT}), ANSWER)


@check("buffers.accepted")
def buffers(lab: Lab) -> None:
    """Two buffers, unsigned as all buffers are."""
    lab.ready()
    lab.demand(lab.ask("kernel_info_request", buffers=(b"\x00\xff", b"x" * 1000)), ANSWER)


@check("routing.prefix")
def prefix(lab: Lab) -> None:
    """A second identity, as a proxy adds one; it stands before the delimiter and is not signed."""
    front = lab.ready()
    message = request("kernel_info_request", session=front.session)
    asked = Exchange(front, "shell", message, len(front.log))
    front.send_frames("shell", [SECOND, *serialize(message, front.key)], message)
    lab.settle(asked)
    lab.demand(asked, ANSWER)
    found = asked.reply.identities if asked.reply else ()
    if found != (SECOND,):
        shown = " | ".join(each.decode("utf-8", "replace") for each in found) or "(nothing)"
        raise Broken([Row("shell", f"before the delimiter: {SECOND.decode()}", shown, agrees=False)])


@contextlib.contextmanager
def second_client(lab: Lab) -> Iterator[Front]:
    """Another front-end of the same kernel, whose subscription is there."""
    first = lab.ready()
    other = Front(first.connection, lab.context, lab.ended, ("shell", "iopub"))
    try:
        for _ in range(NUDGES):
            asked = lab.ask("kernel_info_request", settle=False, front=other)
            if other.pump(lambda: asked.published("status"), NUDGE_SECONDS):  # noqa: B023
                break
        yield other
    finally:
        other.close()


@check("routing.clients")
def clients(lab: Lab) -> None:
    """Both ask at once, and again."""
    with second_client(lab) as other:
        fronts = (lab.start(), other)
        asked = [lab.ask("kernel_info_request", settle=False, front=front) for _ in range(EACH) for front in fronts]
        for each in asked[: len(fronts)]:
            lab.settle(each)
        lab.quiet()
        foreign = [row for front in fronts for row in _foreign(front, asked)]
        if foreign:
            raise Broken(foreign[:1])
        for each in asked:
            lab.demand(lab.settle(each), ANSWER)


def _foreign(front: Front, asked: Sequence[Exchange]) -> list[Row]:
    """The replies on shell of `front` to requests that others made."""
    others = {each.request.msg_id for each in asked if each.front is not front}
    came = (each for each in front.log if each.channel == "shell" and not each.to_kernel and each.parent_id in others)
    return [Row("shell", "nothing for the other front-end's request", describe(each), agrees=False) for each in came]


@check("routing.broadcast")
def broadcast(lab: Lab) -> None:
    """One runs code, the other sees it."""
    with second_client(lab) as other:
        since = len(other.log)
        ran = lab.run("print")
        there = Exchange(other, "shell", ran.request, since)
        other.pump(lambda: there.idle and lab.words.both in there.text(), min(GRACE_SECONDS, lab.left))
        lab.demand(there, Want("iopub", "execute_input"), stream("stdout", lab.words.both))
        lab.demand(there, IDLE)


@check("unknown.type")
def unknown_type(lab: Lab) -> None:
    """A msg_type that is new to everybody, then a good request."""
    lab.ready()
    lab.ask("seams_unknown_request", {"seams": 1}, settle=False)
    lab.demand(lab.ask("kernel_info_request"), ANSWER)


@check("unknown.fields")
def unknown_fields(lab: Lab) -> None:
    """One more field in the header, one more in the content."""
    front = lab.ready()
    message = request("kernel_info_request", {"seams_unknown": [1]}, session=front.session)
    extended = type(message)(
        {**header("kernel_info_request", session=front.session), "seams_unknown": {}}, message.content
    )
    asked = Exchange(front, "shell", extended, len(front.log))
    front.send("shell", extended)
    lab.settle(asked)
    lab.demand(asked, ANSWER)


@check("queue.order")
def queue(lab: Lab) -> None:
    """Twenty at once."""
    front = lab.ready()
    asked = [lab.ask("kernel_info_request", settle=False) for _ in range(QUEUE)]
    for each in asked:
        lab.demand(lab.settle(each), ANSWER)
    ids = [each.request.msg_id for each in asked]
    came = [each.parent_id for each in front.log if each.channel == "shell" and each.parent_id in set(ids)]
    if came != ids:
        order = " ".join(str(ids.index(each) + 1) for each in came)
        raise Broken([Row("shell", "replies 1 to 20 in their order", order, agrees=False)])
