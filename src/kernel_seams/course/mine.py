"""The learner's own notebooks of a lesson, compared with the released ones, and never written to.

What a learner may change is the holes and whatever they like between them. As
when it is graded, each check and each locked helper is the released one. A
notebook that cannot be judged is named with what to do.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel_seams.checkout import Checkout
from kernel_seams.course.notebook import read_notebook
from kernel_seams.course.plain import printable
from kernel_seams.course.table import Lesson, Task
from kernel_seams.errors import CourseError


@dataclass
class Mine:
    """One notebook of a lesson as the learner has it.

    `notebook` is in memory only, with the released checks in it, and None if it
    cannot be run; `cells` has the number of each marked cell by its grade_id;
    `problems` has one line for each thing that is wrong with the file.
    """

    path: Path
    tasks: tuple[Task, ...]
    kernel: str
    notebook: Any = None
    cells: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def judged(self, task: Task) -> bool:
        """Whether the hole and the check of `task` are where they can be run."""
        return self.notebook is not None and task.id in self.cells and task.check in self.cells


def my_notebooks(checkout: Checkout, lesson: Lesson) -> list[Mine]:
    """The learner's notebook for each released one of `lesson`, in order."""
    released = sorted((checkout.exercises / lesson.id).glob("*.ipynb"))
    if not released:
        raise CourseError(f"exercises/{lesson.id} holds no notebook; `seams build {lesson.id}` makes it.")
    return [_mine(checkout, lesson, path) for path in released]


def _mine(checkout: Checkout, lesson: Lesson, released: Path) -> Mine:
    given = read_notebook(released)
    marks = {cell.metadata.nbgrader.grade_id: cell for cell in given.cells if "nbgrader" in cell.metadata}
    mine = Mine(
        path=checkout.work / lesson.id / released.name,
        tasks=tuple(task for task in lesson.tasks if task.id in marks),
        kernel=given.metadata.kernelspec.name,
    )
    name = f"work/{lesson.id}/{released.name}"
    notebook, problem = _read(mine.path, name, lesson, set(marks))
    problem = problem or _wrong_kernel(notebook, name, given)
    if problem:
        mine.problems.append(problem)
        return mine
    mine.notebook = notebook
    mine.problems += _compare(mine, name, lesson, marks)
    return mine


def _read(path: Path, name: str, lesson: Lesson, marks: set[str]) -> tuple[Any, str]:
    """The sound notebook at `path`, or what is wrong with the file and what to do."""
    anew = f"`seams reset {lesson.id}` keeps what is there and lays a new one"
    if not path.is_file():
        renamed = [other.name for other in sorted(path.parent.glob("*.ipynb")) if marks & set(_marks_of(other))]
        if renamed:
            return None, f"{name} is not there, but {printable(renamed[0], 80)} has its cells: rename it back."
        return None, f"{name} is not there; {anew}."
    try:
        notebook = _sound(path)
    except CourseError as error:
        saved = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
        older = f" JupyterLab's last save is {saved.parent.name}/{saved.name} beside it." if saved.is_file() else ""
        reason = printable(str(error).replace(str(path), name).rstrip("."), 300)
        return None, f"{reason}; {anew}.{older}"
    return notebook, ""


def _sound(path: Path) -> Any:
    """The notebook at `path` without its outputs, valid; raises `CourseError`."""
    import nbformat

    logging.getLogger("nbformat").setLevel(logging.CRITICAL)  # what is wrong is said once, by us
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook = read_notebook(path)
        try:
            for number, cell in enumerate(notebook.cells):
                cell.id = f"cell-{number}"
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
            notebook.nbformat, notebook.nbformat_minor = 4, 5
            nbformat.validate(notebook)
        except (nbformat.ValidationError, AttributeError, TypeError, KeyError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CourseError(f"{path} is not a notebook: {reason}.") from error
    return notebook


def _wrong_kernel(notebook: Any, name: str, given: Any) -> str:
    wanted = given.metadata.kernelspec
    spec = notebook.metadata.get("kernelspec") or {}
    chosen = spec.get("name", wanted.name) if isinstance(spec, dict) else wanted.name
    if chosen == wanted.name:
        return ""
    return (
        f"{name} is for the kernel {printable(str(chosen), 80)!r}, the lesson for {wanted.name!r}: "
        f"in JupyterLab choose Kernel > Change Kernel > {wanted.display_name}, and save."
    )


def _compare(mine: Mine, name: str, lesson: Lesson, marks: dict[str, Any]) -> Iterator[str]:
    """Put the released checks and helpers in, note where each marked cell is; what is not as it was, a line each."""
    found: dict[str, list[int]] = {}
    for number, cell in enumerate(mine.notebook.cells):
        found.setdefault(_grade_id(cell), []).append(number)
    for identity, released in marks.items():
        numbers = found.get(identity, [])
        what = _called(identity, lesson)
        if len(numbers) > 1:
            yield f"{name}: {what} is there {len(numbers)} times; delete the copies and keep the first."
        if not numbers:
            yield (
                f"{name}: {what} was deleted; undo that in JupyterLab (Edit > Undo Cell Operation), or copy it from "
                f"exercises/{lesson.id}/{mine.path.name}; `seams reset {lesson.id}` keeps yours and lays a new one."
            )
            continue
        cell = mine.notebook.cells[numbers[0]]
        if released.metadata.nbgrader.locked:
            mine.notebook.cells[numbers[0]] = released
        elif cell.cell_type != released.cell_type:
            yield f"{name}: {what} is now a {cell.cell_type} cell; make it {released.cell_type} again."
            continue
        mine.cells[identity] = numbers[0]


def _called(identity: str, lesson: Lesson) -> str:
    for task in lesson.tasks:
        if identity == task.id:
            return f"the cell of task {task.id}"
        if identity == task.check:
            return f"the check of task {task.id}"
    return f"the helper cell {identity!r}"


def _grade_id(cell: Any) -> str:
    mark = cell.metadata.get("nbgrader")
    identity = mark.get("grade_id") if isinstance(mark, dict) else None
    return identity if isinstance(identity, str) else ""


def _marks_of(path: Path) -> list[str]:
    try:
        return [_grade_id(cell) for cell in _sound(path).cells]
    except CourseError:
        return []
