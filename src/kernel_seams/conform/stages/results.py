"""Stage 7: values, counts, silence, and what a front-end asks to be evaluated besides."""

from __future__ import annotations

from kernel_seams.conform.checks import BUSY, IDLE, check, hold, is_count, is_object, reply
from kernel_seams.conform.exchange import Exchange, Row, Want, describe
from kernel_seams.conform.lab import Broken, Lab, NotOffered
from kernel_seams.wire.message import Json, Message

RESULT, INPUT, OK = Want("iopub", "execute_result"), Want("iopub", "execute_input"), reply("execute", status="ok")


def shows(message: Message, text: str) -> bool:
    """Whether the data of a display or a result has `text` as text/plain."""
    data = message.content.get("data")
    return isinstance(data, dict) and text in str(data.get("text/plain", ""))


@check("result.sent")
def sent(lab: Lab) -> None:
    """One execute_result."""
    ran = lab.once("value")
    lab.demand(ran, BUSY, RESULT, OK)
    results = [each for each in ran.own if each.msg_type == "execute_result"]
    if len(results) > 1:
        raise Broken([Row("iopub", "one execute_result", describe(each), each is results[0]) for each in results])


@check("result.text-plain")
def text_plain(lab: Lab) -> None:
    """The word that the code puts together, as text/plain, and metadata."""
    words = lab.words.both
    whole = Want(
        "iopub",
        "execute_result",
        f'text/plain with "{words}", metadata an object',
        lambda message: shows(message, words) and is_object(message.content.get("metadata")),
    )
    lab.demand(lab.once("value"), whole)


@check("result.count")
def one_count(lab: Lab) -> None:
    """The count of input, result and reply."""
    ran = lab.once("value")
    lab.demand(ran, INPUT, RESULT, OK)
    number = count(ran)
    counted = [each for each in ran.own if each.msg_type in {"execute_input", "execute_result", "execute_reply"}]
    rows = [
        Row(
            each.channel,
            f"{each.msg_type} execution_count {number}",
            _counted(each.message),
            _has(each.message, number),
        )
        for each in counted
    ]
    if not all(row.agrees for row in rows):
        raise Broken(rows)


def _has(message: Message | None, number: object) -> bool:
    return message is not None and message.content.get("execution_count") == number


def _counted(message: Message | None) -> str:
    found = message.content.get("execution_count", "missing") if message else ""
    return f"{message.msg_type if message else ''} execution_count {found}"


def count(ran: Exchange) -> int:
    """The execution_count of the reply; `Broken` where there is none."""
    found = ran.reply.content.get("execution_count") if ran.reply else None
    if not is_count(found):
        raise Broken(
            [Row("shell", "execute_reply execution_count a number", f"execution_count {found!r}", agrees=False)]
        )
    return int(str(found))


@check("result.none")
def none(lab: Lab) -> None:
    """An assignment, or what the language has like it."""
    ran = lab.once("no_value")
    lab.quiet()
    lab.demand(ran, BUSY, IDLE, OK, never=(RESULT,))


def _demand_count(expected: int, ran: Exchange, before: int, what: str) -> None:
    if count(ran) != expected:
        rows = [
            Row("shell", f"execution_count {before}", f"execution_count {before}", agrees=True),
            Row("shell", f"execution_count {expected}  ({what})", f"execution_count {count(ran)}", agrees=False),
        ]
        raise Broken(rows)


@check("count.increases")
def increases(lab: Lab) -> None:
    """Two requests, one after the other."""
    first = count(lab.run("no_value"))
    _demand_count(first + 1, lab.run("no_value"), first, "the next request that stores history")


@check("count.not-stored")
def not_stored(lab: Lab) -> None:
    """One that stores history, one that does not, one that does."""
    first = count(lab.run("no_value"))
    lab.run("no_value", store_history=False)
    _demand_count(first + 1, lab.run("no_value"), first, "after one with store_history false between")


@check("silent.result")
def silent_result(lab: Lab) -> None:
    """The value again, silently."""
    ran = lab.once("silent", lambda: lab.run("value", silent=True, store_history=False))
    lab.quiet()
    lab.demand(ran, BUSY, IDLE, OK, never=(RESULT,))


@check("silent.input")
def silent_input(lab: Lab) -> None:
    """No code of a silent request on iopub. What it prints is not judged, for the reference broadcasts it as well."""
    ran = lab.run("no_value", silent=True, store_history=False)
    lab.quiet()
    lab.demand(ran, BUSY, IDLE, OK, never=(INPUT,))
    if lab.snippets is not None and "print" in lab.snippets:
        printed = lab.run("print", silent=True, store_history=False)
        lab.quiet()
        lab.said["silent"] = (
            "Output of silent code: the document says that it is not broadcast, the reference kernel broadcasts it. "
            f"This kernel {'broadcasts it' if printed.text() else 'does not'}."
        )


@check("silent.count")
def silent_count(lab: Lab) -> None:
    """A silent request that says store_history true."""
    first = count(lab.run("no_value"))
    lab.run("no_value", silent=True, store_history=True)
    _demand_count(first + 1, lab.run("no_value"), first, "after a silent one between")


@check("display.data")
def display(lab: Lab) -> None:
    """What the code shows without its being the value."""
    words = lab.words.both
    whole = Want(
        "iopub",
        "display_data",
        f'with "{words}" in data, metadata an object',
        lambda message: words in str(message.content.get("data")) and is_object(message.content.get("metadata")),
    )
    ran = lab.once("display")
    if ran.reply is not None and ran.reply.content.get("status") == "error":
        raise NotOffered(f"the code that is to display something fails: {ran.reply.content.get('ename')}")
    lab.demand(ran, BUSY, whole)


def evaluated(lab: Lab, **expressions: str) -> Json:
    """The reply's user_expressions for a request that runs nothing."""
    lab.ready()
    ran = lab.execute("", user_expressions=expressions)
    lab.demand(ran, OK)
    content = ran.reply.content if ran.reply else {}
    hold("shell", "content", content, ("user_expressions", "an object", is_object))
    found: Json = content["user_expressions"]
    return found


def _one(found: Json, name: str) -> Json:
    hold("shell", "user_expressions", found, (name, "an object", is_object))
    one: Json = found[name]
    return one


@check("user-expressions.value")
def expression(lab: Lab) -> None:
    """One expression."""
    words = lab.words.both
    found = _one(evaluated(lab, seams=lab.code("expression")), "seams")
    hold(
        "shell",
        "user_expressions.seams",
        found,
        ("status", '"ok"', lambda value: value == "ok"),
        (
            "data",
            f'text/plain with "{words}"',
            lambda value: is_object(value) and words in str(value.get("text/plain")),
        ),
        ("metadata", "an object", is_object),
    )


@check("user-expressions.error")
def bad_expression(lab: Lab) -> None:
    """One that holds and one that fails."""
    found = evaluated(lab, good=lab.code("expression"), bad=lab.code("bad_expression"))
    hold("shell", "user_expressions.good", _one(found, "good"), ("status", '"ok"', lambda value: value == "ok"))
    bad = _one(found, "bad")
    hold("shell", "user_expressions.bad", bad, ("status", '"error"', lambda value: value == "error"))
