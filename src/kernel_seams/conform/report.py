"""What came of holding a kernel to the rules, as data: the JSON of `seams conform --json` is its `to_json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kernel_seams.conform.exchange import Row
from kernel_seams.conform.table import DOCUMENTS, Rule, Stage

SCHEMA = 1
Verdict = Literal["passed", "failed", "not offered", "not asked", "not reached"]
VERDICTS: tuple[Verdict, ...] = ("passed", "failed", "not offered", "not asked", "not reached")


@dataclass(frozen=True)
class Result:
    """What came of one rule.

    `failed`: `rows` has the two traces side by side, `cause` the likely cause, `next` the next step, `stderr` the end
    of what the program wrote there. `not offered`: the kernel does not have it and need not. `not asked`: there is no
    snippet for it, or it does not apply. `not reached`: a rule before it failed, which it `needs`, or
    there was no time. `note` says why.
    """

    rule: Rule
    verdict: Verdict
    seconds: float = 0.0
    rows: Sequence[Row] = ()
    cause: str = ""
    next: str = ""
    stderr: str = ""
    note: str = ""
    needs: str = ""

    @property
    def expected(self) -> list[str]:
        """The lines of the trace that was expected, each with its socket."""
        return [f"{row.channel}: {row.expected}" for row in self.rows if row.expected is not None]

    @property
    def got(self) -> list[str]:
        """The lines of the trace that came, each with its socket."""
        return [f"{row.channel}: {row.came}" for row in self.rows if row.came is not None]

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return {
            "rule": self.rule.id,
            "stage": self.rule.stage,
            "level": self.rule.level,
            "document": DOCUMENTS[self.rule.document],
            "section": self.rule.section,
            "quote": self.rule.quote,
            "says": self.rule.says,
            "verdict": self.verdict,
            "seconds": round(self.seconds, 3),
            "trace": [row.to_json() for row in self.rows],
            "cause": self.cause,
            "next": self.next,
            "stderr": self.stderr,
            "note": self.note,
        }


@dataclass(frozen=True)
class Report:
    """All results, in the order of the rules; `words` stood for LEFT and RIGHT, `said` was not judged."""

    kernel: str
    argv: Sequence[str]
    snippets: str
    stages: Sequence[Stage]
    results: Sequence[Result]
    seconds: float
    info: dict[str, Any]
    words: tuple[str, str]
    said: Sequence[str] = ()

    @property
    def passed(self) -> bool:
        """Whether all that was asked passed, and something was."""
        counts = self.counts()
        return counts["passed"] > 0 and not counts["failed"] and not counts["not reached"]

    @property
    def first_failure(self) -> Result | None:
        """The first rule that failed."""
        return next((result for result in self.results if result.verdict == "failed"), None)

    def counts(self) -> dict[str, int]:
        """How many rules have which verdict."""
        found = Counter(result.verdict for result in self.results)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def of(self, stage: Stage) -> list[Result]:
        """The results of one stage."""
        return [result for result in self.results if result.rule.stage == stage.number]

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "schema": SCHEMA,
            "kernel": self.kernel,
            "argv": list(self.argv),
            "snippets": self.snippets,
            "words": {"LEFT": self.words[0], "RIGHT": self.words[1]},
            "passed": self.passed,
            "seconds": round(self.seconds, 2),
            "counts": self.counts(),
            "kernel_info": self.info,
            "said": list(self.said),
            "stages": [{"number": each.number, "name": each.name, "goal": each.goal} for each in self.stages],
            "results": [result.to_json() for result in self.results],
        }
