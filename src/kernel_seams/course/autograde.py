"""Steps of nbgrader that take a submission for what it is: a file that somebody else wrote.

nbgrader_config.py puts them between nbgrader's own. The gradebook learned from
the source what each marked cell is; here a submission is believed only what it
calls a cell.
"""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, from_dict
from nbgrader import utils
from nbgrader.api import Gradebook, TaskCell
from nbgrader.converters.base import NbGraderException
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    NbGraderPreprocessor,
    SaveAutoGrades,
)

from kernel_seams.course.holes import files_with_holes, leave_what_is_released

LANGUAGES = {".py": "python", ".sh": "bash"}
COMPARED = ("grade", "solution", "points")  # of a mark; a test is locked, whatever is said of it
LEFT_OUT = "(a line of a hidden test)"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TELLING = 8  # a line of a hidden test that is shorter tells nothing, and stands in too many other texts


def whole(text: str) -> str:
    """`text` as a file can hold it: JSON may name half of a character, which is no text in UTF-8; `?` stands there."""
    return text.encode("utf-8", "replace").decode()


def kept_back(config: Any) -> re.Pattern[str]:
    """What of a cell is not released: hidden tests and mark schemes, between the marks that the configuration names."""
    tests, schemes = ClearHiddenTests(config=config), ClearMarkScheme(config=config)
    marks = [
        (tests.begin_test_delimeter, tests.end_test_delimeter),
        (schemes.begin_mark_scheme_delimeter, schemes.end_mark_scheme_delimeter),
    ]
    regions = (rf"^.*{re.escape(begin)}.*\n(?:.*\n)*?.*{re.escape(end)}.*\n?" for begin, end in marks)
    return re.compile("|".join(regions), re.MULTILINE)


def link_on_the_way(path: Path, student: str) -> str:
    """The name of what is a link: `path` or a folder above it, up to the student's; empty if none is.

    Above that they are the instructor's, who may well have them on another disk.
    """
    names = [each.name for each in path.parents]
    own = names.index(student) + 1 if student in names else 1
    with suppress(PermissionError):  # of a folder that nobody may look into, which is no link
        return next((each.name for each in (*reversed(path.parents[:own]), path) if each.is_symlink()), "")
    return ""


def forget_no_language(nb: Any) -> None:
    """Take what `nb` says of its language away if it is not what a notebook says: no page can be made with it."""
    info = nb.metadata.get("language_info", {})
    if not isinstance(info, dict) or not all(isinstance(info.get(key, ""), str) for key in ("name", "pygments_lexer")):
        del nb.metadata["language_info"]


class Submission(NotebookExporter):
    """A submitted notebook. Whatever becomes of it, what an earlier one scored is not its score."""

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """What nbconvert makes of it; the scores of an earlier one are 0 by then. `NbGraderException`."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as book:
            earlier = book.find_submission_notebook(about["notebook"], about["assignment"], about["student"])
            for grade in earlier.grades:
                if not isinstance(grade.cell, TaskCell):  # which has no score but a person's
                    grade.auto_score = 0
                    grade.needs_manual_grade = grade.manual_score is not None
            book.db.commit()
        self.look_at(Path(filename), about["student"])
        text, resources = super().from_filename(filename, resources=resources, **options)
        return whole(str(text)), resources

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
        """The same of a notebook that was read."""
        forget_no_language(nb)
        return super().from_notebook_node(nb, resources, **options)  # type: ignore[no-untyped-call,unused-ignore]

    def look_at(self, path: Path, student: str) -> None:
        """Raise a `NbGraderException` for what is not to be read: a link, to the solution, say."""
        if link := link_on_the_way(path, student):  # it would be read with the rights of who grades
            raise NbGraderException(f"{link} is a link, and what it points at was not handed in.")


class OwnCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Makes each marked cell what the source says, once: locked ones whole, and put back where they are missing."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """The notebook with the marks and locked cells of its source."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as book:
            source = book.find_notebook(about["notebook"], about["assignment"])
            own = {cell.name: _as_in(source, cell) for cell in source.source_cells}
        found = _compared(nb, own, kept_back(self.config))
        nb.metadata["kernel_seams"] = NotebookNode(found)  # whatever the submission says there
        placed: dict[str, Any] = {}
        # From the end: of two cells of one name the last one counts, as in nbgrader's DeduplicateIds.
        for index, cell in reversed(list(enumerate(nb.cells))):
            mark = cell.metadata.pop("nbgrader", None)
            name = mark.get("grade_id") if isinstance(mark, dict) else None
            if not isinstance(name, str) or name not in own or name in placed:
                continue
            if own[name].metadata.nbgrader.locked:
                nb.cells[index] = own[name]
                own[name].pop("id")  # an older notebook's cells have none
                own[name].update({"id": cell.id} if "id" in cell else {})
            else:
                cell.metadata["nbgrader"] = own[name].metadata.nbgrader
            placed[name] = nb.cells[index]
        following = len(nb.cells)
        for name, cell in reversed(own.items()):
            if name in placed:
                following = next(index for index, each in enumerate(nb.cells) if each is placed[name])
            elif cell.metadata.nbgrader.locked or cell.metadata.nbgrader.grade:
                self.log.warning("The cell %s was missing from the submission and is put back", name)
                cell["id"] = _free_id(nb, name)  # the same each time it is graded
                nb.cells.insert(following, cell)
                if nb.nbformat_minor < 5:
                    cell.pop("id")
        return nb, resources


def _free_id(nb: Any, name: str) -> str:
    """An id for a cell that is put back, made of its name."""
    made = re.sub(r"[^A-Za-z0-9_-]", "-", name)[:50] or "cell"
    taken = {cell.get("id") for cell in nb.cells}
    return next(each for each in chain([made], (f"{made}-{n}" for n in count(1))) if each not in taken)


def _compared(nb: Any, own: dict[str, Any], hidden: re.Pattern[str]) -> dict[str, list[str]]:
    """The names of locked cells that are "missing" from the submission, and of those that are "changed".

    A cell that was split is two of one name; together they are what it was.
    """
    there: dict[str, list[Any]] = {}
    for cell in nb.cells:
        mark = cell.metadata.get("nbgrader")
        if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
            there.setdefault(mark["grade_id"], []).append(cell)
    locked = [name for name, cell in own.items() if cell.metadata.nbgrader.locked]
    changed = [name for name in locked if name in there and not _is_same(there[name], own[name], hidden)]
    return {"missing": [name for name in locked if name not in there], "changed": changed}


def _is_same(cells: list[Any], own: Any, hidden: re.Pattern[str]) -> bool:
    """Whether `cells`, put together or each for itself, are `own`, as it was released or as it is in the source."""
    mark = own.metadata.nbgrader
    for cell in cells:
        theirs = cell.metadata.nbgrader
        if cell.cell_type != own.cell_type or any((theirs.get(key) or 0) != (mark.get(key) or 0) for key in COMPARED):
            return False
    texts = [_lines(cell.source) for cell in cells]
    known = [_lines(hidden.sub("", f"{own.source}\n")), _lines(own.source)]
    return [line for text in texts for line in text] in known or all(text in known for text in texts)


def _lines(source: str) -> list[str]:
    """The lines of a cell that say something."""
    return [line.rstrip() for line in source.splitlines() if line.strip()]


def _as_in(source: Any, cell: Any) -> Any:
    """A notebook's cell for what the gradebook knows of `cell` of the notebook `source`."""
    mark = {"schema_version": SCHEMA_VERSION, "grade_id": cell.name, "locked": cell.locked}
    mark |= {"cell_type": cell.cell_type, "checksum": cell.checksum}
    for what in ("grade", "solution", "task"):
        known = {each.name: each for each in getattr(source, f"{what}_cells")}
        mark[what] = cell.name in known
        if mark[what] and what != "solution":
            mark["points"] = known[cell.name].max_score
    # Not nbformat's new_code_cell, which holds each cell to the schema: the notebook they come into is, as a whole.
    made = {"id": "", "cell_type": "markdown", "source": cell.source, "metadata": {"nbgrader": mark}}
    if cell.cell_type == "code":
        made |= {"cell_type": "code", "execution_count": None, "outputs": []}
    return from_dict(made)


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]
    """Scores a test by whether it failed. What it wrote to stderr on the way, a warning for one, is no failure."""

    def _add_score(self, cell: Any, resources: Any) -> None:
        outputs = [each for each in cell.get("outputs", []) if each.get("name") != "stderr"]
        super()._add_score(NotebookNode({**cell, "outputs": outputs}), resources)


class HideTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Leaves the hidden tests out of the feedback: out of their cells, and line by line out of what was printed."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """The notebook as its learner may read it."""
        tests = [cell for cell in nb.cells if utils.is_grade(cell) and utils.is_locked(cell)]
        kept = kept_back(self.config)
        regions = [region for cell in tests for region in kept.findall(f"{cell.source}\n")]
        hidden = {line.strip() for region in regions for line in region.splitlines()}
        self.lines = {line for line in hidden if len(line) >= TELLING}
        for cell in tests:
            cell.source = kept.sub("", f"{cell.source}\n").rstrip("\n")
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = self._without(cell.outputs)
        return nb, resources

    def _without(self, value: Any) -> Any:
        """`value` without the lines of hidden tests in any text of it."""
        if isinstance(value, dict):
            return NotebookNode({key: self._without(each) for key, each in value.items()})
        if isinstance(value, list):
            return [self._without(each) for each in value]
        if not isinstance(value, str):
            return value
        bare = [(line, COLOUR.sub("", line)) for line in value.split("\n")]
        return "\n".join(LEFT_OUT if any(test in seen for test in self.lines) else line for line, seen in bare)


class ClearFiles(NbGraderPreprocessor):  # type: ignore[misc]
    """Releases a file with a hole as a cell is released: without its solution and its hidden tests."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """The notebook as it is; the files released beside it are cleared."""
        course = self.parent.parent.coursedir
        solutions, tests = ClearSolutions(parent=self.parent), ClearHiddenTests(parent=self.parent)
        released = course.format_path(course.release_directory, ".", resources["nbgrader"]["assignment"])
        for path in files_with_holes(Path(released)):
            language = LANGUAGES.get(path.suffix)
            source = leave_what_is_released(path.read_text(encoding="utf-8"))
            text = NotebookNode(cell_type="code" if language else "markdown", source=source)
            solutions._replace_solution_region(text, language)
            tests._remove_hidden_test_region(text)
            path.unlink()  # a copy of a read-only file is read-only
            path.write_text(text.source, encoding="utf-8")
        return nb, resources
