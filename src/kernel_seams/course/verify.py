"""The author's guard: whether the course is what it promises to be.

Nothing of the checkout is changed and nothing is believed: the notebooks are
made again and graded by nbgrader in an empty folder with its own gradebook.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kernel_seams.checkout import Checkout
from kernel_seams.course.build import make_solutions, strays
from kernel_seams.course.grader import Course, private_environment
from kernel_seams.course.holes import holes
from kernel_seams.course.notebook import read_notebook
from kernel_seams.course.table import Lesson, Table, Task

HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
STAGE = "stage.check("


def verify(checkout: Checkout, table: Table, lessons: Iterable[Lesson], tell: Callable[[str], None]) -> list[str]:
    """Every promise that `lessons` break, one line each; `tell` hears what is being done."""
    problems = [f"{path} belongs to no lesson of workshop.toml; delete or add it." for path in strays(checkout, table)]
    temporary = tempfile.TemporaryDirectory(prefix="seams-verify-")
    with temporary as folder, private_environment(Path(folder) / "private"):
        course = Course(Path(folder) / "course", checkout.root, with_gradebook=True)
        for lesson in lessons:
            tell(f"{lesson.id}: building")
            solved = make_solutions(checkout, lesson)
            course.put(solved)
            made = solved | course.generate(lesson.id)
            problems += _outdated(checkout, lesson, made)
            problems += [problem for task in lesson.tasks for problem in _incomplete(course.folder, lesson, task)]
            problems += _unlisted(course.folder, lesson)
            problems += _misgraded(course, lesson, tell)
    return problems


def _outdated(checkout: Checkout, lesson: Lesson, made: dict[Path, bytes]) -> Iterator[str]:
    """Committed files that are not what the lesson makes, or hold outputs."""
    for path, content in made.items():
        target = checkout.root / path
        if not target.is_file():
            yield f"{path} is missing; run `seams build {lesson.id}`."
        elif target.read_bytes() != content:
            yield f"{path} is not what lessons/{lesson.id} makes; run `seams build {lesson.id}`."
        if path.suffix == ".ipynb" and target.is_file():
            cells = read_notebook(target).cells
            held = [cell.id for cell in cells if cell.get("outputs") or cell.get("execution_count")]
            if held:
                yield f"{path} holds outputs, first in cell {held[0]}; run `seams build {lesson.id}`."


def _incomplete(folder: Path, lesson: Lesson, task: Task) -> Iterator[str]:
    """What a task is without: hints, a hole with its TODO, a check that is seen, a test that is not.

    A stage of a program may need no hole of its own, and a stage of `seams conform` asks with new words each time.
    """
    if not task.hints:
        yield f"workshop.toml, task {task.name}: hints is empty; give one or more."
    solved, released = (_marked(folder / step / task.lesson) for step in ("solutions", "exercises"))
    marks = [] if lesson.part else [(task.id, "solution")]
    for identity, kind in (*marks, (task.check, "grade")):
        if not solved.get(identity, {}).get("metadata", {}).get("nbgrader", {}).get(kind):
            yield f'{task.name}: no cell has the mark {{"grade_id": "{identity}", "{kind}": true}}.'
    if task.id in solved and not all(mark in solved[task.id].source for mark in SOLUTION):
        yield f"{task.name}: its cell has no `{SOLUTION[0]}` ... `{SOLUTION[1]}`; the released one would be empty."
    if task.id in released and "TODO" not in released[task.id].source:
        yield f"{task.name}: its released cell has no TODO; say in one imperative sentence what to do."
    asked = released[task.check].source if task.check in released else ""
    if asked and not asked.startswith("# "):
        yield f"{task.name}: its check is folded to its first line; make that a comment which says what it is."
    if task.check in released and not any(word in asked for word in ("check.", STAGE)):
        yield f"{task.name}: its released check is empty; show what `check.call` or `check.equal` asks."
    if STAGE not in asked and task.check in solved and not all(mark in solved[task.check].source for mark in HIDDEN):
        yield f"{task.name}: its check has no hidden test; add `{HIDDEN[0]}` ... `{HIDDEN[1]}` on fresh input."


def _unlisted(folder: Path, lesson: Lesson) -> Iterator[str]:
    """Solution cells with a hole, and functions of a program, that no task of the table names."""
    names = {task.id for task in lesson.tasks}
    if lesson.part:
        text = (folder / "exercises" / lesson.id / lesson.part).read_text(encoding="utf-8")
        for hole in holes(text):
            if hole.task not in names:
                yield f"{lesson.part}, {hole.name}: its TODO names {hole.task!r}, which is no task of {lesson.id}."
    for identity, cell in _marked(folder / "solutions" / lesson.id).items():
        if cell.metadata.nbgrader.solution and identity not in names:
            yield f"{lesson.id}: the hole {identity!r} is no task of workshop.toml; add it there."


def _misgraded(course: Course, lesson: Lesson, tell: Callable[[str], None]) -> Iterator[str]:
    """Where nbgrader's scores of the solved and of the untouched notebooks are not full and zero."""
    tell(f"{lesson.id}: grading the solved notebooks")
    for score in course.grade(lesson.id, "solved", "solutions"):
        if score.points != score.full:
            yield f"{lesson.id}: the solution gets {score.points:g} of {score.full:g} points in {score.check}."
    for cell, error in course.errors(lesson.id, "solved"):
        yield f"{lesson.id}: solved, the cell {cell} still ends in {error.splitlines()[0][:200]}"
    tell(f"{lesson.id}: grading the untouched exercises")
    for score in course.grade(lesson.id, "untouched", "exercises"):
        if score.points:
            yield f"{lesson.id}: untouched, the exercise gets {score.points:g} points in {score.check}."


def _marked(folder: Path) -> dict[str, Any]:
    """Each cell of the notebooks in `folder` that nbgrader knows, by its grade_id."""
    return {
        cell.metadata.nbgrader.grade_id: cell
        for path in sorted(folder.glob("*.ipynb"))
        for cell in read_notebook(path).cells
        if "nbgrader" in cell.metadata
    }
