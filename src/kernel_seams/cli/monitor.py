"""``seams monitor``: the live page of what crosses the wire."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="monitor")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    default=0,
    help="The port to listen on.  [default: a free one]",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Show the traces in this folder.  [default: Jupyter's runtime folder, and the workshop's]",
)
@click.option(
    "--unix-socket",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Serve on this socket without a token, for a Jupyter server that lets people in itself.",
)
def command(*, port: int, no_browser: bool, folder: Path | None, unix_socket: Path | None) -> int:
    """Show live what crosses the wire between front-ends and kernels that are tapped.

    Serves a page on loopback until Ctrl-C. The last line printed is its address
    with the token that lets you in. In JupyterLab it is a card in the launcher.
    """
    from kernel_seams.monitor import server
    from kernel_seams.monitor.places import places
    from kernel_seams.monitor.show import show

    if unix_socket is not None:
        server.serve_behind(places(folder), unix_socket)
    else:
        show(places(folder), port, browser=not no_browser)
    return 0
