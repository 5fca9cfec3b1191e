"""``seams doctor``: which Python is my kernel, and why does it not import, not start, not answer."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from kernel_seams.doctor.inside import cell as cell_for
from kernel_seams.doctor.visit import Visit, module_name


@click.group(name="doctor", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (the schema is in docs/doctor.md).")
@click.option("--jupyter", metavar="PATH", help="Examine this jupyter instead of the first one on PATH.")
@click.option("--share", is_flag=True, help="Take your home folder, user and host names out of what is printed.")
@click.option("--boot", is_flag=True, help="Also start each kernel, and tell died, hung and answered apart.")
@click.option(
    "--cell", is_flag=True, help="Print a cell to run in the kernel in trouble; it says what to do with its output."
)
@click.pass_context
def command(context: click.Context, as_json: bool, jupyter: str | None, share: bool, boot: bool, cell: bool) -> int:
    """Say which interpreter each kernel is, whether it would start, and what to do where it would not.

    It changes nothing and without --boot starts no kernel: each interpreter is
    asked one short question. Exit code 0: nothing to mend, 1: findings, 2: bad usage.
    """
    context.obj = visit = Visit.here(as_json=as_json, jupyter=jupyter, share=share)
    if cell and context.invoked_subcommand is None:
        return _print_cell("")
    return 0 if context.invoked_subcommand is not None else visit.all_kernels(boot=boot)


@command.command(name="import")
@click.argument("name")
@click.option("--kernel", metavar="NAME", help="Look at this kernel only.")
@click.option("--cell", is_flag=True, help="Print a cell that imports NAME in the kernel in trouble.")
@click.pass_obj
def import_(visit: Visit, name: str, kernel: str | None, cell: bool) -> int:
    """Say where the terminal and each kernel find the module NAME, and where each pip installs."""
    return _print_cell(module_name(name)) if cell else visit.one_import(name, kernel)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def notebook(visit: Visit, file: Path) -> int:
    """Say which kernel the notebook FILE gets on this machine, and what that kernel lacks for it."""
    return visit.one_notebook(file)


@command.command()
@click.argument("source", type=click.File("r", errors="replace"), metavar="FILE")
@click.pass_obj
def error(visit: Visit, source: IO[str]) -> int:
    """Say which case a traceback, a server's log or the output of the cell is.

    FILE holds it; - stands for what is pasted, which ends with Ctrl-D.
    """
    return visit.one_error(source.read(2_000_000))


@command.command()
@click.pass_obj
def running(visit: Visit) -> int:
    """Say which kernels run now, in which interpreters, and what has changed beneath them."""
    return visit.all_running()


def _print_cell(module: str) -> int:
    click.echo(cell_for(module), nl=False)
    return 0
