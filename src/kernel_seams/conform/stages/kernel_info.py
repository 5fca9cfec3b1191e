"""Stage 5: who the kernel is, and busy and idle around the question."""

from __future__ import annotations

import re

from kernel_seams.conform.checks import BUSY, IDLE, check, hold, is_filled, is_object, is_text, reply
from kernel_seams.conform.exchange import Exchange, Row, describe
from kernel_seams.conform.lab import Broken, Lab
from kernel_seams.wire.message import Json

ANSWER = reply("kernel_info", status="ok")
STATES = ("busy", "idle", "starting")


def info(lab: Lab) -> Exchange:
    """One kernel_info exchange for all rules of this stage, on a kernel that is ready."""
    return lab.once("info", lambda: lab.ask("kernel_info_request"))


def content(lab: Lab) -> Json:
    """The reply's content; `Broken` where there is none."""
    exchange = info(lab)
    lab.demand(exchange, reply("kernel_info"))
    return exchange.reply.content if exchange.reply else {}


@check("kernel-info.busy-idle")
def busy_idle(lab: Lab) -> None:
    """Busy, then idle, in this order on iopub, both with the request as their parent; the reply on shell."""
    asked = info(lab)
    lab.demand(asked, reply("kernel_info"), BUSY, IDLE)
    rows = [
        Row("iopub", "parent_header.msg_id that of the request", describe(each), agrees=False)
        for each in asked.seen
        if each.msg_type == "status" and each.parent_id != asked.request.msg_id
    ]
    if rows:
        raise Broken(rows)


@check("kernel-info.fields")
def fields(lab: Lab) -> None:
    """The fields of the reply."""
    hold(
        "shell",
        "content",
        content(lab),
        ("status", '"ok"', lambda value: value == "ok"),
        ("protocol_version", "text, not empty", is_filled),
        ("implementation", "text, not empty", is_filled),
        ("implementation_version", "text, not empty", is_filled),
        ("banner", "text", is_text),
        ("language_info", "an object", is_object),
    )


@check("kernel-info.language")
def language(lab: Lab) -> None:
    """The fields of language_info."""
    found = content(lab).get("language_info")
    hold(
        "shell",
        "language_info",
        found if isinstance(found, dict) else {},
        ("name", "text, not empty", is_filled),
        ("version", "text, not empty", is_filled),
        ("mimetype", "text, not empty", is_filled),
        ("file_extension", "text that begins with a dot", lambda value: is_text(value) and value.startswith(".")),
    )


@check("kernel-info.version")
def version(lab: Lab) -> None:
    """Major version 5."""
    hold(
        "shell",
        "content",
        content(lab),
        ("protocol_version", '"5.N" or "5.N.N"', lambda value: bool(re.fullmatch(r"5(\.\d+){1,2}", str(value)))),
    )


@check("status.states")
def states(lab: Lab) -> None:
    """All statuses seen so far."""
    info(lab)
    seen = [each for each in lab.start().log if each.msg_type == "status" and each.message]
    said = [str(each.message.content.get("execution_state")) for each in seen if each.message]
    rows = [
        Row("iopub", f"status {' or '.join(STATES)}", describe(each), agrees=False)
        for each, state in zip(seen, said, strict=True)
        if state not in STATES
    ]
    if said.count("starting") > 1:
        rows += [Row("iopub", "status starting once", f"{said.count('starting')} times", agrees=False)]
    if rows:
        raise Broken(rows)


@check("iopub.topic")
def topic(lab: Lab) -> None:
    """One frame before the delimiter of each status."""
    seen = [each for each in info(lab).seen if each.msg_type == "status" and each.message]
    rows = [
        Row("iopub", "one topic frame", f"{len(each.message.identities)} frames before the delimiter", agrees=False)
        for each in seen
        if each.message and len(each.message.identities) != 1
    ]
    if rows:
        raise Broken(rows[:1])
