"""What a test asks the student for: decided from the instructor's notebook alone, never from a submission.

A test is run in one of these ways, the first that passes with the reference
solution, and that does not pass when everything it asks is answered with None:

    walled      in the checker; the instructor's locked cells, too
    helpers     in the checker; the names of locked cells stand for the student's
    in process  in the student's process: its points are marked
"""

from __future__ import annotations

import symtable
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["HELPERS", "IN_PROCESS", "WALLED", "TestPlan", "names_in"]

WALLED, HELPERS, IN_PROCESS = "walled", "helpers", "in process"
_transformer = TransformerManager()  # type: ignore[no-untyped-call,unused-ignore]
# What every shell has. A built-in name is not among them: a task may well be to write a `max` of one's own.
ALWAYS = {"__builtins__", "__name__", "display", "exit", "get_ipython", "open", "quit"}


@dataclass(frozen=True)
class TestPlan:
    """How one test is run: the way, the names that stand for the student's, and those that are modules."""

    __test__ = False  # it is no test of pytest's

    way: str = WALLED
    names: tuple[str, ...] = ()
    modules: dict[str, str] = field(default_factory=dict)
    discover: bool = False  # with the solution only: find out which names are the student's, and which are modules

    def to_json(self) -> dict[str, Any]:
        """The plan as plain data."""
        return asdict(self)

    @staticmethod
    def of_json(about: dict[str, Any]) -> TestPlan:
        """The plan that was `to_json`."""
        return TestPlan(about["way"], tuple(about["names"]), dict(about["modules"]), about.get("discover", False))


def names_in(source: str) -> set[str]:
    """The names of the notebook that a cell reads, sets or deletes; empty if it is no Python."""
    try:
        top = symtable.symtable(_transformer.transform_cell(source), "test", "exec")
    except (SyntaxError, ValueError):
        return set()
    return {name for name in _global_names([top]) if name not in ALWAYS}


def _global_names(tables: Iterable[symtable.SymbolTable]) -> set[str]:
    found: set[str] = set()
    for table in tables:
        outermost = table.get_type() == "module"
        found |= {each.get_name() for each in table.get_symbols() if outermost or each.is_global()}
        found |= _global_names(table.get_children())
    return found
