"""What somebody handed in, read as what it is: files of a stranger.

Only regular files are read, links are not followed, and nothing is read beyond
a limit: a link to the solutions, a pipe without an end or a file of 100 GB is a
submission that cannot be read, and no more.
"""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from kernel_seams.errors import GradingError

__all__ = ["Unreadable", "files_of", "read"]

MEGA = 1024 * 1024
LONGEST_NOTEBOOK = 50 * MEGA
MOST_BYTES, MOST_FILES = 64 * MEGA, 2000
LEFT_OUT = (".ipynb_checkpoints", "*.pyc", "__pycache__", ".git", "*.ipynb", "feedback")


class Unreadable(GradingError):  # noqa: N818  (what it is)
    """A submission, or a file of it, cannot be read; the text says which and why."""


def read(path: Path, at_most: int = LONGEST_NOTEBOOK) -> bytes:
    """The content of a regular file of at most so many bytes; `Unreadable`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = "is a link" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise Unreadable(f"{path.name} {what}.") from error
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable(f"{path.name} is no file.")
        if about.st_size > at_most:
            raise Unreadable(f"{path.name} has {about.st_size // MEGA} MB, more than the {at_most // MEGA} MB allowed.")
        return file.read(at_most)


def files_of(submitted: Path, source: Path, own: Collection[str] = ()) -> dict[str, bytes]:
    """The files beside the notebooks, by their path: the course's `source` over what was `submitted`.

    The files named in `own` are the student's where there are any. `Unreadable`.
    """
    theirs = dict(_found(submitted))
    course = {name: path for name, path in _found(source) if not (name in own and name in theirs)}
    left, files = MOST_BYTES, {}
    if len(theirs) + len(course) > MOST_FILES:
        raise Unreadable(f"{submitted.name} has {len(theirs)} files, more than the {MOST_FILES} allowed.")
    for name, path in {**theirs, **course}.items():
        files[name] = path.read_bytes() if name in course else read(path, left)
        left -= 0 if name in course else len(files[name])
    return files


def _found(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each file below the folder with its path from there; a link to a folder is not gone into."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_left_out(name) and not Path(parent, name).is_symlink())
        for name in sorted(names):
            if not _is_left_out(name):
                yield str(Path(parent, name).relative_to(folder)), Path(parent, name)


def _is_left_out(name: str) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in LEFT_OUT)
