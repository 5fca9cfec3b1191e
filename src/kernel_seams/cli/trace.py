"""``seams trace``: read, check, compare, replay and export what a tap has recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kernel_seams.cli.wire import WireGroup

FILE = click.argument("file", required=False, type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(name="trace", cls=WireGroup)
def command() -> None:
    """Read, check, compare, replay and export what a tap has recorded.

    FILE is a trace, its first part, or the number of a tap in `seams tap list`;
    where there is none, the newest trace in Jupyter's runtime folder.
    """


def filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what is shown."""
    channels = click.Choice(["shell", "iopub", "stdin", "control", "heartbeat"])
    for option in (
        click.option("--channel", "channels", multiple=True, type=channels, help="Only this channel; may be repeated."),
        click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this msg_type; may be repeated; *."),
        click.option("--parent", default="", metavar="ID", help="Only the request whose msg_id begins so."),
        click.option("--events", is_flag=True, help="Also what ZeroMQ said about the sockets."),
    ):
        function = option(function)
    return function


@command.command()
@FILE
@filters
@click.option("--frames", is_flag=True, help="Draw the raw frames of each message, with their names.")
@click.option("--bytes", "most", type=click.IntRange(1), default=64, show_default=True, help="So much of each frame.")
@click.option("--follow", is_flag=True, help="Go on with what is added, until Ctrl-C.")
@JSON
def show(
    file: Path | None,
    channels: tuple[str, ...],
    types: tuple[str, ...],
    parent: str,
    events: bool,
    frames: bool,
    most: int,
    follow: bool,
    as_json: bool,
) -> None:
    """Show a trace: one line a message, below the request that it belongs to.

    A request without a reply says why it has none, as far as can be known. With
    --follow the lines come in the order in which the messages do.
    """
    from kernel_seams.cli import traced
    from kernel_seams.wire.show import Filter

    only = Filter(channels, types, parent, events)
    traced.show(traced.found(file), only, most if frames else 0, follow=follow, as_json=as_json)


@command.command()
@FILE
@JSON
def lint(file: Path | None, as_json: bool) -> int:
    """Hold a trace to the protocol: what is wrong in it, who did it, at which record.

    The exit code is 1 if anything is an error.
    """
    from kernel_seams.cli import traced

    return traced.lint(traced.found(file), as_json)


@command.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@JSON
def diff(a: Path, b: Path, as_json: bool) -> int:
    """Compare two traces, request by request: two kernels, or two runs of one.

    Ids, times and the cutting of printed text into messages count for nothing.
    The exit code is 1 if anything differs.
    """
    from kernel_seams.cli import traced

    return traced.diff(traced.found(a), traced.found(b), as_json)


@command.command()
@FILE
@click.option("--kernel", required=True, metavar="NAME", help="The kernelspec to send it to; it is started tapped.")
@click.option("--traces", type=click.Path(path_type=Path), help="The folder for the new trace (default: Jupyter's).")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="How long one request may take.")
@JSON
def replay(file: Path | None, kernel: str, traces: Path | None, seconds: float, as_json: bool) -> None:
    """Send the requests of a trace to a new kernel, one after the other.

    They run as they ran then: whoever sent you the trace decides what. Each gets
    fresh ids and a signature of its own. What happens is a trace again, for
    `seams trace diff`.
    """
    from kernel_seams.cli import traced

    traced.replay(traced.found(file), kernel, traces, seconds, as_json)


@command.command()
@FILE
@filters
@click.option("--format", "how", type=click.Choice(["mermaid", "html"]), required=True, help="What is made of it.")
@click.option("--bytes", "most", type=click.IntRange(1), default=256, show_default=True, help="So much of each frame.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write it here, not to stdout.")
def export(
    file: Path | None,
    channels: tuple[str, ...],
    types: tuple[str, ...],
    parent: str,
    events: bool,
    how: str,
    most: int,
    output: Path | None,
) -> None:
    """Make a sequence diagram for Mermaid, or one HTML page, out of a trace.

    The page needs nothing else and runs nothing; code and outputs are in it.
    """
    from kernel_seams.cli import traced
    from kernel_seams.wire.show import Filter

    traced.export(traced.found(file), Filter(channels, types, parent, events), how, most, output)
