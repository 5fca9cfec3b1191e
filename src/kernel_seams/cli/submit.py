"""``seams submit``: hand a lesson in."""

from __future__ import annotations

import getpass

import click

from kernel_seams.checkout import require_checkout
from kernel_seams.console import plain
from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError


@click.command(name="submit")
@click.argument("lesson")
@click.option("--as", "name", metavar="NAME", help="Under which name.  [default: your user name]")
@click.option("--zip", "archive", is_flag=True, help="Make an archive to send instead.")
def command(lesson: str, name: str | None, archive: bool) -> None:
    """Copy your work/LESSON to submissions/NAME/LESSON/, where nbgrader collects; an earlier one is replaced."""
    from kernel_seams.course.handin import hand_in

    checkout = require_checkout("seams submit")
    handed = hand_in(checkout, read_table(checkout.table).lesson(lesson), _student(name), archive=archive)
    for problem in handed.problems:
        click.echo(f"problem: {plain(problem)}")
    click.echo(f"{'replaced' if handed.again else 'handed in'}  {handed.path.relative_to(checkout.root)}")


def _student(name: str | None) -> str:
    if name is not None:
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:  # a uid without a name, as in some containers
        raise CourseError("this user has no name here; say who hands in with --as NAME.") from error
