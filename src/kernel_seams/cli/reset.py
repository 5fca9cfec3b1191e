"""``seams reset``: a lesson, or a stage of the program in it, from the beginning."""

from __future__ import annotations

import sys

import click

from kernel_seams.checkout import Checkout, require_checkout
from kernel_seams.course.table import Lesson, Task, read_table
from kernel_seams.errors import CourseError


@click.command(name="reset")
@click.argument("lesson")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(lesson: str, yes: bool) -> None:
    """Lay LESSON out anew in work/; what you have there is kept beside, in a folder with the time in its name.

    `seams reset 08-kernel.sockets` does so with the functions of one stage of your program; the rest stays.
    """
    from kernel_seams.course.again import is_as_released, reset

    checkout = require_checkout("seams reset")
    table = read_table(checkout.table)
    chosen, task = table.place(lesson)
    if task is not None:
        _reset_stage(checkout, chosen, task, yes)
        return
    if is_as_released(checkout, chosen):
        click.echo(f"work/{lesson} is as it was released; nothing to do.")
        return
    if (checkout.work / lesson).exists():
        _ask(f"work/{lesson}", f"Begin {lesson} anew, and keep what you have in a folder beside?", yes)
    kept = reset(checkout, chosen)
    click.echo(f"work/{lesson} is laid out anew{f'; yours is in work/{kept.name}' if kept else ''}.")


def _reset_stage(checkout: Checkout, lesson: Lesson, task: Task, yes: bool) -> None:
    from kernel_seams.course.again import reset_stage

    name = f"work/{lesson.id}/{lesson.part}"
    _ask(name, f"Put the functions of {task.name} back as they were, and keep a copy of {name}?", yes)
    kept, names = reset_stage(checkout, lesson, task)
    click.echo(f"{name}: {', '.join(names)} as released; what you had is in {kept.relative_to(checkout.root)}.")


def _ask(what: str, question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CourseError(f"{what} is yours and nobody is here to ask; add --yes to begin anew.")
    click.confirm(question, abort=True)
