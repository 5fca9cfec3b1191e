"""A lesson from the beginning, and its solution: laid beside what the learner has, never over it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.course.progress import remember_checks, remember_solution
from kernel_seams.course.table import Lesson
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


def lay_solution(checkout: Checkout, lesson: Lesson) -> list[Path]:
    """Put the solved notebooks of `lesson` into `work/LESSON/solution/`; their paths. Marked in the progress.

    In a folder of its own a solved notebook does not write its files over the
    learner's when it is run.
    """
    solved = list(exercise_files(checkout.solutions / lesson.id))
    if not solved:
        raise CourseError(f"There is no solutions/{lesson.id} here: this kit comes without; ask who gave it to you.")
    laid = []
    for source in solved:
        name = f"{source.stem}.solution.ipynb" if source.suffix == ".ipynb" else source.name
        target = checkout.work / lesson.id / "solution" / name
        _lay(checkout, source, target)
        laid += [target] if source.suffix == ".ipynb" else []
    remember_solution(checkout.progress, lesson.id)
    return laid


def _lay(checkout: Checkout, source: Path, target: Path) -> None:
    content, name = source.read_bytes(), target.relative_to(checkout.root)
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
