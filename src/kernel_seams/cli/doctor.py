"""``seams doctor``: which Python is my kernel, and why does it not import, not start, not answer."""

from __future__ import annotations

import click


@click.group(name="doctor", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (the schema is in docs/doctor.md).")
@click.option("--jupyter", metavar="PATH", help="Examine this jupyter instead of the first one on PATH.")
@click.option("--share", is_flag=True, help="Take your home folder, user and host names out of what is printed.")
@click.pass_context
def command(context: click.Context, as_json: bool, jupyter: str | None, share: bool) -> int:
    """Say which interpreter each kernel is, whether it would start, and what to do where it would not.

    It changes nothing and starts no kernel: each interpreter is asked one short
    question. Exit code 0: nothing to mend, 1: findings, 2: bad usage.
    """
    from kernel_seams.doctor.visit import Visit

    context.obj = Visit.here(as_json=as_json, jupyter=jupyter, share=share)
    if context.invoked_subcommand is not None:
        return 0
    visit: Visit = context.obj
    return visit.all_kernels()
