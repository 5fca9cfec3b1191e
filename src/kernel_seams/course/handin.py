"""Hand a lesson in: a copy where nbgrader collects, or an archive to send.

submissions/NAME/LESSON/           what `nbgrader autograde` reads
submissions/LESSON+NAME.zip        for downloaded/LESSON/archive/ of whoever runs `nbgrader zip_collect`
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.course.mine import my_notebooks
from kernel_seams.course.table import Lesson
from kernel_seams.errors import CourseError
from kernel_seams.workshop.workdir import exercise_files

STUDENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
NOT_HANDED_IN = ("solution", "feedback")  # the folders of `seams solution` and `nbgrader fetch_feedback`


@dataclass(frozen=True)
class Handed:
    """What was handed in, and what is wrong with it that does not keep it from being graded."""

    path: Path
    again: bool
    problems: list[str]


def require_name(name: str) -> str:
    """`name` if it may be a folder and nbgrader's name of a student, else a `CourseError`."""
    if not STUDENT.fullmatch(name):
        raise CourseError(
            f"{name!r} cannot be a student's name; give --as letters, digits, `_`, `-` and dots, at most 64, "
            "and no dot or dash in front."
        )
    return name


def hand_in(checkout: Checkout, lesson: Lesson, student: str, *, archive: bool) -> Handed:
    """Copy the learner's `lesson` to submissions/; an earlier one is replaced whole, or stays whole if this fails.

    Raises `CourseError` if a notebook is not there, is broken or is for another
    kernel: it could not be graded. Deleted cells are told; nbgrader puts checks back.
    """
    require_name(student)
    notebooks = my_notebooks(checkout, lesson)
    for mine in notebooks:
        if mine.notebook is None:
            raise CourseError(f"nothing was handed in: {mine.problems[0]}")
    names = {mine.path.name for mine in notebooks}
    folder = checkout.submissions
    target = folder / (f"{lesson.id}+{student}.zip" if archive else f"{student}/{lesson.id}")
    again = os.path.lexists(target)
    try:
        _require_inside(folder, target)
        # Below a hidden name nobody collects it half made.
        with tempfile.TemporaryDirectory(prefix=".seams-", dir=folder) as place:
            made = Path(place) / lesson.id
            _gather(checkout.work / lesson.id, made, names)
            if archive:
                made = _zip(made, Path(place) / target.name)
            _replace(made, target, Path(place) / "before")
    except OSError as error:
        raise CourseError(
            f"{target.relative_to(checkout.root)} cannot be written: {error.strerror or error}."
        ) from error
    return Handed(target, again, [problem for mine in notebooks for problem in mine.problems])


def _require_inside(folder: Path, target: Path) -> None:
    """Make the parents of `target`; none of them may be a link."""
    folder.mkdir(exist_ok=True)
    target.parent.mkdir(exist_ok=True)
    for parent in (folder, target.parent, target):
        if parent.is_symlink():
            raise CourseError(
                f"{parent.relative_to(folder.parent)} is a link; a submission goes into a folder: remove it."
            )


def _gather(source: Path, target: Path, names: set[str]) -> None:
    """Copy the lesson's notebooks and every file that is no notebook; note the time as nbgrader does."""
    target.mkdir()
    for name in names:
        shutil.copyfile(source / name, target / name)
    for path in exercise_files(source):
        relative = path.relative_to(source)
        if relative.parts[0] in NOT_HANDED_IN or path.suffix == ".ipynb" or not path.is_file():
            continue
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / relative)
    now = datetime.now(UTC)
    (target / "timestamp.txt").write_text(f"{now:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")


def _zip(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(file for file in folder.rglob("*") if file.is_file()):
            archive.write(each, each.relative_to(folder))
    return path


def _replace(made: Path, target: Path, before: Path) -> None:
    """Put `made` in the place of `target`: at every moment one of the two is whole on this disk."""
    if made.is_file():
        made.replace(target)
        return
    if target.exists():
        target.rename(before)
    try:
        made.rename(target)
    except OSError:
        if before.exists():
            before.rename(target)
        raise
