"""The ports of a connection file: chosen here, bound by the program that is started then.

They come from below the range out of which systems give ports to whoever connects. Between the choice and the binding
nobody else of ours is to choose them: not this process, and on Linux no other.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import random
import socket
import sys
import tempfile
import uuid
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.message import Key

PORTS = (16_000, 32_000)
# So many are kept from other processes; the programs that were given those before have bound them, or never will.
KEPT = 200
ROOM = 60
_given: set[int] = set()
_locks: deque[socket.socket] = deque()


def new_connection(key: bytes | None = None) -> Connection:
    """A connection on this machine: five ports that are free now, and a fresh key where none is given."""
    ports = dict(zip(CHANNELS, _free_ports(), strict=False))
    return Connection("127.0.0.1", ports, Key(uuid.uuid4().hex.encode() if key is None else key))


@contextlib.contextmanager
def ipc_connection() -> Iterator[Connection]:
    """A connection whose sockets are files, in a folder that is gone at the end."""
    # Short: the path of a socket has some hundred bytes in all.
    where = None if len(os.fsencode(tempfile.gettempdir())) < ROOM else "/tmp"  # noqa: S108  (a private folder in it)
    with tempfile.TemporaryDirectory(prefix="seams-ipc-", dir=where, ignore_cleanup_errors=True) as folder:
        names = {channel: number for number, channel in enumerate(CHANNELS, 1)}
        yield Connection(str(Path(folder, "kernel")), names, Key(uuid.uuid4().hex.encode()), "ipc")


def _free_ports() -> Iterator[int]:
    while True:
        port = random.randrange(*PORTS)  # noqa: S311
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            if port not in _given:
                _lock(port)
                _given.add(port)
                yield port


def _lock(port: int) -> None:
    """Keep `port` from other processes; `OSError` where one has it."""
    if sys.platform != "linux":
        return
    try:
        lock = socket.socket(socket.AF_UNIX)
    except OSError:  # a sandbox may have none
        return
    try:
        # A name without a file belongs, as a port does, to a network namespace, and goes with its process.
        lock.bind(f"\0kernel-seams-port-{port}")
    except OSError as error:
        lock.close()
        if error.errno == errno.EADDRINUSE:
            raise
        return
    if not _locks:
        atexit.register(_unlock)
    _locks.append(lock)
    if len(_locks) > KEPT:
        _locks.popleft().close()


def _unlock() -> None:
    while _locks:
        _locks.popleft().close()
