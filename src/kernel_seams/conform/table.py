"""The table of stages and rules: what a kernel is held to, and where that is written.

Source: rules.toml, beside this file, which says what each field means.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Level = Literal["required", "recommended", "optional"]
LEVELS: tuple[Level, ...] = ("required", "recommended", "optional")
DOCUMENTS = {
    "messaging": "Messaging in Jupyter",
    "kernels": "Making kernels for Jupyter",
    "security": "Transport security for kernels",
    "seams": "no document of the protocol",
}


@dataclass(frozen=True)
class Rule:
    """One thing a kernel is held to; `says` is the rule in one sentence, `quote` the words of the document.

    `cause` and `next` are the likely cause of a failure and the next step where what came does not say it better.
    `snippets` are needed in the kernel's language; after an `essential` rule that does not hold later stages make no
    sense; `needs` are rules of its stage that come before it and must hold; `since` is the protocol version that
    brought it, empty where it has always been there.
    """

    id: str
    stage: int
    level: Level
    document: str
    section: str
    quote: str
    says: str
    cause: str
    next: str
    snippets: tuple[str, ...] = ()
    essential: bool = False
    needs: tuple[str, ...] = ()
    since: str = ""

    @property
    def source(self) -> str:
        """Where it is written, in words: the page and the heading."""
        return f"{DOCUMENTS[self.document]}, {self.section}"


@dataclass(frozen=True)
class Stage:
    """A step of the suite: `goal` is one sentence, `first` what somebody does first who has nothing of it yet."""

    number: int
    name: str
    goal: str
    first: str
    rules: tuple[Rule, ...]


@cache
def stages() -> tuple[Stage, ...]:
    """All stages, in the order in which they are tried."""
    table = tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
    return tuple(_stage(row) for row in table["stage"])


@cache
def rules() -> dict[str, Rule]:
    """All rules by their id, in the order in which they are tried."""
    return {rule.id: rule for stage in stages() for rule in stage.rules}


def _stage(row: dict[str, Any]) -> Stage:
    number = row["number"]
    found = (_rule({**rule, "stage": number}) for rule in row["rules"])
    return Stage(number, row["name"], row["goal"], row["first"], tuple(found))


def _rule(row: dict[str, Any]) -> Rule:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Rule(**fields)
