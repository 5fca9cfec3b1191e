"""Run a learner's notebooks of a lesson in fresh kernels, on a copy of their folder, and judge each task.

A task is right if its released check runs and raises nothing. The kernel and
all that it writes (history, connection file, files of `%%writefile`) are in a
private temporary folder: nothing of the learner's is changed.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel_seams.checkout import Checkout
from kernel_seams.course.kernels import specs_in
from kernel_seams.course.mine import Mine, my_notebooks
from kernel_seams.course.plain import printable
from kernel_seams.course.table import Lesson, Task
from kernel_seams.errors import KernelError
from kernel_seams.kernels.boot import private_environment
from kernel_seams.workshop.workdir import is_litter

CELL_SECONDS = 120  # as in nbgrader_config.py
FOUR = re.compile(r"^Received: +(.*)\nWhere: +(.*)\nExpected: +(.*)\nNext: +(.*)$", re.MULTILINE)
LONGEST = 500
# What nbclient logs is told in the four lines; the logger that it brings is that of all of Jupyter.
SILENT = logging.Logger("nbclient", logging.CRITICAL + 1)

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Told:
    """The four things a learner is told."""

    received: str
    where: str
    expected: str
    next: str

    def lines(self) -> list[str]:
        """As a check prints them."""
        parts = {"Received:": self.received, "Where:": self.where, "Expected:": self.expected, "Next:": self.next}
        return [f"{label:<9} {text}" for label, text in parts.items()]


@dataclass(frozen=True)
class Outcome:
    """What became of one task: `right`, and what to tell where it is not; None of both if it could not be run.

    `shown` is what the check of a program's stage printed, the frames that were exchanged for one.
    """

    task: Task
    right: bool | None
    told: Told | None = None
    shown: str = ""

    def to_json(self) -> dict[str, Any]:
        """The outcome as plain data."""
        return {
            "task": self.task.name,
            "points": self.task.points,
            "right": self.right is True,
            "told": dict(self.told.__dict__) if self.told else None,
            "shown": self.shown,
        }


@dataclass
class Result:
    """What `seams check` found in one lesson."""

    lesson: Lesson
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class _Ran:
    """Which cells came to an end, and what stopped the notebook before its own end."""

    done: set[int] = field(default_factory=set)
    stopped: Told | None = None


def check_lesson(checkout: Checkout, lesson: Lesson, tell: Tell, seconds: int = CELL_SECONDS) -> Result:
    """Run the learner's notebooks of `lesson`; `tell` hears how many of its cells have been run.

    `seconds` is what one cell may take.
    """
    result = Result(lesson)
    notebooks = my_notebooks(checkout, lesson)
    total = sum(len(mine.notebook.cells) for mine in notebooks if mine.notebook is not None)
    found: dict[Task, Outcome] = {}
    before = 0
    for mine in notebooks:
        result.problems += mine.problems
        if not any(mine.judged(task) for task in mine.tasks):
            continue
        try:
            ran = _run(mine, lambda done, before=before: tell(before + done, total), seconds)  # type: ignore[misc]
        except KernelError as error:
            result.problems.append(f"work/{lesson.id}/{mine.path.name} could not be run: {error}")
            continue
        before += len(mine.notebook.cells)
        found |= {task: _judge(mine, task, ran) for task in mine.tasks if mine.judged(task)}
    result.outcomes = [found.get(task, Outcome(task, None)) for task in lesson.tasks]
    return result


def _run(mine: Mine, tell: Callable[[int], None], seconds: int) -> _Ran:
    """Run every cell in a new kernel, whatever fails; stop only at one that does not end or that ends the kernel."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    ran = _Ran()
    with tempfile.TemporaryDirectory(prefix="seams-check-", dir=_short(), ignore_cleanup_errors=True) as place:
        copy = Path(place) / "work"
        _copy(mine.path.parent, copy)
        with _client(mine, Path(place), copy, seconds) as client:
            for number, cell in enumerate(mine.notebook.cells):
                tell(number)
                where = f"the cell that begins with {_first_line(cell)}"
                try:
                    client.execute_cell(cell, number)
                except CellTimeoutError:
                    ran.stopped = Told(f"no end within {seconds} s", where, "every cell to end", HANGS)
                    return ran
                except DeadKernelError:
                    ran.stopped = Told("the kernel's process ended", where, "the kernel to stay alive", DIES)
                    return ran
                ran.done.add(number)
    return ran


@contextmanager
def _client(mine: Mine, place: Path, folder: Path, seconds: int) -> Iterator[Any]:
    """A started nbclient for the notebook; its kernel is ended at the end. Raises `KernelError`."""
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    manager = AsyncKernelManager(
        kernel_name=mine.kernel,
        kernel_spec_manager=specs_in(None, mine.kernel),
        transport="ipc",
        ip=str(place / "ipc"),
        connection_file=str(place / "kernel.json"),
    )
    client = NotebookClient(
        mine.notebook,
        km=manager,
        timeout=seconds,
        allow_errors=True,
        skip_cells_with_tag="no tag skips a cell",
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}},
    )
    client.log = SILENT
    client.reset_execution_trackers()
    null = subprocess.DEVNULL
    setting = client.setup_kernel(cleanup_kc=True, env=_variables(place), stdin=null, stdout=null, stderr=null)
    try:
        setting.__enter__()
    except Exception as error:  # a kernel that does not start fails in as many ways as there are kernels
        raise KernelError(f"the kernel {mine.kernel!r} did not start: {printable(str(error), 200)}") from error
    except KeyboardInterrupt:
        # nbclient ends a kernel that failed, not one whose start was interrupted; its loop may be in any state.
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            process.kill()
            process.wait()
        raise
    try:
        yield client
    finally:
        setting.__exit__(None, None, None)


def _variables(place: Path) -> dict[str, str]:
    """The kernel's environment variables: all that it writes is in `place`, and `%hint` shows and counts nothing."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    # `validate` is nbgrader's word for a run that nobody sits in front of.
    return {**os.environ, **private_environment(place), "PATH": path, "NBGRADER_EXECUTION": "validate"}


def _judge(mine: Mine, task: Task, ran: _Ran) -> Outcome:
    """What the check of `task` says; what stopped the notebook if it was not reached."""
    check = mine.cells[task.check]
    if check not in ran.done:
        return Outcome(task, False, ran.stopped)
    error = _error(mine.notebook.cells[check])
    if error is None:
        return Outcome(task, True)
    # A kernel may send what it prints in as many messages as it likes.
    texts = [str(output.text) for output in mine.notebook.cells[check].outputs if output.output_type == "stream"]
    for text in (str(error.evalue), "".join(texts)):
        four = FOUR.search(text)
        if four:
            return Outcome(task, False, Told(*(printable(part, LONGEST) for part in four.groups())))
    hole = _error(mine.notebook.cells[mine.cells[task.id]])
    name, at = (hole, f"the cell of task {task.id}") if hole else (error, f"the check of task {task.id}")
    received = printable(f"{name.ename}: {name.evalue}", LONGEST)
    return Outcome(task, False, Told(received, at, "no error", BROKEN if hole else UNASKED))


def _error(cell: Any) -> Any:
    """The error the cell ended in, or None."""
    return next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)


def _first_line(cell: Any) -> str:
    line = next((line for line in cell.source.splitlines() if line.strip()), "")
    return f"`{printable(line, 60)}`"


def _short() -> str | None:
    """A folder for temporary files whose path leaves room for the name of a socket."""
    return None if len(os.fsencode(tempfile.gettempdir())) < 60 else "/tmp"  # noqa: S108  (a private folder in it)


def _copy(source: Path, target: Path) -> None:
    """Copy the files below `source`; a link to a file becomes a file of its own, one to a folder is left out."""
    target.mkdir()
    for parent, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not is_litter(name) and not Path(parent, name).is_symlink()]
        place = target / Path(parent).relative_to(source)
        place.mkdir(exist_ok=True)
        for name in files:
            if Path(parent, name).is_file():
                shutil.copy(Path(parent, name), place / name)


HANGS = "Run it alone in JupyterLab, stop it with the square button, and see in which line it was."
DIES = "Look for what ends the process: `exit`, `os._exit`, or more memory than there is."
BROKEN = (
    "Run the notebook from the top in JupyterLab (Kernel > Restart Kernel and Run All Cells); begin with this cell."
)
UNASKED = (
    "Run the notebook from the top in JupyterLab (Kernel > Restart Kernel and Run All Cells): a new kernel must do."
)
