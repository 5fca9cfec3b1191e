"""``seams solution``: the solved notebooks of a lesson."""

from __future__ import annotations

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.course.table import read_table


@click.command(name="solution")
@click.argument("lesson")
def command(lesson: str) -> None:
    """Lay the solved notebooks of LESSON beside yours, in work/LESSON/solution/; `seams progress` will say so.

    `seams solution 08-kernel.sockets` prints the functions of one stage of a program.
    """
    from kernel_seams.course.again import lay_solution, stage_solution

    checkout = require_checkout("seams solution")
    chosen, task = read_table(checkout.table).place(lesson)
    if task is not None:
        click.echo(stage_solution(checkout, chosen, task), nl=False)
        return
    for path in lay_solution(checkout, chosen):
        click.echo(path.relative_to(checkout.root))
