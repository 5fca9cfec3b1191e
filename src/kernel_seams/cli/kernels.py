"""``seams kernels``: list, install and remove kernelspecs."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kernel_seams.kernels.specs import find_kernelspecs, kernel_folders

OURS = ("python3", "bash", "deno", "analysis", "pypy", "ir", "julia", "mine")


@click.group(name="kernels")
def command() -> None:
    """List, install and remove kernelspecs."""


@command.command(name="list")
@click.option("--boot", "start", is_flag=True, help="Start each kernel and show what really ran, and how soon.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(start: bool, as_json: bool) -> int:
    """Show every kernelspec Jupyter would find, in the order in which it looks.

    For each: what it launches, the interpreter that really is, its version and
    environment; what it hides; and where Jupyter cannot use it, why not. With
    --boot the exit code is 1 if a kernel that Jupyter offers does not answer.
    """
    from kernel_seams.console import print_json
    from kernel_seams.kernels import listing

    entries = listing.entries(find_kernelspecs(), boot=start)
    if as_json:
        print_json([entry.to_json() for entry in entries])
    else:
        listing.show(entries, kernel_folders())
    return int(any(entry.boot is not None and entry.boot.problem for entry in entries))


@command.command()
@click.argument("names", nargs=-1, type=click.Choice(OURS), metavar="[NAME]...")
def install(names: Sequence[str]) -> None:
    """Install the workshop's kernelspecs into this environment.

    NAME is python3, bash, deno, analysis, pypy, ir or julia; none means all that
    this machine has an interpreter for. Installing `analysis` restores the
    deliberate mismatch. `mine` is your own, work/08-kernel/kernel.py.
    """
    from kernel_seams.kernels import install as recipes
    from kernel_seams.kernels import listing

    listing.show_installed(recipes.install(names or None))


@command.command()
@click.argument("names", nargs=-1, required=True, type=click.Choice(OURS), metavar="NAME...")
def remove(names: Sequence[str]) -> None:
    """Remove kernelspecs of the workshop from this environment."""
    from kernel_seams.kernels import install as recipes

    for folder in recipes.remove(names):
        click.echo(f"removed {folder}")
