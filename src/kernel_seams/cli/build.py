"""``seams build``: the notebooks from the lessons, the way back, and the author's guard."""

from __future__ import annotations

from pathlib import Path

import click

from kernel_seams.checkout import Checkout, require_checkout
from kernel_seams.course.build import require_sources
from kernel_seams.course.grader import require_libraries
from kernel_seams.course.table import Lesson, Table, read_table
from kernel_seams.errors import CourseError


@click.command()
@click.argument("lessons", nargs=-1, metavar="[LESSON]...")
@click.option("--verify", "verifying", is_flag=True, help="Change nothing; build and grade all in an empty folder.")
@click.option(
    "--from-notebook",
    "notebook",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="First take an edited solutions/ notebook back into lessons/.",
)
@click.option("--force", is_flag=True, help="Replace what was edited on the other side.")
def command(lessons: tuple[str, ...], verifying: bool, notebook: Path | None, force: bool) -> None:
    """Make solutions/ and exercises/ from lessons/: all of them, or each LESSON named."""
    if verifying and (notebook or force):
        raise click.UsageError("--verify changes nothing: leave out --from-notebook and --force.")
    if notebook and lessons:
        raise click.UsageError("--from-notebook names the lesson already: leave out LESSON.")
    checkout = require_checkout("seams")
    table = read_table(checkout.table)
    chosen = [table.lesson(name) for name in lessons] or list(table.lessons)
    require_sources(checkout)
    require_libraries()
    if verifying:
        _verify(checkout, table, chosen)
    else:
        _build(checkout, table, chosen, notebook, force)


def _verify(checkout: Checkout, table: Table, chosen: list[Lesson]) -> None:
    from kernel_seams.course.verify import verify

    problems = verify(checkout, table, chosen, tell=lambda line: click.echo(line))
    for problem in problems:
        click.echo(f"problem: {problem}")
    if problems:
        raise CourseError(f"the course has {len(problems)} problem(s), listed above.")
    click.echo(f"verified: {', '.join(lesson.id for lesson in chosen)}")


def _build(checkout: Checkout, table: Table, chosen: list[Lesson], notebook: Path | None, force: bool) -> None:
    from kernel_seams.course.build import build, take_back

    if notebook:
        lesson, source, changed = take_back(checkout, table, notebook, force=force)
        click.echo(f"{'written' if changed else 'current'}  {source.relative_to(checkout.root)}")
        chosen = [lesson]
    written = build(checkout, chosen, force=force, taken_back=notebook)
    for path in written:
        click.echo(f"written  {path}")
    if not written:
        click.echo(f"current  {', '.join(lesson.id for lesson in chosen)}")
