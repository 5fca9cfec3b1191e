"""Terminals for the sandbox, which may not open any: of the same user's there could be the grader's own.

A bash kernel needs one, and so does a line of IPython that begins with `!`: the launcher of the one,
and a start-up file of the other, ask for it at the socket that `TERMINALS` names.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

from kernel_seams.kernels.terminal import TERMINALS

__all__ = ["Terminals"]

MOST = 16


class Terminals:
    """Gives pairs of a new terminal, both ends, to whoever connects to the socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        path = folder / "terminals"
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self._server.bind(str(path))
        path.chmod(0o666)
        self._server.listen()
        self._left = MOST
        self.variables = {TERMINALS: str(path)}

    def fileno(self) -> int:
        """What is ready when somebody asks."""
        return self._server.fileno()

    def answer(self) -> None:
        """Give the next one who asks a terminal."""
        with suppress(OSError):
            asked, _ = self._server.accept()
            with asked:
                asked.settimeout(1)
                if self._left > 0:
                    self._left -= 1
                    ends = os.openpty()
                    try:
                        socket.send_fds(asked, [b"terminal"], list(ends))
                    finally:
                        for end in ends:
                            os.close(end)

    def close(self) -> None:
        """Give no more."""
        self._server.close()
