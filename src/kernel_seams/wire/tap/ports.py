"""The inner connection file: the outer one's keys at ports of its own, which nobody else can get meanwhile.

A kernel binds the ports that its connection file names, so somebody must choose them before it does. Whoever finds a
free port, closes it and writes it down has guessed: by the time the kernel binds, another process may have it, or a
client that keeps trying may have connected to itself. Here the sockets stay open. One that is bound with SO_REUSEADDR
and does not listen keeps the system from giving its port away, and lets a kernel bind it all the same, as ZeroMQ and
the networking libraries of other languages set SO_REUSEADDR too. Where a system does not allow that (macOS), the
sockets are closed just before the kernel starts, and the port is a guess, as it is in Jupyter itself.
"""

from __future__ import annotations

import shutil
import socket
from dataclasses import replace
from pathlib import Path

from kernel_seams.wire.connection import CHANNELS, Connection

LOOPBACK = "127.0.0.1"


class InnerConnection:
    """The connection between tap and kernel, and what must be kept or removed for it."""

    def __init__(self, outer: Connection, name: str, folder: Path) -> None:
        # The same file name as the outer one's: some code takes the kernel's id out of it. In a folder that is ours
        # alone: who could change the file would run code, and `--existing` is not to find it.
        self.file = folder / name
        self._folder = folder
        self._held: list[socket.socket] = []
        self.connection = self._tcp(outer) if outer.transport == "tcp" else self._ipc(outer)
        self.connection.write(self.file)

    def release(self) -> None:
        """Let go of ports that the kernel could not bind otherwise; called right before it starts."""
        if self._held and not _can_be_shared(self._held[0]):
            for held in self._held:
                held.close()

    def _tcp(self, outer: Connection) -> Connection:
        for _ in CHANNELS:
            held = socket.socket()
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind((LOOPBACK, 0))
            self._held.append(held)
        ports = {channel: held.getsockname()[1] for channel, held in zip(CHANNELS, self._held, strict=True)}
        return replace(outer, ip=LOOPBACK, ports=ports)

    def _ipc(self, outer: Connection) -> Connection:
        return replace(outer, ip=str(self._folder / "kernel"))


def remove(leftovers: list[Path]) -> None:
    """Remove files, and folders of ours, that may be gone already."""
    for path in leftovers:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _can_be_shared(held: socket.socket) -> bool:
    """Whether another socket with SO_REUSEADDR may be bound where `held` is."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(held.getsockname())
        except OSError:
            return False
    return True
