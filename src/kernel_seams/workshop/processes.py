"""Which processes came from a server, and how to be sure that none of them stays."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Sequence

import psutil

ASK_AND_BECOME = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


class Family:
    """A process and everything that came from it.

    A process whose parent has ended is nobody's child any more, so children
    alone are not enough: those seen earlier are remembered, and every process
    of a family carries its `mark` (``NAME=value``) among its variables. Where
    variables cannot be read (macOS hides those of its own programs) the memory is what there is.
    """

    def __init__(self, pid: int, mark: str) -> None:
        self._pid = pid
        self._name, _, self._value = mark.partition("=")
        self._seen: set[psutil.Process] = set()

    def remember(self) -> None:
        """Note the descendants there are now; cheap enough for every few seconds."""
        with contextlib.suppress(psutil.Error):
            self._seen.update(psutil.Process(self._pid).children(recursive=True))

    def survivors(self) -> list[psutil.Process]:
        """The members alive now, the first process not among them."""
        self.remember()
        with contextlib.suppress(psutil.Error):
            self._seen.update(process for process in psutil.process_iter() if self._is_marked(process))
        return [process for process in self._seen if process.pid not in (self._pid, os.getpid()) and _is_alive(process)]

    def end(self, patience: float) -> list[psutil.Process]:
        """Give the survivors `patience` seconds to end by themselves, then kill them; those that had to be killed."""
        _, alive = psutil.wait_procs(self.survivors(), timeout=patience)
        killed = []
        # A process may start another while it is being looked for: look until there is none.
        while alive:
            kill(alive)
            killed.extend(alive)
            psutil.wait_procs(alive, timeout=patience)
            alive = [process for process in self.survivors() if process not in killed]
        return killed

    def _is_marked(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get(self._name) == self._value)
        except psutil.Error:
            return False


def kill(processes: Iterable[psutil.Process]) -> None:
    """SIGKILL to each that still is the process it was."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def ends_with_parent(command: Sequence[str]) -> list[str]:
    """`command`, so that Linux sends it SIGTERM when this process is killed outright; elsewhere `command` itself.

    A small program asks for that and then becomes the command. Code of ours
    between fork and exec would do it too, and is unsafe where there are threads.
    """
    if not sys.platform.startswith("linux"):
        return list(command)
    return [sys.executable, "-I", "-S", "-c", ASK_AND_BECOME, str(os.getpid()), *command]
