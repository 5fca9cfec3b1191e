"""The report for a person on a terminal: the stages, each failure with its two traces, what was not judged.

What came from the kernel is untrusted: `plain` takes its control characters away.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from kernel_seams.conform.exchange import Row
from kernel_seams.conform.report import Report, Result
from kernel_seams.conform.table import Stage
from kernel_seams.console import cell, plain, table

STYLES = {"passed": "green", "failed": "bold red", "not offered": "cyan", "not asked": "dim", "not reached": "yellow"}
WIDTH = 100
LABEL = 12
NOTHING = "-"


def show(out: Console, report: Report) -> None:
    """Print the whole report."""
    language = f", asked in {plain(report.snippets)}" if report.snippets != "none" else ""
    out.print(Text(f"{plain(report.kernel)}{language}\n", style="bold"))
    out.print(_stages(report))
    for result in report.results:
        if result.verdict == "failed":
            show_failure(out, result, _stage(report, result))
    out.print()
    for sentence in report.said:
        _labelled(out, "not judged", sentence)
    _left_out(out, report)
    out.print(Text(_sum(report), style="bold green" if report.passed else "bold red"))


def show_failure(out: Console, result: Result, stage: Stage) -> None:
    """Print one failure: the rule and where it is written, the two traces, cause, next step, the program's stderr."""
    rule = result.rule
    out.print(Text(f"\nfailed: {rule.id}  ({rule.level}; stage {stage.number}, {stage.name})", style="bold red"))
    _labelled(out, "rule", rule.says)
    _labelled(out, "written in", f'{rule.source}: "{rule.quote}"' if rule.quote else rule.source)
    if result.rows:
        out.print(traces(result.rows))
    _labelled(out, "because", result.cause)
    _labelled(out, "next", result.next)
    if rule.essential:
        _labelled(out, "this stage", f"{stage.goal} {stage.first}")
    nothing = "(nothing)" if rule.id == "start.runs" else ""
    for number, line in enumerate((result.stderr or nothing).splitlines()):
        out.print(Text(f"  {'stderr' if number == 0 else '':<{LABEL}}{plain(line)}", style="dim"))


def _stage(report: Report, result: Result) -> Stage:
    return next(stage for stage in report.stages if stage.number == result.rule.stage)


def _stages(report: Report) -> object:
    """A line a stage, up to the last that was reached."""
    rows = table("stage", "", "passed", "", header=False)
    reached = [stage for stage in report.stages if any(each.verdict != "not reached" for each in report.of(stage))]
    for stage in reached:
        results = report.of(stage)
        asked = [each for each in results if each.verdict in {"passed", "failed", "not reached"}]
        passed = sum(each.verdict == "passed" for each in asked)
        style = "green" if passed == len(asked) and asked else "dim" if not asked else "red"
        share = f"{passed} of {len(asked)}" if asked else NOTHING
        rows.add_row(cell(f"{stage.number:2}"), cell(stage.name, "bold"), cell(share, style), cell(_others(results)))
    missed = report.stages[len(reached) :]
    if missed:
        rows.add_row(cell(f"{missed[0].number:2} to {missed[-1].number}"), cell(""), cell(""), cell("not reached"))
    return rows


def _others(results: Sequence[Result]) -> str:
    """What failed, by name, and how many were not asked or not reached."""
    failed = [each.rule.id for each in results if each.verdict == "failed"]
    rest = {verdict: sum(each.verdict == verdict for each in results) for verdict in STYLES}
    words = [f"failed: {', '.join(failed)}"] if failed else []
    words += [f"{rest[verdict]} {verdict}" for verdict in ("not offered", "not asked", "not reached") if rest[verdict]]
    return "; ".join(words)


def traces(rows: Sequence[Row]) -> object:
    """What was expected beside what came, a line a message."""
    made = table("  socket", "expected", "", "came")
    before = ""
    for row in rows:
        mark = " " if row.agrees else "|" if row.expected and row.came else "<" if row.expected else ">"
        made.add_row(
            cell(f"  {row.channel if row.channel != before else ''}"),
            cell(row.expected if row.expected is not None else ""),
            cell(mark, "bold red"),
            cell(row.came if row.came is not None else "(nothing)", "" if row.agrees else "red"),
        )
        before = row.channel
    return made


def _labelled(out: Console, label: str, text: str) -> None:
    """`text` behind its label, folded on a terminal and on one line in a pipe."""
    room = min(out.width, WIDTH) - LABEL - 2 if out.is_terminal else 100_000
    for number, line in enumerate(textwrap.wrap(plain(text), max(30, room), break_long_words=False) or [""]):
        out.print(Text.assemble((f"  {label if number == 0 else '':<{LABEL}}", "dim"), line))


def _left_out(out: Console, report: Report) -> None:
    """Why rules were not asked, what is not offered, and what time did not suffice for, each reason once."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for result in report.results:
        if result.verdict in {"not offered", "not asked"} or (result.verdict == "not reached" and not result.needs):
            reasons.setdefault((result.verdict, result.note), []).append(result.rule.id)
    for (verdict, note), names in reasons.items():
        shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
        _labelled(out, verdict, f"{', '.join(shown)}: {note}")


def _sum(report: Report) -> str:
    return f"{', '.join(_counted(report))}; {report.seconds:.1f} s."


def _counted(report: Report) -> Iterator[str]:
    counts = report.counts()
    yield f"{counts.pop('passed')} rules passed"
    yield f"{counts.pop('failed')} failed"
    yield from (f"{number} {verdict}" for verdict, number in counts.items() if number)
