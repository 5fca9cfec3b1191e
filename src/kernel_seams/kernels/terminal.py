"""A terminal for a process that may not open one: it is given both ends of a new one, over a socket.

In a sandbox the variable `TERMINALS` names that socket.
"""

from __future__ import annotations

import fcntl
import os
import socket
import termios
from pathlib import Path

__all__ = ["TERMINALS", "fork", "write_start_up"]

TERMINALS = "KERNEL_SEAMS_TERMINALS"


def fork() -> tuple[int, int]:
    """As `pty.fork`: in the child, whose terminal it is, 0; in the parent the child's number and its own end."""
    with socket.socket(socket.AF_UNIX) as asked:
        asked.connect(os.environ[TERMINALS])
        _, (ours, theirs), _, _ = socket.recv_fds(asked, 64, 2)
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
        for stream in (0, 1, 2):
            os.dup2(theirs, stream)
    os.close(theirs)
    return child, ours


def write_start_up(ipython: Path) -> None:
    """Let a kernel of IPython, whose folder `ipython` will be, ask there too: a line with `!` runs in a terminal."""
    folder = ipython / "profile_default" / "startup"
    folder.mkdir(parents=True, exist_ok=True)
    # As text, for the kernel of an environment without this package; and in names of its own, not in the person's.
    source = Path(__file__).read_text() + "\n\nimport pty\n\npty.fork = fork\n"
    (folder / "00-terminal.py").write_text(f'exec({source!r}, {{"__name__": "terminal"}})\n')
