"""A lesson or a stage of it from the beginning, and its solution: laid beside what the learner has, never over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.course.holes import finished, holes, replaced
from kernel_seams.course.progress import remember_checks, remember_solution
from kernel_seams.course.table import Lesson, Task
from kernel_seams.errors import CourseError
from kernel_seams.workshop.workdir import exercise_files, put


def is_as_released(checkout: Checkout, lesson: Lesson) -> bool:
    """Whether the learner's folder of `lesson` holds what was released and nothing else."""
    return _contents(checkout.work / lesson.id) == _contents(checkout.exercises / lesson.id)


def reset(checkout: Checkout, lesson: Lesson) -> Path | None:
    """Lay `lesson` out anew; the folder that was there is kept as the path returned, None if there was none.

    The folder is moved in one step, with all that is in it: a module that a
    cell wrote would answer for the new notebook too.
    """
    folder, kept = checkout.work / lesson.id, None
    try:
        if os.path.lexists(folder):
            kept = _free(checkout.work, f"{lesson.id}.{datetime.now():%Y%m%d-%H%M%S}")
            folder.rename(kept)
        for path in exercise_files(checkout.exercises / lesson.id):
            put(folder / path.relative_to(checkout.exercises / lesson.id), path.read_bytes(), path.stat().st_mode)
    except OSError as error:
        where = f"; what you had is {kept.relative_to(checkout.root)}" if kept else ""
        raise CourseError(f"work/{lesson.id} cannot be laid out: {error.strerror or error}{where}.") from error
    remember_checks(checkout.progress, {task.name: None for task in lesson.tasks})
    return kept


def reset_stage(checkout: Checkout, lesson: Lesson, task: Task) -> tuple[Path, list[str]]:
    """Put the functions of the stage `task` back as they were released, in the learner's program.

    The path of a copy of the program as it was, and the functions' names. Raises `CourseError` where a function is not
    to be found.
    """
    path, released = checkout.work / lesson.id / lesson.part, checkout.exercises / lesson.id / lesson.part
    given, mine = _read(checkout, released), _read(checkout, path)
    names = [hole.name for hole in holes(given) if hole.task == task.id]
    if not names:
        raise CourseError(NO_HOLE.format(task=task.name))
    where = path.relative_to(checkout.root)
    try:
        text = replaced(mine, given, names)
    except SyntaxError as error:
        raise CourseError(f"{where} is no Python, first in line {error.lineno}: mend that, and ask again.") from error
    except KeyError as error:
        raise CourseError(
            f"{where} has no function `{error.args[0]}` any more; `seams reset {lesson.id}` keeps what you have and "
            "lays the whole lesson anew."
        ) from error
    kept = _free(path.parent, f"{path.stem}.{datetime.now():%Y%m%d-%H%M%S}{path.suffix}")
    try:
        put(kept, path.read_bytes(), path.stat().st_mode)
        put(path, text.encode(), path.stat().st_mode)
    except OSError as error:
        raise CourseError(f"work/{lesson.id} cannot be written to: {error.strerror or error}.") from error
    remember_checks(checkout.progress, {task.name: None})
    return kept, names


def stage_solution(checkout: Checkout, lesson: Lesson, task: Task) -> str:
    """The functions of the stage `task` as the solution has them. Marked in the progress."""
    solved = checkout.solutions / lesson.id / lesson.part
    if not solved.is_file():
        raise CourseError(NO_SOLUTION.format(lesson=lesson.id))
    text = _read(checkout, solved)
    there = [hole for hole in holes(text) if hole.task == task.id]
    if not there:
        raise CourseError(NO_HOLE.format(task=task.name))
    lines = text.splitlines(keepends=True)
    remember_solution(checkout.progress, task.name)
    return "\n".join(finished("".join(lines[hole.first - 1 : hole.last])) for hole in there)


def _read(checkout: Checkout, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise CourseError(f"{path.relative_to(checkout.root)} cannot be read: {reason}.") from error


def lay_solution(checkout: Checkout, lesson: Lesson) -> list[Path]:
    """Put the solved notebooks of `lesson` into `work/LESSON/solution/`; their paths. Marked in the progress.

    In a folder of its own a solved notebook does not write its files over the
    learner's when it is run. A program is laid without its marks, as it is good to read.
    """
    solved = list(exercise_files(checkout.solutions / lesson.id))
    if not solved:
        raise CourseError(NO_SOLUTION.format(lesson=lesson.id))
    laid = []
    for source in solved:
        name = f"{source.stem}.solution.ipynb" if source.suffix == ".ipynb" else source.name
        target = checkout.work / lesson.id / "solution" / name
        _lay(checkout, source, target)
        laid += [target] if source.suffix == ".ipynb" or source.name == lesson.part else []
    remember_solution(checkout.progress, lesson.id)
    return laid


def _lay(checkout: Checkout, source: Path, target: Path) -> None:
    content, name = source.read_bytes(), target.relative_to(checkout.root)
    if source.suffix == ".py":
        content = finished(content.decode()).encode()
    if os.path.lexists(target):
        if not target.is_file() or target.read_bytes() != content:
            raise CourseError(f"{name} is there and is not as it was laid: rename it, and ask again.")
        return
    try:
        put(target, content, source.stat().st_mode)
    except OSError as error:
        raise CourseError(f"{name} cannot be written: {error.strerror or error}.") from error


def _free(folder: Path, name: str) -> Path:
    """A path in `folder` where nothing is yet: `name`, or with a number behind it."""
    candidates: Iterator[Path] = (folder / f"{name}{f'-{n}' if n > 1 else ''}" for n in range(1, 1000))
    return next(path for path in candidates if not os.path.lexists(path))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in exercise_files(folder) if path.is_file()}


NO_SOLUTION = "There is no solutions/{lesson} here: this kit comes without; ask who gave it to you."
NO_HOLE = "{task} has no function of its own: it holds what you have to all its rules."
