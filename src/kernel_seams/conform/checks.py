"""How a rule is tried: functions under the rule's id, and the few words they are written in.

A check returns where the rule holds, raises `Broken` where it does not, `NotOffered` where the kernel does not have
what the document leaves open, and `NotAsked` where it cannot be tried.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from kernel_seams.conform.exchange import Row, Want
from kernel_seams.conform.lab import Broken, Lab
from kernel_seams.conform.table import stages
from kernel_seams.wire.message import Json

Check = Callable[[Lab], None]
Field = tuple[str, str, Callable[[Any], bool]]
_CHECKS: dict[str, Check] = {}
MISSING = object()


def check(rule: str) -> Callable[[Check], Check]:
    """The decorator that says which rule a function tries."""

    def register(function: Check) -> Check:
        _CHECKS[rule] = function
        return function

    return register


def checks() -> dict[str, Check]:
    """All checks, by the rule's id."""
    for stage in stages():
        import_module(f"kernel_seams.conform.stages.{stage.name.replace('-', '_')}")
    return _CHECKS


def status(state: str) -> Want:
    """The status `state` on iopub."""
    return Want("iopub", "status", state, lambda message: message.content.get("execution_state") == state)


BUSY, IDLE = status("busy"), status("idle")


def stream(name: str, text: str) -> Want:
    """A stream called `name` with `text` in it."""
    return Want(
        "iopub",
        "stream",
        f'"{name}" with "{text}"',
        lambda message: message.content.get("name") == name and text in str(message.content.get("text")),
    )


def reply(kind: str, channel: str = "shell", **content: Any) -> Want:
    """A reply of this kind whose content has at least these fields."""
    return Want(
        channel,
        f"{kind}_reply",
        ", ".join(f"{name} {value}" for name, value in content.items()),
        lambda message: all(message.content.get(name) == value for name, value in content.items()),
    )


def hold(channel: str, where: str, value: Json, *fields: Field) -> None:
    """Hold an object to `fields`: each a name, what it is to be in words, and a test; `Broken` has all of them."""
    rows = []
    for name, expected, test in fields:
        found = value.get(name, MISSING)
        agrees = found is not MISSING and test(found)
        came = "missing" if found is MISSING else repr(found)
        rows.append(Row(channel, f"{where}.{name}: {expected}", f"{where}.{name}: {came}"[:100], agrees))
    if not all(row.agrees for row in rows):
        raise Broken(rows)


def is_text(value: object) -> bool:
    """Whether it is text, empty or not."""
    return isinstance(value, str)


def is_filled(value: object) -> bool:
    """Whether it is text and not empty."""
    return isinstance(value, str) and bool(value)


def is_object(value: object) -> bool:
    """Whether it is a JSON object."""
    return isinstance(value, dict)


def is_count(value: object) -> bool:
    """Whether it is a whole number that is not negative; true and false are none."""
    return type(value) is int and value >= 0
