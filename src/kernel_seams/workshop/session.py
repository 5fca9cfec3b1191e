"""`seams workshop` from start to Ctrl-C: each step named with its time, and the address last."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import signal
import sys
import time
from collections.abc import Coroutine, Iterator
from importlib.metadata import version
from typing import Any, TypeVar

import click

from kernel_seams.browser import has_display, open_page
from kernel_seams.checkout import Checkout
from kernel_seams.console import plain
from kernel_seams.errors import SeamsError
from kernel_seams.workshop import access, server, unfinished, workdir
from kernel_seams.workshop.rooms import Room

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def open_lab(checkout: Checkout, *, port: int | None, browser: bool, room: Room = Room.LEARNER) -> None:
    """Fill `work/`, run JupyterLab for `room` until a signal or its own end, and leave no process.

    Raises `KeyboardInterrupt` for a signal before the server was up, and
    `ServerError` if the server fails.
    """
    show_work(checkout)
    asyncio.run(_open_lab(checkout, port or server.DEFAULT_PORT, browser=browser, room=room))


def show_work(checkout: Checkout) -> None:
    """Fill `work/` and say what that did."""
    started = time.monotonic()
    filled = workdir.fill(checkout)
    changes = [f"{len(names)} {word}" for names, word in ((filled.added, "new"), (filled.updated, "updated")) if names]
    files = f"{filled.total} file{'' if filled.total == 1 else 's'}"
    told = f"{files} from exercises/ in work/" + (f" ({', '.join(changes)})" if changes else "")
    show_step("work", told, time.monotonic() - started)
    for notice in filled.notices:
        click.echo(plain(notice))


def show_step(name: str, told: str, seconds: float) -> None:
    """One line for a step that is done."""
    click.echo(f"{name:<13} {told:<58} {seconds:5.1f} s")


@contextlib.contextmanager
def under_way(name: str, told: str) -> Iterator[None]:
    """On a terminal, say what is being waited for, on a line that the next one takes the place of."""
    shown = sys.stdout.isatty()
    if shown:
        click.echo(f"{name:<13} {told} ...", nl=False)
    try:
        yield
    finally:
        if shown:
            click.echo("\r\x1b[K", nl=False)


async def until_signal(work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` returns, or None if a signal ended it: it is cancelled and has cleaned up when this returns.

    Further signals change nothing: cleaning up is bounded in time.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        # Under nohup a lost terminal is not a reason to stop.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, asked.set)
    working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(asked.wait())
    await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        waiting.cancel()
        return working.result()
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return None


async def _open_lab(checkout: Checkout, port: int, *, browser: bool, room: Room) -> None:
    started = time.monotonic()
    opened: list[server.Lab] = []
    ended: list[server.Stopped] = []

    async def run() -> int:
        # The packages are there, and the kernels are not yet needed: they are installed meanwhile.
        rest = asyncio.ensure_future(unfinished.finish(checkout))
        try:
            with under_way("server", "starting JupyterLab"):
                lab = await server.start(checkout, port, room=room)
        except BaseException:
            await _end(rest)
            raise
        opened.append(lab)
        try:
            await rest
            show_server(checkout, lab, port, time.monotonic() - started)
            if browser and has_display():
                open_page(lab.opening_file)
            return await lab.wait()
        finally:
            await _end(rest)
            ended.append(await lab.stop())

    code = await until_signal(run())
    if not opened:
        raise KeyboardInterrupt
    _show_end(opened[0], ended[0], code)


async def _end(task: asyncio.Future[None]) -> None:
    """Cancel what is still going on, and wait for it to be gone."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, SeamsError):
        await task


def show_server(checkout: Checkout, lab: server.Lab, port: int, seconds: float) -> None:
    """Say where JupyterLab is; the last line is its address."""
    got = lab.server.port
    show_step("server", f"JupyterLab {version('jupyterlab')} on port {got}", seconds)
    if got != port:
        click.echo(f"port {port} is {lab.why_not(port)}: using {got}")
    if not access.is_open():  # in a container the person's own shell is elsewhere
        activate = shlex.quote(str(checkout.root / "scripts" / "activate"))
        click.echo(f"{'shell':<13} . {activate}  puts seams, jupyter and nbgrader on the PATH of your own")
    click.echo(f"{'stop':<13} Ctrl-C ends JupyterLab and every kernel")
    click.echo(access.public_url(lab.url))


def _show_end(lab: server.Lab, stopped: server.Stopped, code: int | None) -> None:
    """Say on stderr how it ended; `code` is the exit code of a server that ended by itself."""
    if code:
        raise lab.died(code)
    why = "was shut down from its menu" if code == 0 else "stopped"
    killed = f"; {stopped.killed} processes had to be killed" if stopped.killed else ""
    # Where the terminal was closed there is nobody to tell, and writing to it fails.
    with contextlib.suppress(OSError):
        click.echo(f"JupyterLab {why}, and every kernel with it, in {stopped.seconds:.1f} s{killed}", err=True)
