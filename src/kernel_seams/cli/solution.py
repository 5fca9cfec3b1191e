"""``seams solution``: the solved notebooks of a lesson."""

from __future__ import annotations

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.course.table import read_table


@click.command(name="solution")
@click.argument("lesson")
def command(lesson: str) -> None:
    """Lay the solved notebooks of LESSON beside yours, in work/LESSON/solution/; `seams progress` will say so."""
    from kernel_seams.course.again import lay_solution

    checkout = require_checkout("seams solution")
    for path in lay_solution(checkout, read_table(checkout.table).lesson(lesson)):
        click.echo(path.relative_to(checkout.root))
