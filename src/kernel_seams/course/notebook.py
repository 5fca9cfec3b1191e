"""Lesson text to solved notebook and back: always the same bytes for the same text.

    lessons/04-magics/magics.py          jupytext's percent format, no header
    solutions/04-magics/magics.ipynb     ids from lesson and grade_id or position, no outputs, no versions

A lesson's marks are nbgrader's own keys, as few as say it:

    # %% nbgrader={"grade_id": "clap", "solution": true}         the hole
    # %% nbgrader={"grade_id": "clap-check", "grade": true}      its check; the points are in workshop.toml
    # %% nbgrader={"grade_id": "ask", "locked": true}            a helper the tests rely on
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.course.table import Lesson
from kernel_seams.errors import CourseError

ID_LIMIT = 64  # the notebook format's
KEPT = ("nbgrader", "tags")  # of a cell's metadata; the rest is what an editor left there
DEFAULTS = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}


@dataclass(frozen=True)
class Kind:
    """What a lesson's extension says: jupytext's format, and the kernel of the notebook."""

    format: str
    kernelspec: Mapping[str, str]


KINDS = {
    ".py": Kind("py:percent", {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}),
    ".sh": Kind("sh:percent", {"display_name": "Bash", "language": "bash", "name": "bash"}),
}


def notebook_of(text: str, source: Path, lesson: Lesson) -> Any:
    """The solved notebook of the lesson text `text`, read from `source` (for its extension and for messages)."""
    import jupytext
    from nbformat.v4 import new_notebook

    kind = KINDS[source.suffix]
    cells = jupytext.reads(text, fmt=kind.format).cells
    if not cells:
        raise CourseError(f"{_short(source)} has no cell; begin one with `# %%`.")
    for cell in cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT if key in cell.metadata}
        if "nbgrader" in cell.metadata:
            mark = cell.metadata["nbgrader"] = _complete(cell.metadata["nbgrader"], source, lesson)
            if mark["grade"]:
                # Folded: a learner runs a check, and reads it if they like.
                cell.metadata["jupyter"] = {"source_hidden": True}
    _give_ids(cells, source, lesson)
    notebook = new_notebook(cells=cells, metadata={"kernelspec": dict(kind.kernelspec)})
    notebook.metadata["language_info"] = {"name": kind.kernelspec["language"]}
    notebook.metadata["kernel_seams"] = {"built_from": digest(notebook)}
    return notebook


def text_of(notebook: Any, source: Path) -> str:
    """The lesson text of `notebook`, as it goes to `source`: the way back of `notebook_of`."""
    import jupytext
    from nbformat import from_dict

    notebook = from_dict(json.loads(json.dumps(notebook)))
    notebook.metadata = {
        "kernelspec": dict(KINDS[source.suffix].kernelspec),
        "jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "all"},
    }
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"] = _shortest(cell.metadata["nbgrader"])
    text = jupytext.writes(notebook, fmt=KINDS[source.suffix].format)
    return str(text).rstrip("\n") + "\n"


def to_bytes(notebook: Any) -> bytes:
    """`notebook` as the file it is committed as."""
    import nbformat

    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=4)
    return (text.rstrip("\n") + "\n").encode()


def read_notebook(path: Path) -> Any:
    """The notebook in `path`, or a `CourseError` that says what is wrong with it."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror or error}.") from error
    except Exception as error:  # nbformat has no one exception for what is not a notebook
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise CourseError(f"{path} is not a notebook: {reason}.") from error


def digest(notebook: Any) -> str:
    """A fingerprint of what a person edits: type, source, marks and tags of the cells; not of outputs or ids."""
    cells = [
        [
            cell.cell_type,
            cell.source,
            _shortest(cell.metadata.get("nbgrader") or {}),
            cell.metadata.get("tags") or [],
        ]
        for cell in notebook.cells
    ]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def built_digest(notebook: Any) -> str:
    """The fingerprint `notebook` had when it was built, empty if it was not built from a lesson."""
    return str(notebook.metadata.get("kernel_seams", {}).get("built_from", ""))


def _complete(mark: Mapping[str, Any], source: Path, lesson: Lesson) -> dict[str, Any]:
    """The whole mark as nbgrader wants it: the defaults, and the points from the table."""
    where = f"{_short(source)}, cell {mark.get('grade_id', 'without a grade_id')!r}"
    if not mark.get("grade_id"):
        raise CourseError(f'{where}: give its nbgrader mark a "grade_id".')
    if "points" in mark:
        raise CourseError(f"{where}: points is {mark['points']!r}; the points belong in workshop.toml.")
    whole = {**DEFAULTS, **mark}
    if whole["grade"]:
        points = {task.check: task.points for task in lesson.tasks}
        if mark["grade_id"] not in points:
            raise CourseError(f"{where}: no task of {lesson.id} in workshop.toml has this check.")
        whole |= {"points": points[mark["grade_id"]], "locked": True}
    return dict(sorted(whole.items()))


def _shortest(mark: Mapping[str, Any]) -> dict[str, Any]:
    """The mark as a lesson writes it: without defaults, points, and what nbgrader computes."""
    known = {**DEFAULTS, "locked": bool(mark.get("grade"))}
    dropped = ("points", "checksum", "cell_type")
    return {key: mark[key] for key in sorted(mark) if key not in dropped and mark[key] != known.get(key)}


def _give_ids(cells: list[Any], source: Path, lesson: Lesson) -> None:
    """Ids from lesson and grade_id, or from the position after the last grade_id: an edit moves few of them."""
    last, position = source.stem, 0
    for cell in cells:
        mark = cell.metadata.get("nbgrader")
        if mark:
            last, position = f"{mark['grade_id']}", 0
            cell.id = f"{lesson.id}-{last}"
        else:
            position += 1
            cell.id = f"{lesson.id}-{last}-{position}"
    ids = [cell.id for cell in cells]
    for identity in ids:
        if len(identity) > ID_LIMIT or ids.count(identity) > 1:
            problem = "is there twice" if ids.count(identity) > 1 else f"is longer than {ID_LIMIT} characters"
            raise CourseError(f"{_short(source)}: the cell id {identity!r} {problem}; choose another grade_id.")


def _short(path: Path) -> str:
    """The path from `lessons/` on."""
    return "/".join(path.parts[-3:])
