"""``seams progress``: how far the learner is."""

from __future__ import annotations

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.console import print_json
from kernel_seams.course.overview import overview, standings
from kernel_seams.course.table import read_table


@click.command(name="progress")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Say for each lesson what `seams check` found last, which hints were seen and which solution was opened.

    All of it is in work/progress.json, which may be copied to another machine.
    """
    checkout = require_checkout("seams progress")
    table = read_table(checkout.table)
    if as_json:
        print_json([standing.to_json() for standing in standings(table, checkout.progress)])
    else:
        click.echo(overview(table, checkout.progress))
