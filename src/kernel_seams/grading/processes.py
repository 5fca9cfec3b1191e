"""The processes below this one: which they are, what they use, and their end, however they resist.

A process whose parent is gone becomes a child of the nearest subreaper above
it, so what a daemon does to get away, `setsid` and two forks, changes nothing.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.grading.users import User, as_user

__all__ = ["Usage", "adopt_orphans", "counted", "descendants", "end", "usage"]

PR_SET_CHILD_SUBREAPER = 36
CLONE_VM, CLONE_VFORK = 0x100, 0x4000
PAGE = resource.getpagesize()
MANY = 1 << 22  # more than a kernel has
PATIENCE = 10  # seconds until a process that does not end is given up: it hangs in the kernel

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Usage:
    """What some processes use together: bytes of memory, how many threads they are, and how long they waited."""

    memory: int
    threads: int
    waited: float = 0.0  # seconds in which they would have run, if there had been a processor for them


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def counted() -> int:
    """How many processes and threads the kernel counts for this user, in whatever container; 0 if it limits none.

    Their limit is held against all of them, and /proc shows those in this
    container. So it is tried out with which limit another one can be started.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    most = MANY if hard == resource.RLIM_INFINITY else hard
    stack = ctypes.create_string_buffer(16384)
    its_end = ctypes.c_void_p(ctypes.addressof(stack) + 16384 - 64)

    def has_room(limit: int) -> bool:
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, hard))
        # It has this process's memory, and does nothing but end.
        child = int(_libc.clone(_libc._exit, its_end, CLONE_VM | CLONE_VFORK | signal.SIGCHLD, None))
        if child > 0:
            os.waitpid(child, 0)
        return child > 0

    try:
        low, high = 0, 1
        while high < most and not has_room(high):
            low, high = high, min(2 * high, most)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if has_room(middle) else (middle, high)
        return low
    finally:
        resource.setrlimit(resource.RLIMIT_NPROC, (soft, hard))


def descendants(root: int, without: Iterable[int] = ()) -> list[int]:
    """The processes below `root`, nearest first; those of `without` and what is below them are left out."""
    left_out = set(without)
    parents = _children_of_all() if not Path(f"/proc/{root}/task/{root}/children").exists() else None
    found: list[int] = []
    todo = [root]
    while todo:
        process = todo.pop()
        for child in parents.get(process, []) if parents is not None else _children(process):
            if child not in left_out and child not in found:
                found.append(child)
                todo.append(child)
    return found


def usage(processes: Iterable[int], at_most: int = 0) -> Usage:
    """What `processes` use; pages that they share are counted once, if the quick count is over `at_most`."""
    there = list(processes)
    memory = threads = waited = 0
    for process in there:
        with suppress(OSError, ValueError, IndexError):
            waited += int(Path(f"/proc/{process}/schedstat").read_bytes().split()[1])
        with suppress(OSError, ValueError, IndexError):
            # Behind the name, which may hold anything: the state is the first field, these are the 18th and the 22nd.
            fields = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()
            memory += int(fields[21]) * PAGE
            threads += int(fields[17])
    if at_most and memory > at_most:
        memory = sum(_share(process) for process in there)
    return Usage(memory, threads, waited / 1e9)


def end(root: int, user: User | None = None, without: Iterable[int] = ()) -> bool:
    """End all that is below `root` but `without`, and see that it has ended; False if something does not end.

    First no more can be started, then each is killed; that a process ignores
    every signal, or starts others as fast as it can, does not help it.
    """
    kept = set(without)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        there = descendants(root, kept)
        if _stop(there) and user is not None:
            as_user(user, lambda there=there: _stop(there))  # type: ignore[misc]
        _reap(there, root)
        if not descendants(root, kept):
            return True
        time.sleep(0.001)
    return False


def _stop(processes: Iterable[int]) -> int:
    """Let these start nothing more, then kill them; 1 if some are another user's and may not be killed."""
    refused = 0
    for process in processes:
        with suppress(OSError, ValueError):
            resource.prlimit(process, resource.RLIMIT_NPROC, (0, 0))
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        except PermissionError:
            refused = 1
    return refused


def _reap(processes: Iterable[int], root: int) -> None:
    if root == os.getpid():
        for process in processes:
            with suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)


def _share(process: int) -> int:
    """The process's memory, of pages shared by n processes an nth part."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    return 0


def _children(process: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208
            with suppress(OSError):
                found += map(int, Path(f"/proc/{process}/task/{thread}/children").read_text().split())
    return found


def _children_of_all() -> dict[int, list[int]]:
    """By parent: where the kernel keeps no list of children, every process is asked for its parent."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                parent = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(name))
    return parents
