"""``seams class``: who is stuck where."""

from __future__ import annotations

from pathlib import Path

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.console import cell, console, table
from kernel_seams.course.standing import Standing, kind, shown, standings, to_html
from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError

STYLES = {"full": "green", "part": "yellow", "none": "red", "": ""}


@click.command(name="class")
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option(
    "--gradebook",
    type=click.Path(dir_okay=False, path_type=Path),
    help="nbgrader's gradebook; gradebook.db of the checkout unless given.",
)
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write one page instead.")
def command(lessons: tuple[str, ...], gradebook: Path | None, page: Path | None) -> None:
    """Show the points of every student for every task: of all lessons handed in, or of each LESSON named."""
    checkout = require_checkout("seams")
    course = read_table(checkout.table)
    chosen = [course.lesson(name) for name in lessons] or list(course.lessons)
    book = gradebook or checkout.root / "gradebook.db"
    found = standings(book, chosen)
    if not found:
        raise CourseError(
            f"{book} has no submission of {', '.join(lesson.id for lesson in chosen)}; grade one first, "
            "with `nbgrader autograde LESSON`."
        )
    if page is None:
        for standing in found:
            _show(standing)
        return
    try:
        page.write_text(to_html(found), encoding="utf-8")
    except OSError as problem:
        raise CourseError(f"{page} cannot be written: {problem.strerror or problem}.") from problem
    click.echo(f"written  {page}")


def _show(standing: Standing) -> None:
    """One lesson as a table: a row for each student, and who got how far in the last one."""
    tasks = standing.lesson.tasks
    made = table(standing.lesson.id, *(f"{task.id} ({task.points:g})" for task in tasks))
    for student, earned in standing.students.items():
        cells = zip(earned, tasks, strict=True)
        made.add_row(cell(student), *(cell(shown(points), STYLES[kind(points, task.points)]) for points, task in cells))
    made.add_row("all points", *(f"{count} of {len(standing.students)}" for count in standing.solved()), style="bold")
    console().print(made)
    console().print()
