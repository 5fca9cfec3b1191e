"""``seams release``: a learner's kit without what answers a task."""

from __future__ import annotations

from pathlib import Path

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.console import plain
from kernel_seams.course.table import read_table


@click.command(name="release")
@click.option(
    "--to",
    "target",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder to make; it must not be there yet.",
)
def command(target: Path) -> None:
    """Make a learner's kit: the workshop without lessons/, solutions/, hidden tests and wrong answers.

    It is what git tracks, as it lies here now, and has no history.
    docs/facilitator.md says when to hand it out.
    """
    from kernel_seams.course.release import release

    checkout = require_checkout("seams release")
    made = release(checkout, read_table(checkout.table), target)
    for path, reason in sorted(made.left_out.items()):
        click.echo(f"left out  {plain(path)}  ({reason})")
    click.echo(f"released  {len(made.files)} files to {plain(target)}")
