"""``seams tap``: put a tap between front-ends and a kernel, find it, break things with it."""

from __future__ import annotations

from pathlib import Path

import click

from kernel_seams.cli.wire import WireGroup


@click.group(name="tap", cls=WireGroup)
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


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """Show the kernels that are tapped, and the taps that run now with their traces."""
    from kernel_seams.console import cell, console, print_json, table
    from kernel_seams.kernels import tapped
    from kernel_seams.wire.tap.running import running_taps

    specs, running = tapped.tapped(), running_taps()
    if as_json:
        print_json({"tapped": [one.to_json() for one in specs], "running": [tap.to_json() for tap in running]})
        return
    rows = table("kernel", "kernelspec", "folder")
    for one in specs:
        rows.add_row(cell(one.kernel), cell(one.spec.name), cell(one.spec.folder))
    out = console()
    out.print(rows if specs else "No kernel is tapped: `seams tap install python3` taps one.")
    if running:
        rows = table("tap", "kernel", "trace")
        for tap in running:
            rows.add_row(cell(tap.pid), cell(tap.kernel), cell(tap.trace))
        out.print()
        out.print(rows)


@command.command()
@click.argument("connection_file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--traces", type=click.Path(path_type=Path), help="The folder for the trace (default: Jupyter's runtime)."
)
def attach(connection_file: Path | None, traces: Path | None) -> int:
    """Tap a kernel that runs already, until Ctrl-C or its end.

    CONNECTION_FILE is its connection file; the newest one if there is none.
    Clients of the new file that is printed are seen whole; of the others, what
    the kernel tells everybody.
    """
    from kernel_seams.kernels import attach

    return attach.run(connection_file, traces, click.echo)


@command.command()
@click.argument("fault", required=False)
@click.option("--off", is_flag=True, help="Take FAULT back, or all of them.")
@click.option("--tap", "pid", type=int, help="The tap, by its number in `seams tap list` (default: the only one).")
@click.option("--request", default="execute_request", show_default=True, help="The msg_type that it is about.")
@click.option("--seconds", type=float, default=3.0, show_default=True, help="How late delay-reply makes a reply.")
@click.option("--wait", type=float, default=0.0, help="Wait so many seconds for it to strike, and show what happened.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def faults(
    fault: str | None, off: bool, pid: int | None, request: str, seconds: float, wait: float, as_json: bool
) -> int:
    """Break one thing on the wire of a tapped kernel, on purpose.

    Without FAULT: what there is, what should happen, and what is armed. Each
    strikes the next message it is about, once; hold-heartbeat lasts until --off.
    With --wait the exit code is 1 if it did not strike.
    """
    from kernel_seams.cli import faults as printed

    if fault is None and not off:
        return printed.show(pid, as_json)
    if off:
        return printed.off(fault, pid, as_json)
    return printed.arm(str(fault), pid, request, seconds, wait, as_json)
