"""Stage 6: code runs, and what it prints belongs to it."""

from __future__ import annotations

from kernel_seams.conform.checks import BUSY, IDLE, check, hold, is_count, is_object, reply, stream
from kernel_seams.conform.exchange import Exchange, Row, Want, describe
from kernel_seams.conform.lab import GRACE_SECONDS, Broken, Lab

PRINTS = 5


@check("execute.reply")
def answered(lab: Lab) -> None:
    """Exactly one reply, with status ok and a count."""
    ran = lab.once("print")
    counted = Want(
        "shell",
        "execute_reply",
        "status ok, execution_count a number",
        lambda message: message.content.get("status") == "ok" and is_count(message.content.get("execution_count")),
    )
    lab.demand(ran, counted)
    if len(ran.replies) > 1:
        came = [each for each in ran.own if each.channel == "shell"]
        raise Broken([Row("shell", "one reply", describe(each), agrees=each is came[0]) for each in came])


@check("execute.busy-idle")
def busy_idle(lab: Lab) -> None:
    """Busy, then idle."""
    lab.demand(lab.once("print"), BUSY, IDLE, reply("execute"))


@check("execute.input")
def echoed(lab: Lab) -> None:
    """The code as it was sent, after busy and before what it prints."""
    code = lab.code("print")
    same = Want(
        "iopub",
        "execute_input",
        "with the code, execution_count a number",
        lambda message: message.content.get("code") == code and is_count(message.content.get("execution_count")),
    )
    ran = lab.once("print")
    lab.demand(ran, BUSY, same, IDLE)
    came = [each for each in ran.own if each.msg_type in {"execute_input", "stream"}]
    if came[0].msg_type == "stream":
        raise Broken(
            [Row("iopub", "execute_input before any output", describe(came[0]), agrees=False)],
            "execute_input is published after the code has run.",
            "Publish it before the code runs: it tells every front-end what runs now.",
        )


@check("stream.stdout")
def stdout(lab: Lab) -> None:
    """The word that the code puts together; an idle before it is another rule's."""
    lab.demand(lab.once("print"), BUSY, stream("stdout", lab.words.both))


@check("stream.stderr")
def stderr(lab: Lab) -> None:
    """The same on stderr."""
    lab.demand(lab.once("stderr"), BUSY, stream("stderr", lab.words.both))


@check("stream.order")
def order(lab: Lab) -> None:
    """Three lines, whole, whether in one message or in many."""
    ran = lab.once("lines")
    words = lab.words
    whole = f"{words.left}\n{words.right}\n{words.both}\n"
    ran.front.pump(lambda: whole in _unix(ran.text()), min(GRACE_SECONDS, lab.left))
    if whole not in _unix(ran.text()):
        raise Broken([Row("iopub", f"stdout {whole!r}", f"stdout {ran.text()!r}", agrees=False)])


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


@check("execute.idle-after-output")
def idle_last(lab: Lab) -> None:
    """Several times, for it may be a race: nothing of a request comes after its idle."""
    for _ in range(PRINTS):
        ran = lab.run("print")
        ran.front.pump(lambda: lab.words.both in ran.text(), min(GRACE_SECONDS, lab.left))  # noqa: B023
        lab.quiet()
        _demand_nothing_after_idle(ran)


def _demand_nothing_after_idle(ran: Exchange) -> None:
    rows, idle = [], False
    for each in (one for one in ran.own if one.channel == "iopub"):
        rows.append(Row("iopub", "nothing after idle" if idle else None, describe(each), agrees=not idle))
        idle = idle or IDLE.fits(each)
    if not all(row.agrees for row in rows):
        raise Broken(rows)


@check("execute.parent")
def parent(lab: Lab) -> None:
    """What was printed names the request."""
    ran = lab.once("print")
    printed = [each for each in ran.seen if each.msg_type == "stream" and lab.words.both in describe(each)]
    rows = [
        Row("iopub", "stream, parent_header.msg_id that of the request", describe(each), agrees=False)
        for each in printed
        if each.parent_id != ran.request.msg_id
    ]
    if rows or not printed:
        raise Broken(rows or [Row("iopub", f"stream with {lab.words.both}", None, agrees=False)])


@check("execute.reply-fields")
def reply_fields(lab: Lab) -> None:
    """user_expressions of a reply with status ok."""
    ran = lab.once("print")
    lab.demand(ran, reply("execute", status="ok"))
    hold("shell", "content", ran.reply.content if ran.reply else {}, ("user_expressions", "an object", is_object))
