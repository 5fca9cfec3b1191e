"""Tap a kernel that runs already: a second connection file, whose clients are seen whole."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from kernel_seams.errors import KernelError
from kernel_seams.wire.connection import CHANNELS, Connection, ConnectionFileError, read_connection
from kernel_seams.wire.tap.process import Signals
from kernel_seams.wire.tap.running import private_folder, runtime_folder
from kernel_seams.wire.tap.session import About, Tap


def run(connection_file: Path | None, traces: Path | None, tell: Callable[[str], object]) -> int:
    """Stand before the kernel of `connection_file` (default: the newest) until its end or Ctrl-C; the exit code.

    `tell` is given the lines for the person: how to connect, and where the trace is.
    """
    file = _found(connection_file)
    try:
        inner = read_connection(file)
    except ConnectionFileError as error:
        raise KernelError(f"{error}.") from None
    folder = private_folder(runtime_folder(), os.getpid())
    number = file.name.removesuffix(".json").removeprefix("kernel-")
    name = str(inner.other.get("kernel_name") or "kernel")
    about = About(kernel=name, kernel_id=number, traces=traces)
    ports = dict.fromkeys(CHANNELS, 0) if inner.transport == "tcp" else inner.ports
    outer = inner.at(ports, ip="127.0.0.1" if inner.transport == "tcp" else str(folder / "kernel"))
    tap = Tap(about, outer, Signals(), folder)
    written = runtime_folder() / f"kernel-{number}-tapped.json"

    def ready(bound: Connection) -> None:
        bound.write(written)
        tell(f"tapped    {file}")
        tell(f"connect   jupyter console --existing {written.name}")
        tell(f"trace     {tap.trace}")

    try:
        return tap.run(inner, ready)
    finally:
        with contextlib.suppress(OSError):
            written.unlink()


def _found(connection_file: Path | None) -> Path:
    """The connection file as it is, in the runtime folder if it is only a name, or the newest one there."""
    folder = runtime_folder()
    if connection_file is None:
        there = [path for path in folder.glob("kernel-*.json") if not path.name.endswith("-tapped.json")]
        if not there:
            raise KernelError(f"There is no connection file in {folder}. Does a kernel run? Give its file.")
        return max(there, key=lambda path: path.stat().st_mtime)
    beside = folder / connection_file.name
    return beside if not connection_file.exists() and beside.exists() else connection_file
