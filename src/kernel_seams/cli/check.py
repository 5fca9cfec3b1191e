"""``seams check``: the learner's notebooks and programs in fresh processes, a table of tasks."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click
from rich.text import Text

from kernel_seams.checkout import Checkout, require_checkout
from kernel_seams.console import cell, console, plain, print_json, table
from kernel_seams.course.table import Lesson, read_table

if TYPE_CHECKING:
    from kernel_seams.course.run import Result


@click.command(name="check")
@click.argument("lesson", required=False)
@click.option("--watch", is_flag=True, help="Check LESSON again each time you save a file of it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(lesson: str | None, watch: bool, as_json: bool) -> int:
    """Run your notebooks in work/ in fresh kernels and say which tasks are right: all, or those of LESSON.

    Where you write a program its stages are tried in order, up to the first
    that is not right yet. Nothing of yours is changed: what runs is a copy.
    Exit code 0: every task is right, 1: one is not yet, or a notebook could not be run.
    """
    checkout = require_checkout("seams check")
    course = read_table(checkout.table)
    if watch and (not lesson or as_json):
        raise click.UsageError("--watch takes one LESSON, and no --json")
    chosen = [course.lesson(lesson)] if lesson else [each for each in course.lessons if each.tasks]
    code = _report(checkout, chosen, lesson, as_json)
    if watch:
        from kernel_seams.course.stages import changes

        waiting = f"Save a file in work/{lesson} and it is checked again; Ctrl-C ends."
        click.echo(waiting)
        for _ in changes(checkout.work / chosen[0].id):
            click.clear()
            code = _report(checkout, chosen, lesson, as_json)
            click.echo(waiting)
    return code


def _report(checkout: Checkout, chosen: Sequence[Lesson], lesson: str | None, as_json: bool) -> int:
    """Check, show what was found, and return the exit code."""
    results = _check(checkout, chosen)
    outcomes = [outcome for result in results for outcome in result.outcomes]
    problems = [problem for result in results for problem in result.problems]
    right = sum(outcome.right is True for outcome in outcomes)
    if as_json:
        print_json({"tasks": [outcome.to_json() for outcome in outcomes], "problems": problems})
    else:
        _show(results, problems)
        click.echo(f"{right} of {len(outcomes)} tasks right." if outcomes else f"{lesson} has no task to check.")
    return int(right < len(outcomes) or bool(problems))


def _check(checkout: Checkout, lessons: Sequence[Lesson]) -> list[Result]:
    from kernel_seams.course.progress import remember_checks
    from kernel_seams.course.stages import judge

    results = []
    with _bar() as tell:
        for lesson in lessons:
            results.append(judge(checkout, lesson, lambda done, of, name=lesson.id: tell(name, done, of)))  # type: ignore[misc]
            found = {each.task.name: each.right for each in results[-1].outcomes if each.right is not None}
            remember_checks(checkout.progress, found)
    return results


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """What shows how far it is, on a terminal; elsewhere nothing is shown."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        line = progress.add_task("", total=None)
        yield lambda name, done, total: progress.update(line, description=name, completed=done, total=total)


def _ignore(name: str, done: int, total: int) -> None:
    """Show nothing."""


def _show(results: Sequence[Result], problems: Sequence[str]) -> None:
    """The table, the four lines of each task that is not right yet, what its check showed, what could not be run."""
    out = console()
    rows = table("task", "points", "")
    for result in results:
        for outcome in result.outcomes:
            word = {True: "right", False: "not yet", None: "not run"}[outcome.right]
            style = "green" if outcome.right else "yellow"
            rows.add_row(cell(outcome.task.name, "bold"), cell(outcome.task.points), cell(word, style))
    if rows.row_count:
        out.print(rows)
    for result in results:
        for outcome in result.outcomes:
            if outcome.told:
                out.print(Text(f"\n{outcome.task.name}: {plain(outcome.task.title)}", style="bold"))
                for line in outcome.told.lines():
                    out.print(Text(f"    {plain(line)}"))
                for line in outcome.shown.splitlines():
                    out.print(Text(f"    {plain(line)}", style="dim"))
    out.print()
    for problem in problems:
        out.print(Text(f"problem: {plain(problem)}", style="red"))
