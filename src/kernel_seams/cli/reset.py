"""``seams reset``: a lesson from the beginning."""

from __future__ import annotations

import sys

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError


@click.command(name="reset")
@click.argument("lesson")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(lesson: str, yes: bool) -> None:
    """Lay LESSON out anew in work/; what you have there is kept beside, in a folder with the time in its name."""
    from kernel_seams.course.again import is_as_released, reset

    checkout = require_checkout("seams reset")
    chosen = read_table(checkout.table).lesson(lesson)
    if is_as_released(checkout, chosen):
        click.echo(f"work/{lesson} is as it was released; nothing to do.")
        return
    if (checkout.work / lesson).exists() and not yes:
        if not sys.stdin.isatty():
            raise CourseError(f"work/{lesson} is yours and nobody is here to ask; add --yes to begin anew.")
        click.confirm(f"Begin {lesson} anew, and keep what you have in a folder beside?", abort=True)
    kept = reset(checkout, chosen)
    click.echo(f"work/{lesson} is laid out anew{f'; yours is in work/{kept.name}' if kept else ''}.")
