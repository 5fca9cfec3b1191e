"""Hold a kernel to the rules: `run` is what `seams conform` and the course's checks call."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from kernel_seams.conform.checks import Check, checks
from kernel_seams.conform.diagnose import diagnose, readable
from kernel_seams.conform.lab import Broken, Lab, NotAsked, NotOffered
from kernel_seams.conform.report import Report, Result, Verdict
from kernel_seams.conform.snippets import Snippets, for_kernel, load
from kernel_seams.conform.table import Rule, Stage, stages
from kernel_seams.conform.target import find_target
from kernel_seams.conform.told import said_of
from kernel_seams.errors import ConformError
from kernel_seams.signals import terminated_as_interrupted

BUDGET = 30.0
STDERR_LINES, STDERR_WIDTH = 12, 400
Tell = Callable[[Result], None]


def run(
    kernel: str | Sequence[str],
    snippets: Snippets | str | Path | None = None,
    *,
    only: Collection[int] | None = None,
    budget: float = BUDGET,
    stop_at_first_failure: bool = False,
    strict: bool = False,
    interrupt_mode: str | None = None,
    name: str | None = None,
    tell: Tell = lambda _: None,
) -> Report:
    """The report on `kernel`: the name of a kernelspec, or a command line with ``{connection_file}`` in it.

    `snippets` are a shipped name or a file; by default those for what the kernel says it is. `only` these stages are
    tried, by number. `budget` is in seconds, for each stage. With `strict` what a kernel may leave out has failed where
    it is left out. `name` is what the report calls it. `tell` is called with each result as it comes.

    The program and all it started have ended when this returns or raises; `ConformError` where kernel, snippets or
    stages are none.
    """
    target = find_target(kernel, interrupt_mode=interrupt_mode)
    chosen = _chosen(only)
    given = snippets if isinstance(snippets, Snippets) else load(snippets) if snippets is not None else None
    lab = Lab(target, budget, given)
    bench = _Bench(lab, strict, stop_at_first_failure)
    began = time.monotonic()
    with terminated_as_interrupted():
        try:
            results = bench.results(chosen, tell)
        finally:
            lab.close()
    used = lab.snippets.name if lab.snippets else "none"
    seconds, words, said = (
        time.monotonic() - began,
        (lab.words.left, lab.words.right),
        said_of(target, lab.info, lab.said),
    )
    return Report(name or target.name, target.argv, used, chosen, results, seconds, lab.info, words, said)


def _chosen(only: Collection[int] | None) -> list[Stage]:
    there = {stage.number: stage for stage in stages()}
    unknown = [number for number in only or () if number not in there]
    if unknown:
        raise ConformError(f"There is no stage {unknown[0]}; there are 1 to {max(there)}.")
    return [stage for number, stage in there.items() if only is None or number in only]


class _Bench:
    """Tries rule after rule; what cannot be tried after a failure is not reached."""

    def __init__(self, lab: Lab, strict: bool, stop: bool) -> None:
        self.lab, self.strict, self.stop = lab, strict, stop
        self.blocked, self.at_stage, self.at_rule = "", 0, 0
        self.verdicts: dict[str, Verdict] = {}

    def results(self, chosen: Sequence[Stage], tell: Tell) -> list[Result]:
        """The results of these stages, each told as it comes."""
        found = []
        for stage in chosen:
            for result in self.stage(stage):
                found.append(result)
                tell(result)
        return found

    def stage(self, stage: Stage) -> Iterator[Result]:
        """The results of one stage, as they come."""
        self.lab.clock.start(self.lab.budget)
        self.at_stage = self._written()
        for rule in stage.rules:
            result = self._result(rule)
            self.verdicts[rule.id] = result.verdict
            if result.verdict == "failed":
                # A kernel that a failure has left busy, silent or dead is not asked the next rule.
                if not self.lab.well():
                    self.lab.stop()
                if rule.essential or self.stop:
                    self.blocked = f"it needs {rule.id}" if rule.essential else f"stopped at {rule.id}"
            yield result

    def _result(self, rule: Rule) -> Result:
        if self.blocked:
            return Result(rule, "not reached", note=self.blocked, needs=self.blocked.split()[-1])
        began = time.monotonic()
        self.lab.late, self.at_rule = False, self._written()
        if not self.lab.left:
            return Result(rule, "not reached", note=f"the {self.lab.budget:.0f} s of this stage were used up")
        try:
            self._prepare(rule)
            needed = next((name for name in rule.needs if self.verdicts.get(name) != "passed"), None)
            if needed:
                return _without(rule, needed, self.verdicts[needed])
            _check(rule)(self.lab)
        except Broken as broken:
            if reason := self._too_young(rule, broken):
                return self._absent(rule, reason, time.monotonic() - began)
            return self._failed(rule, broken, time.monotonic() - began)
        except NotOffered as absent:
            if self.strict and absent.rows:
                cause = f"{str(absent)[:1].upper()}{str(absent)[1:]}."
                return self._failed(rule, Broken(absent.rows, cause), time.monotonic() - began)
            return self._absent(rule, str(absent), time.monotonic() - began)
        except NotAsked as reason:
            return Result(rule, "not asked", note=str(reason))
        return Result(rule, "passed", time.monotonic() - began)

    def _prepare(self, rule: Rule) -> None:
        """See that the snippets are there which the rule needs, or that it is not asked."""
        lab = self.lab
        if rule.snippets and lab.snippets is None:
            lab.ready()
            language = lab.info.get("language_info")
            name = language.get("name", "") if isinstance(language, dict) else ""
            lab.snippets = for_kernel(str(lab.info.get("implementation", "")), str(name), lab.target.language)
        missing = [name for name in rule.snippets if lab.snippets is None or name not in lab.snippets]
        if missing:
            raise NotAsked(f"it needs the snippet {missing[0]!r} in the kernel's language")

    def _failed(self, rule: Rule, broken: Broken, seconds: float) -> Result:
        program = self.lab.program
        if program is not None:
            program.settle()
        stderr = readable(self._stderr())
        cause, step = diagnose(self.lab, rule, broken, stderr)
        last = "\n".join(line[:STDERR_WIDTH] for line in stderr.strip().splitlines()[-STDERR_LINES:])
        return Result(rule, "failed", seconds, broken.rows, cause, step, last)

    def _written(self) -> int:
        """How much the program has written to stderr by now."""
        return self.lab.program.err.written if self.lab.program else 0

    def _stderr(self) -> str:
        """What the program wrote since the rule began; nothing, and it may be from what the rules share: the stage."""
        if self.lab.program is None:
            return ""
        tail = self.lab.program.err
        return tail.since(self.at_rule).strip() or tail.since(self.at_stage)

    def _too_young(self, rule: Rule, broken: Broken) -> str:
        """Why a kernel need not have what is missing, or nothing: it claims a version from before there was any."""
        claimed = self.lab.info.get("protocol_version")
        if not rule.since or not isinstance(claimed, str) or any(row.came for row in broken.rows):
            return ""
        young = _version(claimed) < _version(rule.since)
        return f"it says that it speaks {claimed}, and this came with {rule.since}" if young else ""

    def _absent(self, rule: Rule, reason: str, seconds: float) -> Result:
        if self.strict:
            return Result(rule, "failed", seconds, (), reason, f"It may be left out; --strict asks for it: {rule.says}")
        return Result(rule, "not offered", seconds, note=reason)


def _without(rule: Rule, needed: str, verdict: Verdict) -> Result:
    """The result of a rule that makes no sense without another, which has not passed."""
    return Result(rule, "not reached" if verdict == "failed" else verdict, note=f"it needs {needed}", needs=needed)


def _version(text: str) -> list[int]:
    return [int(part) for part in text.split(".") if part.isdigit()]


def _check(rule: Rule) -> Check:
    return checks()[rule.id]
