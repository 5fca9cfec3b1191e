"""A learner's program of a lesson, held to its stages one after the other, up to the first that is not right yet.

The released check of each stage is run here, without a notebook and a kernel. What it asks is asked of a copy of the
learner's file in a process of its own: nothing of theirs is changed, and an answer takes seconds.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kernel_seams.checkout import Checkout
from kernel_seams.course.check import CheckFailed
from kernel_seams.course.notebook import read_notebook
from kernel_seams.course.plain import printable
from kernel_seams.course.run import BROKEN, FOUR, LONGEST, Outcome, Result, Tell, Told, check_lesson
from kernel_seams.course.table import Lesson, Task
from kernel_seams.errors import CourseError

LOOK = 0.2  # seconds between two looks at a file that is watched


def judge(checkout: Checkout, lesson: Lesson, tell: Tell) -> Result:
    """What `seams check` finds in `lesson`: in its notebooks, or in the program that its learner writes."""
    return check_stages(checkout, lesson, tell) if lesson.part else check_lesson(checkout, lesson, tell)


def check_stages(checkout: Checkout, lesson: Lesson, tell: Tell, only: Task | None = None) -> Result:
    """Hold `work/LESSON/PART` to the stages of `lesson`; `tell` hears how many of them are done.

    `only` this stage is tried, whatever those before it are.
    """
    cells = _checks(checkout, lesson)
    result = Result(lesson)
    tasks = lesson.tasks if only is None else (only,)
    with tempfile.TemporaryDirectory(prefix="seams-check-", ignore_cleanup_errors=True) as place:
        _lay_out(checkout, lesson, Path(place))
        for number, task in enumerate(tasks):
            tell(number, len(tasks))
            if result.outcomes and result.outcomes[-1].right is not True:
                result.outcomes.append(Outcome(task, None))
                continue
            printed = io.StringIO()
            with contextlib.chdir(place), contextlib.redirect_stdout(printed):
                told = _ask(cells[task.check], task.id)
            result.outcomes.append(Outcome(task, told is None, told, printed.getvalue().strip("\n") if told else ""))
    return result


def changes(folder: Path, pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yields each time a file in `folder` was saved, once for files that are saved together."""
    before = _state(folder)
    while True:
        pause(LOOK)
        now = _state(folder)
        if now != before:
            while True:
                pause(LOOK)
                later = _state(folder)
                if later == now:
                    break
                now = later
            before = now
            yield


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in folder.glob("*"):
        with contextlib.suppress(OSError):
            stat = path.stat()
            found[path.name] = (stat.st_mtime_ns, stat.st_size)
    return found


def _checks(checkout: Checkout, lesson: Lesson) -> dict[str, str]:
    """The released check of each stage by its grade_id."""
    found = {}
    for path in sorted((checkout.exercises / lesson.id).glob("*.ipynb")):
        for cell in read_notebook(path).cells:
            found[cell.metadata.get("nbgrader", {}).get("grade_id", "")] = cell.source
    missing = [task.check for task in lesson.tasks if task.check not in found]
    if missing:
        raise CourseError(f"exercises/{lesson.id} has no check {missing[0]!r}; `seams build {lesson.id}` makes it.")
    return found


def _lay_out(checkout: Checkout, lesson: Lesson, place: Path) -> None:
    """The learner's Python files, and over them the course's own: its neighbours are not the learner's to change."""
    for path in (checkout.work / lesson.id).glob("*.py"):
        if path.is_file():
            shutil.copyfile(path, place / path.name)
    for name in lesson.files:
        shutil.copyfile(checkout.exercises / lesson.id / name, place / name)


def _ask(source: str, name: str) -> Told | None:
    """What the check `source` says, None if it passes."""
    try:
        exec(compile(source, f"the check of {name}", "exec", dont_inherit=True), {"__name__": "__check__"})  # noqa: S102
    except CheckFailed as failed:
        four = FOUR.search(str(failed))
        if four:
            return Told(*(printable(part, 2 * LONGEST) for part in four.groups()))
        return _unasked(failed, name)
    except Exception as error:  # whatever the learner's program answered, the check was not made for it
        return _unasked(error, name)
    return None


def _unasked(error: Any, name: str) -> Told:
    return Told(
        printable(f"{type(error).__name__}: {error}", LONGEST), f"the check of stage {name}", "no error", BROKEN
    )
