"""Stage 10: code asks the front-end that ran it for a line."""

from __future__ import annotations

from dataclasses import dataclass

from kernel_seams.conform.checks import check, hold, is_text, reply, stream
from kernel_seams.conform.exchange import Exchange, Row, Want
from kernel_seams.conform.lab import Broken, Lab, NotOffered
from kernel_seams.conform.snippets import new_words
from kernel_seams.wire.message import Message, request

REQUEST = Want("stdin", "input_request")


@dataclass(frozen=True)
class Question:
    """Code that asked: its exchange, the input_request, and the line that was answered."""

    ran: Exchange
    asked: Message
    answer: str


def question(lab: Lab, name: str = "input") -> Question:
    """Run the snippet, answer what it asks; kept for the other rules."""
    lab.ready()
    kept = f"question {name}"
    if kept not in lab.kept:
        lab.kept[kept] = _question(lab, name)
    found: Question = lab.kept[kept]
    return found


def _question(lab: Lab, name: str) -> Question:
    ran = lab.run(name, settle=False, allow_stdin=True)
    lab.wait(lambda: any(REQUEST.fits(each) for each in ran.own) or ran.over)
    asked = next((each.message for each in ran.own if REQUEST.fits(each)), None)
    if asked is None:
        if ran.over:
            raise NotOffered("the code came to its end without an input_request")
        lab.demand(ran, REQUEST)
        raise Broken([Row("stdin", "input_request", None, agrees=False)])
    answer = new_words().both
    ran.front.send(
        "stdin", request("input_reply", {"value": answer}, session=ran.front.session, parent_header=asked.header)
    )
    return Question(lab.settle(ran), asked, answer)


@check("stdin.request")
def asks(lab: Lab) -> None:
    """A prompt that the code chose, and password."""
    prompt = lab.words.right
    hold(
        "stdin",
        "content",
        question(lab).asked.content,
        ("prompt", f'text with "{prompt}"', lambda value: is_text(value) and prompt in value),
        ("password", "false", lambda value: value is False),
    )


@check("stdin.parent")
def parent(lab: Lab) -> None:
    """The header of the execute_request."""
    found = question(lab)
    hold(
        "stdin",
        "parent_header",
        found.asked.parent_header,
        ("msg_id", "the execute_request's", lambda value: value == found.ran.request.msg_id),
    )


@check("stdin.reply")
def answered(lab: Lab) -> None:
    """The code prints what it was answered."""
    found = question(lab)
    lab.demand(found.ran, reply("execute", status="ok"), stream("stdout", lab.words.left + found.answer))


@check("stdin.password")
def password(lab: Lab) -> None:
    """The same for a secret."""
    found = question(lab, "password")
    hold("stdin", "content", found.asked.content, ("password", "true", lambda value: value is True))
    lab.demand(found.ran, stream("stdout", lab.words.left + found.answer))


@check("stdin.not-allowed")
def not_allowed(lab: Lab) -> None:
    """Nobody is there who could answer."""
    ran = lab.run("input", allow_stdin=False)
    lab.demand(ran, Want("shell", "execute_reply"), never=(REQUEST,))
