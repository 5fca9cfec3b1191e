"""``seams hint``: the hints of a task, one at a time."""

from __future__ import annotations

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.course.hints import next_hint, overview
from kernel_seams.course.table import read_table


@click.command(name="hint")
@click.argument("task", required=False)
def command(task: str | None) -> None:
    """Show the next hint of TASK, as `%hint` does in a notebook; without TASK, list the tasks."""
    checkout = require_checkout("seams hint")
    table = read_table(checkout.table)
    if task:
        click.echo(next_hint(table.task(task), checkout.progress, ask="seams hint"))
    else:
        click.echo(overview(table, checkout.progress, ask="seams hint"))
