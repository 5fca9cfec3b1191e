"""A control group for one submission, where one may be made: then the kernel itself bounds its memory and processes.

Root may make one, unless the hierarchy is read-only as it is in a container; others may below what systemd has
delegated to them. In version 2 a group has the controllers that the one above it gives, so the nearest above this
process that gives both is taken; version 1 has a hierarchy for each. Whether it works is tried once.

Source: docs.kernel.org/admin-guide/cgroup-v2.html and admin-guide/cgroup-v1/
"""

from __future__ import annotations

import errno
import functools
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

__all__ = ["Group", "make", "which_way"]

ROOT = Path("/sys/fs/cgroup")
NAME = "kernel-seams-{}"
PATIENCE = 10  # seconds, of which it takes none but on a machine that has more to do

Way = Mapping[Path, Mapping[str, str]]  # a folder that a group is made in, and what is written into its files


class Group:
    """A group with a folder in each of the places of `way`. `OSError` if it cannot be made."""

    def __init__(self, way: Way) -> None:
        self._folders = [parent / NAME.format(os.getpid()) for parent in way]
        try:
            for folder, files in zip(self._folders, way.values(), strict=True):
                folder.mkdir()
                for name, value in files.items():
                    (folder / name).write_text(value)
        except OSError:
            self.remove()
            raise

    def add(self, process: int) -> None:
        """Put the process, and what it will start, into the group. `OSError`, as of one that has ended."""
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(process))

    def remove(self) -> None:
        """Remove the group. None of its processes is left by then; one that has just ended may count for a moment."""
        deadline = time.monotonic() + PATIENCE
        for folder in self._folders:
            with suppress(OSError):
                while not _removed(folder) and time.monotonic() < deadline:
                    time.sleep(0.005)


def _removed(folder: Path) -> bool:
    """Remove the folder; False if something is in the group yet."""
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno == errno.EBUSY:
            return False
        raise
    return True


def make(memory: int, processes: int) -> Group | None:
    """A group of this process's that may use so many bytes, and so many processes and threads; None if there is none.

    What is kept of files counts as memory, until the kernel needs the room.
    """
    number = which_way()
    if number is None:
        return None
    with suppress(OSError):
        return Group(list(_ways(memory, processes))[number])
    return None


@functools.cache
def which_way() -> int | None:
    """Which of the ways works here, None if none does; found by trying, once, by whoever forks all the others."""
    for number, way in enumerate(_ways(1 << 30, 16)):
        with suppress(OSError):
            group = Group(way)
            try:
                if _holds(group):
                    return number
            finally:
                group.remove()
    return None


def _holds(group: Group) -> bool:
    """Whether a fork of this process can be put into the group."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        os.read(reader, 1)  # until the other end is closed
        os._exit(0)
    os.close(reader)
    try:
        group.add(child)
    except OSError:
        return False
    finally:
        os.close(writer)
        os.waitpid(child, 0)
    return True


def _ways(memory: int, processes: int) -> Iterator[Way]:
    """Each way there could be, nearest first."""
    lines = []
    with suppress(OSError):
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    paths = {controllers: path.lstrip("/") for _, controllers, path in (line.split(":", 2) for line in lines)}
    both = {"memory.max": str(memory), "memory.swap.max": "0", "pids.max": str(processes)}
    own = ROOT / paths.get("", "")
    for folder in (own, *own.parents) if "" in paths else ():
        with suppress(OSError):
            if {"memory", "pids"} <= {*(folder / "cgroup.subtree_control").read_text().split()}:
                yield {folder: both}
    if {"memory", "pids"} <= {*paths}:
        yield {
            ROOT / "memory" / paths["memory"]: {"memory.limit_in_bytes": str(memory)},
            ROOT / "pids" / paths["pids"]: {"pids.max": str(processes)},
        }
