"""The monitor as a server: on loopback with a token, or on a Unix socket behind a Jupyter server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets, bind_unix_socket

from kernel_seams.errors import ServerError
from kernel_seams.monitor.access import Access
from kernel_seams.monitor.handlers import File, FrameHandler, Page, RecordHandler, TraceHandler
from kernel_seams.monitor.live import LONGEST_QUESTION, Live
from kernel_seams.monitor.places import Places
from kernel_seams.monitor.traces import Traces

ADDRESS = "127.0.0.1"
PARENT_SECONDS = 1.0


def application(access: Access, traces: Traces) -> web.Application:
    """The web application, for whoever `access` lets in, on the traces of one folder."""
    parts = {"access": access, "traces": traces}
    return web.Application(
        [
            (r"/", Page, parts),
            (r"/static/([a-z]+\.[a-z]+)", File, parts),
            (r"/record", RecordHandler, parts),
            (r"/frame", FrameHandler, parts),
            (r"/trace", TraceHandler, parts),
            (r"/live", Live, parts),
        ],
        default_handler_class=_Nothing,
        default_handler_args=parts,
        websocket_max_message_size=LONGEST_QUESTION,
        websocket_ping_interval=20,
        log_function=lambda _: None,
    )


def serve_alone(where: Places, port: int, ready: Callable[[str], None]) -> None:
    """Serve on loopback until a signal; `ready` is called with the address, the token in it.

    Port 0 is any free one. Raises `ServerError` if the port cannot be had.
    """
    try:
        sockets = bind_sockets(port, ADDRESS, family=socket.AF_INET)
    except OSError as error:
        raise ServerError(
            f"Port {port} cannot be listened on: {error.strerror}. `seams monitor --port N` takes another."
        ) from None
    got = sockets[0].getsockname()[1]
    access = Access(got, secrets.token_urlsafe(32))
    asyncio.run(
        _serve(
            application(access, Traces(where)), sockets, lambda: ready(f"http://{ADDRESS}:{got}/?token={access.token}")
        )
    )


def serve_behind(where: Places, path: Path) -> None:
    """Serve on the Unix socket at `path`, in a folder of the person's own, until a signal or its parent's end."""
    listening = bind_unix_socket(str(path), mode=0o600)
    asyncio.run(_serve(application(Access(), Traces(where)), [listening], lambda: None, parent=os.getppid()))


async def _serve(
    served: web.Application, sockets: list[socket.socket], ready: Callable[[], None], parent: int | None = None
) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked.set)
    server = HTTPServer(served)
    server.add_sockets(sockets)
    ready()
    try:
        while not asked.is_set() and parent in (None, os.getppid()):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), PARENT_SECONDS)
    finally:
        server.stop()
        await server.close_all_connections()


class _Nothing(Page):
    """What there is not."""

    def get(self, *_: str) -> None:
        """Say that there is no such page."""
        raise web.HTTPError(404, reason="The monitor has no such page")
