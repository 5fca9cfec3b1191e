"""The folder of one submission: the only place on the disk that its processes may write to, and gone at the end.

    /tmp/seams-grade-4f7a/shared     the tests' temporary files, and kernels that were given
                          1  2       one for each process of the student's: work, home, tmp

Its path is short, so that a socket below it can be named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from kernel_seams.grading.users import User, as_user

__all__ = ["Scratch"]

PATH_LIMIT = 40  # of the folder for temporary files: the path of a socket has some hundred bytes in all
REMOVE = 'chmod -R u+rwx -- "$1"/* 2>/dev/null; rm -rf -- "$1"/*'


class Scratch:
    """A private folder, whose subfolders `user` may write to."""

    def __init__(self, user: User | None) -> None:
        where = None if len(os.fsencode(tempfile.gettempdir())) < PATH_LIMIT else "/tmp"  # noqa: S108  (private, in it)
        self.root = Path(tempfile.mkdtemp(prefix="seams-grade-", dir=where)).resolve()
        self.root.chmod(0o711)
        self._user = user
        self._free = os.statvfs(self.root).f_bfree

    def folder(self, name: str) -> Path:
        """A new subfolder."""
        made = self.root / name
        made.mkdir(mode=0o700)
        if self._user is not None:
            made.chmod(0o777)
        return made

    def grown_beyond(self, most: int) -> bool:
        """Whether more than `most` bytes are in it; counted only when the disk has become fuller by as much."""
        now = os.statvfs(self.root)
        if (self._free - now.f_bfree) * now.f_frsize < most:
            return False
        self._free = now.f_bfree
        done = subprocess.run(["du", "-s", "--block-size=1", self.root], capture_output=True, check=False)
        return bool(done.stdout) and int(done.stdout.split()[0]) > most

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
