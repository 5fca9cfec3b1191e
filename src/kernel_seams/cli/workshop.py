"""``seams workshop``: open JupyterLab on the workshop, or test that it would."""

from __future__ import annotations

import click

from kernel_seams.checkout import require_checkout


@click.command(name="workshop")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    envvar="SEAMS_PORT",
    help="The port to listen on; if it is taken, the next.  [default: 8888]",
)
@click.option("--teach", is_flag=True, help="Open it on the whole course, with nbgrader's Formgrader, for who grades.")
@click.option("--selftest", is_flag=True, help="Start the server and every kernel, show what answered, stop all.")
@click.option("--json", "as_json", is_flag=True, help="With --selftest, print JSON.")
def command(*, no_browser: bool, port: int | None, teach: bool, selftest: bool, as_json: bool) -> int:
    """Open JupyterLab on your own copy of the exercises, in work/.

    Ctrl-C ends it and every kernel. The last line printed is its address with
    the token that lets you in.
    """
    if as_json and not selftest:
        raise click.UsageError("--json goes with --selftest.")
    if teach and selftest:
        raise click.UsageError("--teach goes without --selftest.")
    checkout = require_checkout("workshop")
    if selftest:
        from kernel_seams.workshop.selftest import selftest as test_all

        return test_all(checkout, as_json=as_json)
    from kernel_seams.workshop.rooms import Room
    from kernel_seams.workshop.session import open_lab

    open_lab(checkout, port=port, browser=not no_browser, room=Room.TEACHER if teach else Room.LEARNER)
    return 0
