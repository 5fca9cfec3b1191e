"""What a learner wrote in a file of their own, run as a program of its own: copied aside, in a fresh process.

    with bench("kernel.py") as folder:                  a copy of the current folder's programs
        subprocess.run(command(folder / "kernel.py", "-f", "..."))

What is asked of such a file is that it is the learner's own. So a guard rides along in each Python that it starts:
the file may import the standard library, zmq, and what lies beside it. It is a reminder, not a wall: what a class's
grades rest on is that the programs run where nobody else's kernel can be reached.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel_seams.course.check import CheckFailed
from kernel_seams.course.holes import YOURS, Hole, holes

__all__ = ["bench", "command", "require_file", "stage", "unfilled", "variables"]

GUARD = Path(__file__).parent / "guard"
# Of the course, and therefore allowed what the learner's own files are not.
NEIGHBOURS = ("ipython_shell.py",)
NOT_YOURS = "does not count as your own"
EMPTY = "`{hole.name}`, line {hole.first} of {program}, is still empty: do what its TODO says."


@contextmanager
def bench(name: str, *neighbours: str) -> Iterator[Path]:
    """A private folder with a copy of the program `name` of the current one, and of `neighbours`."""
    require_file(name)
    # Short: the path of a socket has some hundred bytes in all.
    where = None if len(os.fsencode(tempfile.gettempdir())) < 60 else "/tmp"  # noqa: S108  (a private folder in it)
    with tempfile.TemporaryDirectory(prefix="own-", dir=where, ignore_cleanup_errors=True) as place:
        folder = Path(place) / "work"
        folder.mkdir()
        for each in (name, *neighbours):
            if Path(each).is_file():
                shutil.copyfile(each, folder / each)
        yield folder


def command(program: Path, *arguments: str) -> list[str]:
    """The command line that runs a `program` of a bench, with the guard."""
    settings = [f"{name}={value}" for name, value in variables(program.parent).items()]
    return ["env", *settings, sys.executable, "-B", str(program), *arguments]


def variables(folder: Path) -> dict[str, str]:
    """The environment variables with which what is in the bench's `folder` runs under the guard."""
    return {"PYTHONPATH": str(GUARD), "SEAMS_OWN": str(folder), "SEAMS_NEIGHBOURS": " ".join(NEIGHBOURS)}


def require_file(name: str) -> None:
    """Raise `CheckFailed` unless the learner's program `name` is there and is Python."""
    where = f"{name}, beside this lesson's notebook"
    try:
        text = Path(name).read_text(encoding="utf-8")
        compile(text, name, "exec", dont_inherit=True)
    except OSError:
        raise _failed("no such file", where, f"the program you write: {name}", GET_IT_BACK) from None
    except UnicodeDecodeError:
        raise _failed("bytes that are no text", where, "a text in UTF-8", GET_IT_BACK) from None
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        text = getattr(error, "msg", None) or str(error)
        raise _failed(f"SyntaxError: {text}", f"{name}, line {line}", "Python that can be read", MEND) from None


def unfilled(name: str, task: str, last_words: str = "") -> Hole | None:
    """The hole of the program `name` that is still as it was released: of `task`, or where `last_words` come from.

    `last_words` is the end of what the program wrote to stderr.
    """
    try:
        text = Path(name).read_text(encoding="utf-8")
        found = holes(text)
    except (OSError, ValueError, SyntaxError):  # `require_file` says so
        return None
    lines = text.splitlines()
    still = [hole for hole in found if any(YOURS in line for line in lines[hole.first - 1 : hole.last])]
    here = [hole for hole in still if hole.task == task]
    if not here and "NotImplementedError" in last_words:
        here = [hole for hole in still if f"in {hole.name.rpartition('.')[2]}\n" in last_words]
    return here[0] if here else None


@contextmanager
def stage(name: str, task: str, take_it_out: str) -> Iterator[None]:
    """Where a check in here fails and a function of the stage `task` is still empty, say so first.

    The program is `name`; `take_it_out` is the next step where it imports what does not count as its writer's own.
    """
    try:
        yield
    except CheckFailed as failed:
        hole = unfilled(name, task)
        if NOT_YOURS in failed.told["received"]:
            raise failed.with_next_step(take_it_out) from None
        if hole is None:
            raise
        # Which of the two it was one cannot know: a call may have gone through what is empty, and need not.
        step = f"{EMPTY.format(hole=hole, program=name)} If this call does not need it: {failed.next_step}"
        raise failed.with_next_step(step) from None


def _failed(received: str, where: str, expected: str, step: str) -> CheckFailed:
    return CheckFailed(received=received, where=where, expected=expected, next_step=step)


GET_IT_BACK = "`seams reset` lays the file out anew and keeps what you have beside."
MEND = "Look at that line, and at the end of the one above it."
