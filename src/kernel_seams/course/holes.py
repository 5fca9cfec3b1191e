"""Files of a lesson, other than notebooks, that hold something for the learner to fill in.

nbgrader_config.py asks for them whenever it is read, so nothing heavy is imported here.
"""

from __future__ import annotations

from pathlib import Path

MARKS = (b"BEGIN SOLUTION", b"BEGIN HIDDEN TESTS")


def files_with_holes(folder: Path) -> list[Path]:
    """The files below `folder`, notebooks aside, with a solution or a hidden test in them."""
    files = (path for path in sorted(folder.rglob("*")) if path.suffix != ".ipynb" and path.is_file())
    return [path for path in files if any(mark in path.read_bytes() for mark in MARKS)]


def learners_files(solutions: Path) -> dict[str, list[str]]:
    """By lesson, the names of those with a solution: what a learner writes there is graded, not overwritten."""
    found: dict[str, list[str]] = {}
    for path in files_with_holes(solutions):
        lesson, *rest = path.relative_to(solutions).parts
        if rest and MARKS[0] in path.read_bytes():
            found.setdefault(lesson, []).append(str(Path(*rest)))
    return found
