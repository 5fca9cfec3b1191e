"""Forks of this process that have no descriptor but those they are given, and how they ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence

__all__ = ["TOO_MUCH_OUTPUT", "fate", "fork"]

TOO_MUCH_OUTPUT = 97  # an exit code of the student's process


def fork(work: Callable[[], None], keep: Sequence[int] = (), output: int = -1) -> int:
    """A new process that does `work` and ends, with the descriptors of `keep` and nothing to read; its number.

    What it writes to standard output and error goes to `output`, or is lost.
    """
    child = os.fork()
    if child:
        return child
    try:
        _leave_only(keep, output)
        work()
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(1)


def fate(status: int) -> str:
    """How the student's process ended, of what `waitpid` says: a state's name, or a phrase."""
    code = os.waitstatus_to_exitcode(status)
    if code == TOO_MUCH_OUTPUT:
        return "output"
    if code == -signal.SIGKILL:
        return "memory"  # the warden did not do it: the kernel had none left
    if code == -signal.SIGXCPU:
        return "timeout"
    return f"its process ended with code {code}" if code >= 0 else f"its process ended by signal {-code}"


def _leave_only(keep: Sequence[int], output: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    for stream in (1, 2):
        os.dup2(output if output >= 0 else null, stream)
    low = 3
    for descriptor in sorted(keep):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, os.sysconf("SC_OPEN_MAX"))
