"""What somebody handed in, read as what it is: files of a stranger.

Only regular files are read, links are not followed, and nothing is read beyond
a limit. A notebook that is a link to the solutions, a pipe without an end or
100 GB cannot be read; such a file beside a notebook is left out, and said to be.
What nbgrader's exchange collects, up to 100 MB, is read.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from kernel_seams.errors import GradingError

__all__ = ["Beside", "Unreadable", "course_files", "files_of", "handed_in", "read", "read_notebook"]

MEGA = 1024 * 1024
LONGEST_NOTEBOOK = 100 * MEGA
# The bytes that an object, a list and what they hold take on their way through nbformat, as measured: of a notebook of
# 100 MB with a picture or a table of numbers in it that is far below the limit, of brackets far beyond.
WEIGHTS = {b"{": 1300, b"[": 260, b",": 130}
HEAVIEST_NOTEBOOK = 1024 * MEGA
MOST_BYTES, MOST_FILES, LONGEST_PATH = 64 * MEGA, 2000, 1000
NAMED = 5  # of what is left out; the rest is counted
LEFT_OUT = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")  # as nbgrader's CourseDirectory.ignore
NEVER = ("*.ipynb", ".git")


class Unreadable(GradingError):  # noqa: N818  (what it is)
    """A submission, or a file of it, cannot be read; the text says which and why."""


def read(path: Path, at_most: int = LONGEST_NOTEBOOK) -> bytes:
    """The content of a regular file of at most so many bytes; `Unreadable`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = "is a link" if error.errno == errno.ELOOP else f"cannot be read: {error.strerror}"
        raise Unreadable(f"{path.name} {what}.") from error
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable(f"{path.name} is no file.")
        if about.st_size > at_most:
            raise Unreadable(f"{path.name} has {about.st_size // MEGA} MB, more than the {at_most // MEGA} MB allowed.")
        return file.read(at_most)


def read_notebook(path: Path) -> str:
    """The text of a notebook that can be taken apart in the memory there is; `Unreadable`, `UnicodeDecodeError`."""
    content = read(path)
    if sum(content.count(mark) * weight for mark, weight in WEIGHTS.items()) > HEAVIEST_NOTEBOOK:
        raise Unreadable(
            f"{path.name} has {len(content) // MEGA} MB in so many pieces that reading it takes more than the "
            f"{HEAVIEST_NOTEBOOK // MEGA} MB allowed; it may do without its outputs."
        )
    return content.decode()


def handed_in(folder: Path) -> Any:
    """When that was, as the folder's timestamp.txt says; None if it cannot be read."""
    try:
        return parse_utc(read(folder / "timestamp.txt", 100).decode().strip())
    except (Unreadable, ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Beside:
    """The files beside the notebooks by their path, and in words each that was handed in and is not among them."""

    files: dict[str, bytes]
    left_out: tuple[str, ...] = ()


def course_files(source: Path, ignored: Collection[str] = LEFT_OUT) -> dict[str, bytes]:
    """The course's own files beside the notebooks of `source`, solved where they have a hole; not those `ignored`."""
    return {name: path.read_bytes() for name, path in _found(source, ignored) if path.is_file()}


def files_of(submitted: Path, source: Path, own: Collection[str] = (), ignored: Collection[str] = LEFT_OUT) -> Beside:
    """What there is beside the notebooks: the files of the course's `source` over those that were `submitted`.

    A file named in `own` is the student's or nobody's: the course's is the
    solution. Names that are `ignored` are left out without a word; one that
    cannot be read, or is too much, is left out, and the rest is graded as it is.
    """
    course = {name: content for name, content in course_files(source, ignored).items() if name not in own}
    first = {*own, "timestamp.txt"}
    theirs = sorted(_found(submitted, ignored), key=lambda found: found[0] not in first)
    files: dict[str, bytes] = {}
    odd, left = [], MOST_BYTES
    for name, path in theirs:
        if name in course:
            continue
        try:
            if len(files) == MOST_FILES:
                raise Unreadable(f"{path.name} is more than the {MOST_FILES} files allowed.")
            _fits(name, course)
            files[name] = read(path, left)
        except Unreadable as error:
            odd.append(_printable(f"{name.removesuffix(path.name)}{error}"))
        else:
            left -= len(files[name])
    more = [f"{len(odd) - NAMED} more files."] if len(odd) > NAMED else []
    return Beside({**files, **course}, tuple(odd[:NAMED] + more))


def _fits(name: str, course: Collection[str]) -> None:
    """Raise `Unreadable` for a path that cannot be written beside the course's."""
    if len(os.fsencode(name)) > LONGEST_PATH:
        raise Unreadable(f"{name[-20:]} has a path of more than the {LONGEST_PATH} bytes allowed.")
    if any(each.startswith(f"{name}/") or name.startswith(f"{each}/") for each in course):
        raise Unreadable(f"{Path(name).name} is where the course has a file or a folder.")


def _printable(text: str) -> str:
    """`text` without what is no character, as of a name that is no UTF-8, or does something to a terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _found(folder: Path, ignored: Collection[str]) -> Iterator[tuple[str, Path]]:
    """Each file below the folder with its path from there; a link to a folder is one, and not gone into.

    So is a folder whose path is too long: of no file in it could more be said. `os.walk` of Python 3.11 calls itself
    for each folder in a folder, and a stranger makes as many as a path can name.
    """
    todo = [""]
    while todo:
        inside = todo.pop()
        entries: list[os.DirEntry[str]] = []
        with suppress(OSError), os.scandir(folder / inside) as found:
            entries = sorted(
                (each for each in found if not _is_left_out(each.name, ignored)), key=lambda each: each.name
            )
        folders = []
        for each in entries:
            name = os.path.join(inside, each.name)  # noqa: PTH118  (of a text, a thousand times)
            if each.is_dir(follow_symlinks=False) and len(os.fsencode(name)) <= LONGEST_PATH:
                folders.append(name)
            else:
                yield name, folder / name
        todo += reversed(folders)


def _is_left_out(name: str, ignored: Collection[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in (*ignored, *NEVER))
