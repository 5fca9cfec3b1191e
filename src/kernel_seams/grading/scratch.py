"""The folder of one submission: the only place on the disk that its processes may write to, and gone at the end.

    /tmp/seams-grade-4f7a/shared     the tests' temporary files, and kernels that were given
                          1  2       one for each process of the student's: work, home, tmp

Its path is short, so that a socket below it can be named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from kernel_seams.grading.users import User, as_user

__all__ = ["Scratch"]

PATH_LIMIT = 40  # of the folder for temporary files: the path of a socket has some hundred bytes in all
MOST_FILES = 100_000  # a disk has so many names, whatever is in its files
REMOVE = 'chmod -R u+rwx -- "$1"/* 2>/dev/null; rm -rf -- "$1"/*'


class Scratch:
    """A private folder, whose subfolders `user` may write to."""

    def __init__(self, user: User | None) -> None:
        where = None if len(os.fsencode(tempfile.gettempdir())) < PATH_LIMIT else "/tmp"  # noqa: S108  (private, in it)
        self.root = Path(tempfile.mkdtemp(prefix="seams-grade-", dir=where)).resolve()
        self.root.chmod(0o711)
        self._user = user
        now = os.statvfs(self.root)
        self._free, self._names = now.f_bfree, now.f_ffree

    def folder(self, name: str) -> Path:
        """A new subfolder."""
        made = self.root / name
        made.mkdir(mode=0o700)
        if self._user is not None:
            made.chmod(0o777)
        return made

    def grown_beyond(self, most: int, processes: Iterable[int] = (), files: int = MOST_FILES) -> bool:
        """Whether more than `most` bytes or `files` are in it; counted only when the disk has become fuller by as much.

        With what `processes` hold open of files that no folder has any more. Where
        the disk is nearly full nobody can tell who did it, and it is so for all.
        """
        now = os.statvfs(self.root)
        if self._names - now.f_ffree > files:
            self._names = now.f_ffree
            if self._asked(lambda: self._counted("--inodes")) > files:
                return True
        if (self._free - now.f_bfree) * now.f_frsize < most:
            return False
        self._free = now.f_bfree
        if now.f_bavail * now.f_frsize < most // 8:
            return True
        device = self.root.stat().st_dev
        return self._asked(lambda: self._counted("--block-size=1") + _deleted(processes, device)) > most

    def _counted(self, what: str) -> int:
        """What `du` counts; without a bound where it may not look."""
        command = ["du", "-s", what, "--", *map(str, self.root.iterdir())]
        done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
        if b"Permission denied" in done.stderr:
            return sys.maxsize
        return sum(int(line.split()[0]) for line in done.stdout.splitlines())

    def _asked(self, count: Callable[[], int]) -> int:
        """What `count()` gives to the user whose files they are."""
        read, write = os.pipe()

        def tell() -> None:
            os.write(write, b"%d" % count())

        as_user(self._user, tell)
        os.close(write)
        with os.fdopen(read, "rb") as told:
            return int(told.read() or 0)

    def remove(self) -> None:
        """Remove all of it, whatever the student made of it; no process of theirs is left by then."""
        with suppress(OSError, RecursionError):
            shutil.rmtree(self.root)
        if self.root.exists():
            as_user(self._user, self._remove_with_tools)
            self._remove_with_tools()
            with suppress(OSError):
                shutil.rmtree(self.root)

    def _remove_with_tools(self) -> None:
        """With `rm`, which knows folders deeper than a path can name."""
        subprocess.run(["/bin/sh", "-c", REMOVE, "sh", self.root], check=False, stderr=subprocess.DEVNULL)


def _deleted(processes: Iterable[int], device: int) -> int:
    """Bytes of files on the device that `processes` have open and no folder has, each counted once."""
    found: dict[int, int] = {}
    for process in processes:
        with suppress(OSError):  # it ended meanwhile
            for name in os.listdir(f"/proc/{process}/fd"):  # noqa: PTH208
                with suppress(OSError):
                    about = os.stat(f"/proc/{process}/fd/{name}")  # noqa: PTH116
                    if about.st_dev == device and about.st_nlink == 0:
                        found[about.st_ino] = about.st_blocks * 512
    return sum(found.values())
