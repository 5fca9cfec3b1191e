"""Stage 8: an error in the reply and on iopub, and what becomes of the queue behind it."""

from __future__ import annotations

from kernel_seams.conform.checks import BUSY, IDLE, check, hold, is_count, is_text, reply, stream
from kernel_seams.conform.exchange import Exchange, Row, Want
from kernel_seams.conform.lab import Broken, Lab
from kernel_seams.wire.message import Json

FAILED = reply("execute", status="error")
ABORTED = Want(
    "shell",
    "execute_reply",
    "status aborted or error",
    lambda message: message.content.get("status") in {"aborted", "error"},
)
QUEUE_SECONDS = 0.4


def content(lab: Lab) -> Json:
    """The content of the reply to code that fails."""
    ran = lab.once("error")
    lab.demand(ran, FAILED)
    return ran.reply.content if ran.reply else {}


@check("error.reply")
def replied(lab: Lab) -> None:
    """Status error, and idle all the same."""
    lab.demand(lab.once("error"), FAILED, BUSY, IDLE)


@check("error.fields")
def fields(lab: Lab) -> None:
    """ename, evalue, traceback."""
    hold(
        "shell",
        "content",
        content(lab),
        ("ename", "text", is_text),
        ("evalue", "text", is_text),
        ("traceback", "a list of text", lambda value: isinstance(value, list) and all(map(is_text, value))),
    )


@check("error.iopub")
def published(lab: Lab) -> None:
    """The same error on iopub."""
    said = content(lab)
    same = Want(
        "iopub",
        "error",
        f'"{said.get("ename")}" and the evalue of the reply',
        lambda message: all(message.content.get(name) == said.get(name) for name in ("ename", "evalue")),
    )
    lab.demand(lab.once("error"), BUSY, same)


@check("error.count")
def counted(lab: Lab) -> None:
    """execution_count in the reply."""
    hold("shell", "content", content(lab), ("execution_count", "a number", is_count))


@check("error.syntax")
def syntax(lab: Lab) -> None:
    """What cannot be read."""
    lab.demand(lab.once("syntax_error"), FAILED, BUSY, Want("iopub", "error"))


def queued(lab: Lab, *, stop_on_error: bool) -> Exchange:
    """A print that was queued behind code that fails; behind sleep, so that all are there when the error comes."""
    lab.ready()
    first = []
    if lab.snippets is not None and "sleep" in lab.snippets:
        first = [lab.execute(lab.code("sleep", seconds=QUEUE_SECONDS), settle=False)]
    failing = lab.run("error", settle=False, stop_on_error=stop_on_error)
    behind = lab.run("print", settle=False)
    for each in (*first, failing, behind):
        lab.settle(each)
    lab.demand(failing, FAILED)
    return behind


@check("error.abort")
def abort(lab: Lab) -> None:
    """A reply that says so, and nothing printed."""
    behind = lab.once("aborted", lambda: queued(lab, stop_on_error=True))
    lab.demand(behind, ABORTED, never=(stream("stdout", lab.words.both),))
    status = behind.reply.content.get("status") if behind.reply else None
    lab.said["aborted"] = (
        "Aborted requests: the document calls the status aborted deprecated (5.1: use error) and describes it all the "
        f"same, and the reference kernel sends it. This kernel says {status}; both are accepted."
    )


@check("error.abort-status")
def abort_status(lab: Lab) -> None:
    """Busy and idle around what was aborted."""
    behind = lab.once("aborted", lambda: queued(lab, stop_on_error=True))
    if behind.reply is not None and behind.reply.content.get("status") == "ok":
        raise Broken([Row("shell", str(ABORTED), 'execute_reply {"status": "ok", ...}', agrees=False)])
    lab.demand(behind, BUSY, IDLE, ABORTED)


@check("error.continue")
def go_on(lab: Lab) -> None:
    """The same with stop_on_error false: it runs."""
    behind = queued(lab, stop_on_error=False)
    lab.demand(behind, reply("execute", status="ok"), stream("stdout", lab.words.both))


@check("error.after")
def after(lab: Lab) -> None:
    """One request after the error was over."""
    lab.run("error")
    lab.demand(lab.run("print"), reply("execute", status="ok"), stream("stdout", lab.words.both))
