"""What a check tells a learner: received, where, expected, next step.

    from kernel_seams.course import check

    check.call(size, "3072", expected=3.0, next_step="Divide by 1024 once for each unit.")

An answer that is not right raises `CheckFailed`. A notebook then shows these
four lines and nothing else, no stack:

    Received: 3.07
    Where:    size('3072')
    Expected: 3.0
    Next:     A KiB is 1024 bytes; 1000 bytes are a kB.

A frequent mistake has a sentence of its own, which takes the place of the
next step: `mistakes=[(lambda got: got == 3.07, "A KiB is 1024 bytes; ...")]`.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import io
import secrets
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from kernel_seams.course.plain import Raised, first_difference, is_plain, printable, same, show

__all__ = ["CheckFailed", "Raised", "call", "choice", "compare", "equal", "fresh", "passed", "seal", "words"]

Mistake = tuple[Callable[[object], bool], str]

# Numbers and choices for a test's inputs; seeding `random` does not reach it.
fresh = secrets.SystemRandom()


class CheckFailed(AssertionError):  # noqa: N818  (the name is what a learner reads: no fault, an answer)
    """An answer is not right; the text is the four things a learner is told."""

    def __init__(self, *, received: str, where: str, expected: str, next_step: str) -> None:
        self.told = {"received": received, "where": where, "expected": expected}
        self.next_step = next_step
        parts = {"Received:": received, "Where:": where, "Expected:": expected, "Next:": next_step}
        super().__init__("\n".join(f"{label:<9} {text}" for label, text in parts.items()))

    def with_next_step(self, step: str) -> CheckFailed:
        """The same with another next step."""
        return CheckFailed(**self.told, next_step=step)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a stack."""
        return str(self).splitlines()


def equal(received: object, expected: object, *, where: str, next_step: str, mistakes: Iterable[Mistake] = ()) -> None:
    """Pass if `received` is the plain value `expected`, else raise `CheckFailed`."""
    if is_plain(received) and same(received, expected):
        return
    place = first_difference(received, expected) if is_plain(received) else ""
    raise CheckFailed(
        received=show(received),
        where=f"{where}, {place}" if place else where,
        expected=show(expected),
        next_step=_sentence(received, expected, mistakes) or next_step,
    ) from None


def call(
    function: Callable[..., object],
    *arguments: object,
    expected: object,
    next_step: str,
    where: str | None = None,
    mistakes: Iterable[Mistake] = (),
) -> None:
    """Pass if `function(*arguments)` returns the plain value `expected`, else raise `CheckFailed`.

    `where` says how a person would have asked; without it, it is the call.
    The function gets copies of the arguments. What it prints is shown.
    """
    if where is None:
        where = f"{function.__name__}({', '.join(show(argument, 80) for argument in arguments)})"
    received, printed = _outcome(function, copy.deepcopy(arguments))
    if received is None and expected is not None and printed:
        mistakes = [*mistakes, (lambda got: got is None, PRINTED.format(printed=show(printed, 80)))]
    equal(received, expected, where=where, next_step=next_step, mistakes=mistakes)


def choice(received: object, *, of: Sequence[str], sealed: str, where: str, next_step: str) -> None:
    """Pass if `received` is the text of `of` that was `sealed` for this place, else raise `CheckFailed`.

    The answer is sealed so that reading a check does not give it away; the
    next step is an experiment that shows it.
    """
    given = isinstance(received, str) and received in of
    if isinstance(received, str) and seal(where, received) == sealed:
        return
    raise CheckFailed(
        received=show(received) if received is not ... else "nothing yet",
        where=where,
        expected=f"{'another' if given else 'one'} of {', '.join(map(show, of))}",
        next_step=next_step if given else "Put one of these in its place.",
    )


def seal(where: str, answer: str) -> str:
    """A digest of `answer` for the place `where`, short enough for a lesson's text."""
    return hashlib.sha256(f"{where} = {answer}".encode()).hexdigest()[:12]


def passed(task: str) -> None:
    """Say that every check of `task` passed."""
    print(f"{task}: right.")


def words(count: int) -> list[str]:
    """`count` words nobody has seen before, of three to seven small letters."""
    return ["".join(fresh.choices("abcdefghijklmnoprstuvwz", k=fresh.randint(3, 7))) for _ in range(count)]


def compare(predicted: Mapping[str, object], observed: Mapping[str, object]) -> None:
    """Print each prediction beside what was observed; nothing is scored."""
    for question, seen in observed.items():
        said = predicted.get(question)
        answer = "nothing yet" if said is None or said is ... or same(said, "") else show(said, 80)
        verdict = "as you said" if same(said, seen) else f"you said {answer}"
        print(f"{question}\n    {show(seen, 80)}   ({verdict})")


def _outcome(function: Callable[..., object], arguments: tuple[object, ...]) -> tuple[object, str]:
    """What the call returned or `Raised`, and what it printed."""
    printed = io.StringIO()
    value: object
    try:
        with contextlib.redirect_stdout(printed):
            value = function(*arguments)
    except CheckFailed:
        raise  # what was asked has been judged already
    except (Exception, SystemExit) as error:
        value = Raised(type(error).__name__, message(error), placed(error))
    text = printed.getvalue()
    sys.stdout.write(text if len(text) < 2000 else f"{text[:2000]}... ({len(text)} characters printed)\n")
    return value, text


def message(error: BaseException) -> str:
    """The text of an exception, the same on every machine; empty if it cannot be had."""
    try:
        return str(error).replace(sys.executable, "python")  # what to read, and the same on every machine
    except Exception:  # an exception of a learner's own may fail to print
        return ""


def placed(error: BaseException) -> str:
    """The learner's line the exception came from: the innermost one outside of any installed package.

    Empty for IPython's `UsageError`, which is about how a magic was asked for, not about a line. One that
    was raised in another process brings its line along, as `elsewhere`.
    """
    elsewhere = getattr(error, "elsewhere", None)
    if isinstance(elsewhere, str):
        return elsewhere
    if type(error).__name__ == "UsageError":
        return ""
    ours = str(Path(__file__).parents[1])
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        others = ("site-packages", "dist-packages", sys.base_prefix, ours, "<frozen")
        if frame.line and not any(part in frame.filename for part in others):
            return f"line {frame.lineno}: {printable(frame.line.strip(), 80)}"
    return ""


def _sentence(received: object, expected: object, mistakes: Iterable[Mistake]) -> str:
    """The sentence of the first mistake that was made, or an empty text."""
    for made, sentence in [*mistakes, *_general(expected)]:
        with contextlib.suppress(Exception):  # a predicate meant for a text may meet a number
            if made(received):
                return sentence
    return ""


def _general(expected: object) -> list[Mistake]:
    """The mistakes that are made in every task."""
    return [
        (lambda got: isinstance(got, Raised) and got.kind == "NotImplementedError", EMPTY),
        (lambda got: isinstance(got, Raised) and got.kind == "SyntaxError", SYNTAX),
        (lambda got: isinstance(got, Raised) and got.kind == "UsageError" and "not found" in got.text, UNKNOWN),
        (lambda got: got is None and expected is not None, NOTHING),
        (lambda got: not isinstance(got, Raised) and not is_plain(got), NOT_PLAIN.format(kind=_kind(expected))),
        (lambda got: is_plain(got) and _kind(got) != _kind(expected), f"Give back {_kind(expected)}."),
    ]


def _kind(value: object) -> str:
    names = {type(None): "None", bool: "True or False", int: "a number", float: "a number", str: "a text (str)"}
    return names.get(type(value), f"a {type(value).__name__}")


EMPTY = "The hole is still empty: put your code in place of `raise NotImplementedError()` and run that cell again."
SYNTAX = "Python was given a text that is not Python: look at the line, and at what it hands over to be run."
UNKNOWN = "IPython does not know this magic yet: run the cell that defines and registers it."
NOTHING = "The function ended without a value: `return` it."
PRINTED = "It printed {printed} and returned nothing: `return` the value, the cell shows it."
NOT_PLAIN = "Give back plain data, here {kind}: no object of a class of its own."
