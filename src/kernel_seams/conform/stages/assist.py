"""Stage 11: what helps to write code. Of these only complete is recommended; the others may be left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernel_seams.conform.checks import check, hold, is_count, is_object, is_text, reply
from kernel_seams.conform.exchange import Exchange, Row, Want
from kernel_seams.conform.lab import Broken, Lab, NotOffered
from kernel_seams.wire.message import Json

SHOWN = 120
STATES = ("complete", "incomplete", "invalid", "unknown")
TAIL = {"output": False, "raw": True, "hist_access_type": "tail", "session": 0, "start": 0, "stop": 0, "n": 5}


def complete(lab: Lab, code: str, behind: str = "") -> Exchange:
    """A complete_request with the cursor between `code` and what is `behind` it, counted in code points."""
    return lab.ask("complete_request", {"code": code + behind, "cursor_pos": len(code)})


def completed(lab: Lab, before: str, *, more: bool = False) -> None:
    """Demand the completion of the snippet behind the text `before`; with `more` a line follows the cursor's."""
    texts = {name: lab.words.fill(text) for name, text in (lab.snippets.completion if lab.snippets else {}).items()}
    lab.ready()
    lab.once("completion", lambda: lab.execute(texts["before"]))
    code, match = before + texts["code"], texts["match"]
    asked = complete(lab, code, f"\n{texts['before']}" if more else "")
    lab.demand(asked, reply("complete", status="ok"))
    content = asked.reply.content if asked.reply else {}
    start, end = content.get("cursor_start"), content.get("cursor_end")
    fits = is_count(start) and is_count(end) and 0 <= int(str(start)) < int(str(end)) <= len(code)
    replaced = code[int(str(start)) : int(str(end))] if fits else ""
    hold(
        "shell",
        "content",
        content,
        ("matches", f'with "{match}"', lambda value: isinstance(value, list) and match in map(str, value)),
        ("cursor_start", f'where "{texts["code"]}" begins', lambda _: bool(replaced) and match.startswith(replaced)),
        ("cursor_end", str(len(code)), lambda value: value == len(code)),
        ("metadata", "an object", is_object),
    )


@check("complete.matches")
def matches(lab: Lab) -> None:
    """A name that was defined before."""
    completed(lab, "")


@check("complete.code-points")
def code_points(lab: Lab) -> None:
    """The same behind two characters beyond the basic plane."""
    completed(lab, lab.snippets.completion["astral"] if lab.snippets else "")


@check("complete.cursor")
def cursor(lab: Lab) -> None:
    """The same in the first of two lines."""
    completed(lab, "", more=True)


@check("complete.empty")
def empty(lab: Lab) -> None:
    """No code at all."""
    lab.ready()
    lab.demand(complete(lab, ""), reply("complete"))


def optional(lab: Lab, kind: str, content: Json) -> Json:
    """The reply's content; `NotOffered` where requests of this kind are not answered."""
    lab.ready()
    asked = lab.ask(f"{kind}_request", content)
    if asked.reply is None and not lab.ended():
        raise NotOffered(f"{kind}_request is not answered")
    lab.demand(asked, Want("shell", f"{kind}_reply"))
    return asked.reply.content if asked.reply else {}


def is_complete(lab: Lab, name: str, expected: str) -> Json:
    """The answer about a snippet: as expected, or unknown, which is `NotOffered`."""
    content = optional(lab, "is_complete", {"code": lab.code(name)})
    hold("shell", "content", content, ("status", f"one of {', '.join(STATES)}", lambda value: value in STATES))
    if content["status"] == "unknown" != expected:
        raise NotOffered("is_complete_request is answered with unknown")
    hold("shell", "content", content, ("status", f'"{expected}"', lambda value: value == expected))
    return content


@check("is-complete.answer")
def whole(lab: Lab) -> None:
    """A whole statement."""
    is_complete(lab, "no_value", "complete")


@check("is-complete.incomplete")
def incomplete(lab: Lab) -> None:
    """Code that goes on."""
    content = is_complete(lab, "incomplete", "incomplete")
    hold("shell", "content", content, ("indent", "text", is_text))


@check("is-complete.invalid")
def invalid(lab: Lab) -> None:
    """Code that nothing can mend."""
    is_complete(lab, "syntax_error", "invalid")


def inspected(lab: Lab, name: str, behind: str = "") -> Json:
    """The answer about a name, with the cursor at its end and something `behind` it."""
    code = lab.code(name)
    return optional(lab, "inspect", {"code": code + behind, "cursor_pos": len(code), "detail_level": 0})


@check("inspect.found")
def found(lab: Lab) -> None:
    """Something that every program of the language has."""
    content = inspected(lab, "inspect")
    if content.get("found") is False:
        raise NotOffered(f"inspect_request finds nothing about {lab.code('inspect')!r}")
    hold(
        "shell",
        "content",
        content,
        ("status", '"ok"', lambda value: value == "ok"),
        ("found", "true", lambda value: value is True),
        ("data", "with text/plain", lambda value: is_object(value) and is_text(value.get("text/plain"))),
        ("metadata", "an object", is_object),
    )


@check("inspect.cursor")
def looked_up(lab: Lab) -> None:
    """The same name, and a line with one that nobody has behind it."""
    content = inspected(lab, "inspect", f"\n{lab.code('unknown')}")
    hold("shell", "content", content, ("found", "true", lambda value: value is True))


@check("inspect.unknown")
def unknown(lab: Lab) -> None:
    """A name that nobody has."""
    hold(
        "shell",
        "content",
        inspected(lab, "unknown"),
        ("status", '"ok"', lambda value: value == "ok"),
        ("found", "false", lambda value: value is False),
        ("data", "an object", is_object),
    )


@check("history.tail")
def history(lab: Lab) -> None:
    """The code that was run last is the last of the tail."""
    ran = lab.run("print")
    content = optional(lab, "history", TAIL)
    entries = content.get("history")
    if entries == []:
        raise NotOffered("its history is empty")
    hold("shell", "content", content, ("history", "a list of [session, line_number, input]", _is_history))
    last, code = content["history"][-1], str(ran.request.content["code"])
    if str(last[2]).strip() != code.strip():
        raise Broken([Row("shell", f"last entry: {code!r}", f"last entry: {last[2]!r}", agrees=False)])


@check("history.arguments")
def arguments(lab: Lab) -> None:
    """Each way to ask for less than all, after three cells of which the third is the first again."""
    ran = [lab.run(name) for name in ("print", "no_value", "print")]
    same, other, _ = (str(each.request.content["code"]).strip() for each in ran)
    start, stop = (each.reply.content.get("execution_count") if each.reply else None for each in ran[1:])
    search = {"hist_access_type": "search", "pattern": f"*{lab.words.left}*"}
    _heed(lab, {"n": 2}, f"{[other, same]}", lambda codes: codes == [other, same])
    _heed(
        lab, {"hist_access_type": "range", "start": start, "stop": stop}, f"{[other]}", lambda codes: codes == [other]
    )
    _heed(lab, {**search, "n": 100}, f"{same!r} twice, and no {other!r}", lambda codes: _twice(codes, same, other))
    _heed(lab, {**search, "n": 1}, f"{[same]}", lambda codes: codes == [same])
    _heed(lab, {**search, "n": 100, "unique": True}, f"{same!r} once", lambda codes: codes.count(same) == 1)
    both = "[input, output] in the place of input"
    _heed(lab, {"n": 1, "output": True}, both, lambda codes: all(isinstance(code, list) for code in codes))


def _twice(codes: list[Any], same: str, other: str) -> bool:
    return codes.count(same) >= 2 and other not in codes


def _heed(lab: Lab, asked: Json, expected: str, test: Callable[[list[Any]], bool]) -> None:
    """Hold the entries of a history_request to `test`; `NotOffered` where the arguments change nothing."""
    entries: Any = optional(lab, "history", {**TAIL, **asked}).get("history")
    codes = [code.strip() if isinstance(code, str) else code for *_, code in entries] if _is_history(entries) else []
    if not codes or not test(codes):
        words = ", ".join(f"{name} {value}" for name, value in asked.items())
        row = Row("shell", f"{words}: {expected}", f"{codes}"[:SHOWN], agrees=False)
        raise NotOffered("a history_request's arguments change nothing, or not what they should", [row])


def _is_history(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, list) and len(entry) == 3 for entry in value)
