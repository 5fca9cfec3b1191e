"""JupyterLab as a child process: started, found, stopped, and nothing of it left over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kernel_seams.checkout import Checkout
from kernel_seams.console import plain
from kernel_seams.errors import ServerError
from kernel_seams.workshop import access, settings
from kernel_seams.workshop.processes import Family, ends_with_parent
from kernel_seams.workshop.rooms import Room

if TYPE_CHECKING:
    from kernel_seams.workshop.rest import Server

DEFAULT_PORT = 8888
START_SECONDS = 120.0
STOP_SECONDS = 10.0
PATIENCE_SECONDS = 2.0
POLL_SECONDS = 0.05
REMEMBER_SECONDS = 5.0
STARTS = 3
LAST_WORDS = 300


class _PortLostError(ServerError):
    """The port was free when the server looked and taken when it bound it."""


@dataclass(frozen=True)
class Stopped:
    """How a server ended: its exit code, the seconds it took, and how many processes had to be killed."""

    code: int
    seconds: float
    killed: int


class Lab:
    """A JupyterLab that runs on a checkout; made by `start`, ended by `stop`."""

    def __init__(self, process: asyncio.subprocess.Process, family: Family, server: Server, log: Path) -> None:
        self.server = server
        self.log = log
        self._process = process
        self._family = family

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code of the server, None while it runs."""
        return self._process.returncode

    @property
    def url(self) -> str:
        """The address for a browser, with the token."""
        return f"{self.server.url}lab?token={self.server.token}"

    @property
    def opening_file(self) -> Path:
        """A file that leads a browser to `url`, so that the token is in no command line."""
        return self.server.info.with_name(f"jpserver-{self.pid}-open.html")

    async def wait(self) -> int:
        """The exit code, once the server has ended by itself; meanwhile its processes are kept in mind."""
        waiting = asyncio.ensure_future(self._process.wait())
        try:
            while not waiting.done():
                await asyncio.wait([waiting], timeout=REMEMBER_SECONDS)
                self._family.remember()
            return waiting.result()
        finally:
            waiting.cancel()

    async def stop(self) -> Stopped:
        """Ask the server to stop, wait for it, and end every process it leaves."""
        stopped = await _stop(self._process, self._family)
        # A server that had to be killed leaves its address and token lying about.
        self.server.info.unlink(missing_ok=True)
        self.opening_file.unlink(missing_ok=True)
        return stopped

    def why_not(self, port: int) -> str:
        """Why the server is not on `port`: "taken", or "not allowed" to this person."""
        refused = f"Permission to listen on port {port} denied" in _read(self.log)
        return "not allowed" if refused else "taken"

    def died(self, code: int) -> ServerError:
        """The error that tells that the server ended with `code` while it was needed."""
        return _died(code, self.log)


async def start(checkout: Checkout, port: int, log_name: str = "lab", room: Room = Room.LEARNER) -> Lab:
    """Start JupyterLab on `port` or the next free one (0: any) and wait until it answers.

    Raises `ServerError` with its last words if it ends instead, and leaves nothing behind.
    """
    _make_folders(checkout, room)
    for attempt in range(STARTS):
        try:
            return await _start(checkout, port, log_name, room)
        except _PortLostError:
            if attempt == STARTS - 1:
                raise
    raise AssertionError("unreachable")


@contextlib.asynccontextmanager
async def running(checkout: Checkout, port: int, log_name: str = "lab") -> AsyncIterator[Lab]:
    """A JupyterLab that is stopped at the end of the block, whatever happens in it."""
    lab = await start(checkout, port, log_name)
    try:
        yield lab
    finally:
        await lab.stop()


async def _stop(process: asyncio.subprocess.Process, family: Family) -> Stopped:
    """SIGTERM to the server, after `STOP_SECONDS` SIGKILL, and then the same for what came from it."""
    started = time.monotonic()
    family.remember()
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    try:
        code = await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        family.remember()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        code = await process.wait()
    killed = await asyncio.to_thread(family.end, PATIENCE_SECONDS)
    return Stopped(code, time.monotonic() - started, len(killed))


async def _start(checkout: Checkout, port: int, log_name: str, room: Room) -> Lab:
    token, mark = access.new_token(), secrets.token_hex(8)
    path = checkout.state / "logs" / f"{log_name}.log"
    with _new_log(path) as log:
        process = await asyncio.create_subprocess_exec(
            *ends_with_parent(settings.lab_command(checkout, port, room)),
            env=settings.lab_environment(checkout, token, mark, room=room),
            cwd=room.folder(checkout),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    family = Family(process.pid, f"{settings.MARK}={mark}")
    info = Path(checkout.jupyter_environment()["JUPYTER_RUNTIME_DIR"]) / f"jpserver-{process.pid}.json"
    try:
        server = await _until_ready(process, info, token, path)
    except BaseException:
        await _stop(process, family)
        raise
    return Lab(process, family, server, path)


async def _until_ready(process: asyncio.subprocess.Process, info: Path, token: str, log: Path) -> Server:
    """The server, once it answers.

    It writes the address down just before it binds the port, so the file alone is not enough.
    """
    # Here and not above: a second of imports, spent while the server starts.
    from kernel_seams.workshop.rest import Server

    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.returncode is not None:
            raise _died(process.returncode, log)
        url = _address(info)
        if url and await (server := Server(url, token, info)).answers():
            return server
        await asyncio.sleep(POLL_SECONDS)
    raise ServerError(f"JupyterLab did not answer within {START_SECONDS:.0f} s. Its log: {log}")


def _address(info: Path) -> str | None:
    """The address in the server's information file, or None while it is missing or half written."""
    try:
        return access.local_url(str(json.loads(info.read_text(encoding="utf-8"))["url"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _died(code: int, log: Path) -> ServerError:
    how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
    lines = [line for line in _read(log).splitlines() if line.strip()]
    words = plain(lines[-1].strip())[:LAST_WORDS] if lines else "nothing"
    kind = _PortLostError if any("no available port could be found" in line for line in lines[-3:]) else ServerError
    return kind(f"JupyterLab ended with {how}. The last it said: {words} (the whole log: {log})")


def _read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _make_folders(checkout: Checkout, room: Room) -> None:
    """Make what the server expects to find; the runtime folder holds its token, so it is the person's alone."""
    variables = checkout.jupyter_environment()
    try:
        for folder in (checkout.work, checkout.state / "logs", checkout.state / "notary"):
            folder.mkdir(parents=True, exist_ok=True)
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
            Path(variables[name]).mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.write_terminal_file(checkout)
        settings.write_defaults(checkout)
        room.write(checkout)
        settings.open_first(checkout)
    except OSError as problem:
        raise ServerError(f"{problem.filename} cannot be written: {problem.strerror}.") from problem


def _new_log(path: Path) -> IO[bytes]:
    """A new log at `path`; the one before is kept beside it, where another server may still write to it."""
    with contextlib.suppress(FileNotFoundError):
        path.replace(path.with_suffix(".previous.log"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_EXCL, 0o600), "wb")
