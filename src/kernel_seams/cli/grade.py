"""``seams grade``: every submission of an assignment, in the sandbox, several at a time."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from kernel_seams.console import cell, console, plain, print_json, table
from kernel_seams.grading.config import find_course

if TYPE_CHECKING:
    from kernel_seams.grading.batch import Row

STYLES = {"ok": "green", "wrong": "yellow"}


@click.command(name="grade")
@click.argument("assignment")
@click.option("--student", "students", multiple=True, help="Only this one; may be given more than once.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="How many at a time; one for each processor.")
@click.option("--force", is_flag=True, help="Grade again what is graded.")
@click.option("--allow-weak", is_flag=True, help="Grade even where this machine does not hold graded code.")
@click.option(
    "--scheduler", metavar="ADDRESS", default="", help="Run them on Dask's workers: tls://HOST:PORT, or `local`."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    assignment: str,
    students: Sequence[str],
    jobs: int | None,
    force: bool,
    allow_weak: bool,
    scheduler: str,
    as_json: bool,
) -> None:
    """Grade what was handed in for ASSIGNMENT: the same rows and files as `nbgrader autograde`, faster.

    It is run in the folder of a course, which has an nbgrader_config.py. What
    is graded already is left as it is, so a run that was stopped goes on.
    """
    course = find_course(Path.cwd())
    from kernel_seams.grading.batch import grade

    with _bar() as tell:
        rows = grade(
            course,
            assignment,
            students=students,
            jobs=jobs or 0,
            force=force,
            allow_weak=allow_weak,
            scheduler=scheduler,
            tell=tell,
        )
    if as_json:
        print_json({"assignment": assignment, "rows": [row.to_json() for row in rows]})
        return
    _show(rows)


def _show(rows: Sequence[Row]) -> None:
    """The summary, a row for each student, then what there is to know about some."""
    out = console()
    made = table("student", "points", "state", "seconds", "")
    for row in rows:
        seconds = "before" if row.seconds is None else f"{row.seconds:.2f}"
        tests = len(row.in_process)
        marked = [f"{tests} test{'s' * (tests != 1)} in process"] if tests else []
        marked += ["more by hand"] if row.by_hand else []
        points = f"{row.points:g} of {row.of:g}"
        made.add_row(
            cell(row.student), cell(points), cell(row.state, STYLES.get(row.state, "red")), seconds, ", ".join(marked)
        )
    out.print(made)
    for row in rows:
        for note in row.notes:
            out.print(Text(f"{plain(row.student)}: {plain(note)}", style="yellow"))
    if any(row.in_process for row in rows):
        names = dict.fromkeys(name for row in rows for name in row.in_process)
        out.print(Text(f"in process: {', '.join(map(plain, names))}. The student's own process has told these points."))


@contextlib.contextmanager
def _bar() -> Iterator[Callable[[int, int], None] | None]:
    """What shows how far it is, on a terminal; elsewhere nothing is shown."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        line = progress.add_task("", total=None)
        yield lambda done, total: progress.update(line, completed=done, total=total)
