"""``seams tap``: put a tap between front-ends and a kernel, find it, break things with it."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(name="tap")
def command() -> None:
    """Tap a kernel: see, record and break what crosses its sockets, under any front-end."""


@command.command()
@click.argument("kernel")
@click.option("--user", is_flag=True, help="Install for yourself, not into this environment.")
@click.option("--traces", type=click.Path(path_type=Path), help="The folder for traces (default: Jupyter's runtime).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def install(kernel: str, user: bool, traces: Path | None, as_json: bool) -> None:
    """Make a kernelspec "KERNEL (tapped)", which starts the tap around KERNEL.

    Choose it in JupyterLab, `jupyter console --kernel KERNEL-tapped`, nbclient
    or VS Code. KERNEL itself stays as it is.
    """
    from kernel_seams.console import plain, print_json
    from kernel_seams.kernels import tapped

    made = tapped.install(kernel, user=user, traces=traces)
    if as_json:
        print_json(made.to_json())
        return
    click.echo(f"{made.spec.name}: {plain(made.spec.display_name)}")
    click.echo(f"in {made.spec.folder}")


@command.command()
@click.argument("kernel")
def remove(kernel: str) -> None:
    """Remove the kernelspec "KERNEL (tapped)"; traces stay."""
    from kernel_seams.kernels import tapped

    click.echo(f"removed {tapped.remove(kernel)}")
