"""`seams monitor` on a terminal: say where the page is, open it, and clean up after Ctrl-C."""

from __future__ import annotations

import html
import os
from pathlib import Path

import click

from kernel_seams.browser import has_display, open_page
from kernel_seams.monitor import server
from kernel_seams.monitor.places import Places


def show(where: Places, port: int, *, browser: bool) -> None:
    """Serve the traces there are until a signal; the last line printed is the address with its token."""
    opening = where.runtimes[0] / f"monitor-{os.getpid()}-open.html"

    def ready(url: str) -> None:
        for folder in where.traces:
            click.echo(f"traces      {folder}")
        click.echo("stop        Ctrl-C ends the page; the traces stay")
        click.echo(url)
        if browser and has_display():
            _write_opening(opening, url)
            open_page(opening)

    try:
        server.serve_alone(where, port, ready)
    finally:
        opening.unlink(missing_ok=True)
    click.echo("stopped", err=True)


def _write_opening(path: Path, url: str) -> None:
    """Write a page for the person's eyes alone that leads on to `url`: a command line can be read by all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(f'<meta http-equiv="refresh" content="0; url={html.escape(url)}">\n', encoding="utf-8")
