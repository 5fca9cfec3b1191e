"""One assignment of an nbgrader course, submission by submission: what is read, what is run, what is written.

nbgrader's converters are left out, their steps and their configuration are not:
the rows and the files are those of `nbgrader autograde`. A submission's files
are there once its rows are, both at once and whole.
"""

from __future__ import annotations

import fnmatch
import glob
import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Assignment, InvalidEntry, MissingEntry, SubmittedAssignment, TaskCell
from nbgrader.preprocessors import CheckCellMetadata
from sqlalchemy.exc import SQLAlchemyError

from kernel_seams.course import autograde
from kernel_seams.errors import GradingError
from kernel_seams.grading import executor
from kernel_seams.grading.book import Book
from kernel_seams.grading.config import CONFIG
from kernel_seams.grading.jobs import Job, Result, cells_of, show
from kernel_seams.grading.submission import Unreadable, course_files, files_of, handed_in, read_notebook
from kernel_seams.grading.template import Template

__all__ = ["Desk", "Paper"]


@dataclass
class Paper:
    """One submission on its way: its notebooks that can be run, each with its job, and what is wrong with others."""

    student: str
    notebooks: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    files: Mapping[str, bytes] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    is_known: bool = True  # to the gradebook, or may become so


class Desk:
    """Prepares papers, and keeps what came of them."""

    def __init__(self, converter: Any, assignment: str, book: Book) -> None:
        self.assignment = assignment
        self.book = book
        self._converter = converter
        self._coursedir = converter.coursedir
        self._root = Path(self._coursedir.root)
        self._source = self._folder(self._coursedir.source_directory, ".")
        self._names = sorted(each.name for each in book.find_assignment(assignment).notebooks)
        self._before = self._steps(converter.sanitize_preprocessors)
        steps = self._steps(converter.autograde_preprocessors)
        places = [number for number, step in enumerate(steps) if isinstance(step, executor.Execute)]
        if not places:
            raise GradingError(f"{CONFIG} does not have {executor.__name__}.Execute; docs/grading.md says how.")
        self.execute: executor.Execute = steps[places[0]]
        self.execute.must_run()
        if not self.execute.allow_weak:
            executor.refuse_place(self._coursedir)
        self._after = steps[places[0] + 1 :]
        of_it = book.db.query(SubmittedAssignment.student_id).join(SubmittedAssignment.assignment)
        self._with_rows = {student for (student,) in of_it.filter(Assignment.name == assignment)}
        self._solved: dict[str, Any] = {}
        self._plans: dict[str, Any] = {}

    def students(self) -> list[str]:
        """Who has handed something in, of those that the configuration does not leave out."""
        wanted, excluded = self._coursedir.student_id, self._coursedir.student_id_exclude.split(",")
        # The folders may be nested in any order, and a folder's name may hold more than who it is of.
        place = self._coursedir.format_path(self._coursedir.submitted_directory, "\0", self.assignment)
        first, *others = (re.escape(part) for part in place.split("\0"))
        named = re.compile(f"{first}(?P<student>[^/]+){'(?P=student)'.join(others)}")
        pattern = glob.escape(place).replace("\0", "*")
        there = (str(path) for path in Path("/").glob(pattern.lstrip("/")) if path.is_dir())
        found = {match["student"] for path in there if (match := named.fullmatch(path))}
        return sorted(name for name in found if fnmatch.fnmatchcase(name, wanted) and name not in excluded)

    def where(self) -> str:
        """Where submissions are looked for."""
        place = self._folder(self._coursedir.submitted_directory, "STUDENT")
        return str(place.relative_to(self._root) if place.is_relative_to(self._root) else place)

    def is_done(self, student: str) -> bool:
        """Whether the submission is graded, and none of another time has come."""
        graded = self._folder(self._coursedir.autograded_directory, student)
        if not graded.is_dir() or student not in self._with_rows:
            return False
        now, then = (handed_in(place) for place in (self._submitted(student), graded))
        return bool(now == then)  # who hands in writes it: an older time is another submission, too

    def prepare(self, student: str, template: Template) -> Paper:
        """The submission, ready to be run. `GradingError` if the course is not as it must be."""
        paper = Paper(student)
        submitted = self._submitted(student)
        if link := autograde.link_on_the_way(submitted, student):
            paper.unreadable = dict.fromkeys(self._names, f"{link} is a link.")
            return paper
        own = self._converter.exclude_overwriting.get(self.assignment, [])
        if not self._converter.create_student and not self._is_known(student):
            why = f"the gradebook has no student {student!r}, and Autograde.create_student is off"
            paper.unreadable, paper.is_known = dict.fromkeys(self._names, why), False
            return paper
        self._hook("pre", submitted)
        beside = files_of(submitted, self._source, own, self._coursedir.ignore)
        paper.files, paper.left_out = beside.files, beside.left_out
        for name in self._names:
            path = submitted / f"{name}.ipynb"
            if not os.path.lexists(path):
                paper.missing.append(name)
                continue
            try:
                notebook = self._sanitized(path, student, name)
                paper.jobs[name] = self._job(notebook, name, paper.files, template)
            except Unreadable as error:
                paper.unreadable[name] = str(error)
            except GradingError:
                raise
            except Exception as error:  # whatever a stranger's file does to a library that reads it is its own fault
                paper.unreadable[name] = f"{path.name} is no notebook: {type(error).__name__}: {error}"[:300]
            else:
                paper.notebooks[name] = notebook
        if not paper.notebooks and not paper.unreadable:
            paper.unreadable = dict.fromkeys(self._names, "there is no notebook")
        return paper

    def keep(self, paper: Paper, results: Mapping[str, Result]) -> dict[str, dict[str, Any]]:
        """Write rows and files: of each notebook that was run, what became of it."""
        try:
            return self._keep(paper, results)
        except (GradingError, InvalidEntry, OSError, SQLAlchemyError):  # the gradebook is locked, say: nobody's fault
            raise
        except Exception as error:  # as in `prepare`: one that cannot be written down is one row, and ends no batch
            self.book.forget()
            why = f"what came of it cannot be written down: {type(error).__name__}: {error}"[:300]
            paper.unreadable = dict.fromkeys(self._names, why)
            paper.notebooks.clear()
            return self._keep(paper, {})

    def _keep(self, paper: Paper, results: Mapping[str, Result]) -> dict[str, dict[str, Any]]:
        about: dict[str, dict[str, Any]] = {}
        texts: dict[str, str] = {}
        if not paper.is_known:
            return about
        try:
            self._rows(paper)
            for name, notebook in paper.notebooks.items():
                about[name] = executor.describe(notebook, paper.jobs[name], results[name], paper.left_out)
                show(notebook, paper.jobs[name], results[name])
                texts[f"{name}.ipynb"] = self._stepped(self._after, notebook, self._resources(paper.student, name))
        except BaseException:
            self.book.forget()
            raise
        target = self._folder(self._coursedir.autograded_directory, paper.student)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".seams-", dir=target.parent, ignore_cleanup_errors=True) as place:
            staged = Path(place, "new")
            self._write(staged, {**paper.files, **{name: text.encode() for name, text in texts.items()}})
            self.book.save()
            if target.exists():
                target.rename(Path(place, "old"))
            if texts:
                staged.rename(target)
        if self._coursedir.groupshared and texts:
            self._converter.set_permissions(self.assignment, paper.student)
        self._hook("post", self._submitted(paper.student))
        return about

    def points(self, student: str) -> tuple[float, float, bool]:
        """What the submission has earned, of how much, and whether a person has still to give points."""
        try:
            found = self.book.find_submission(self.assignment, student)
        except MissingEntry:
            return 0.0, float(self.book.find_assignment(self.assignment).max_score or 0), False
        return float(found.score or 0), float(found.max_score or 0), bool(found.needs_manual_grade)

    def kept(self, student: str) -> dict[str, dict[str, Any]]:
        """What became of each notebook of a submission that was graded before."""
        found: dict[str, dict[str, Any]] = {}
        for path in sorted(self._folder(self._coursedir.autograded_directory, student).glob("*.ipynb")):
            with suppress(OSError, ValueError):
                found[path.stem] = dict(json.loads(path.read_bytes())["metadata"].get(executor.KEY, {}))
        return found

    def _job(self, notebook: Any, name: str, files: Mapping[str, bytes], template: Template) -> Job:
        execute, ignored = self.execute, self._coursedir.ignore
        if name not in self._solved:
            self._solved[name] = execute.solution(self._source, self._resources("", name)["nbgrader"])
        solved = self._solved[name]
        job = execute.job(solved, {**files, f"{name}.ipynb": execute.shown(notebook)}, self.assignment)
        if name not in self._plans:
            beside = {**course_files(self._source, ignored), f"{name}.ipynb": execute.shown(solved)}
            cache = executor.cache_in(self._root)
            self._plans[name] = execute.plans(template, job, solved, beside, cache)
        return replace(job, cells=cells_of(notebook, self._plans[name]))

    def _sanitized(self, path: Path, student: str, name: str) -> Any:
        notebook = nbformat.reads(read_notebook(path), as_version=4)
        executor.refuse_cells(notebook, path.name)
        autograde.forget_no_language(notebook)
        return nbformat.reads(self._stepped(self._before, notebook, self._resources(student, name)), as_version=4)

    def _stepped(self, steps: Sequence[Any], notebook: Any, resources: dict[str, Any]) -> str:
        """The text of the notebook after these steps."""
        for step in steps:
            notebook, resources = step(notebook, resources)
        text = autograde.whole(nbformat.writes(notebook, version=4))
        return text if text.endswith("\n") else f"{text}\n"

    def _steps(self, names: Sequence[Any]) -> list[Any]:
        exporter: Any = NotebookExporter(parent=self._converter, config=self._converter.config)  # type: ignore[no-untyped-call,unused-ignore]
        exporter._preprocessors = []
        own = any("OwnCells" in str(name) for name in self._converter.sanitize_preprocessors)
        for name in names:
            exporter.register_preprocessor(name)
        # Where OwnCells has been, every mark is the source's own, and valid.
        return [step for step in exporter._preprocessors if not isinstance(step, CheckCellMetadata) or not own]

    def _resources(self, student: str, name: str) -> dict[str, Any]:
        about = {"student": student, "assignment": self.assignment, "notebook": name}
        return {"unique_key": name, "nbgrader": {**about, "db_url": self._coursedir.db_url}}

    def _rows(self, paper: Paper) -> None:
        """The rows that nbgrader makes before any step; an earlier score does not stand, whatever becomes of this."""
        self.book.update_or_create_student(paper.student)
        when = handed_in(self._submitted(paper.student))
        self.book.update_or_create_submission(self.assignment, paper.student, **({"timestamp": when} if when else {}))
        for name in self._names:
            for grade in self.book.find_submission_notebook(name, self.assignment, paper.student).grades:
                if isinstance(grade.cell, TaskCell) and name not in paper.missing:
                    continue  # it has no score but a person's
                grade.auto_score = 0
                grade.needs_manual_grade = name not in paper.missing and grade.manual_score is not None

    def _write(self, folder: Path, files: Mapping[str, bytes]) -> None:
        mode = int(str(self._converter.permissions), 8)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)

    def _is_known(self, student: str) -> bool:
        with suppress(MissingEntry):
            return self.book.find_student(student) is not None
        return False

    def _hook(self, when: str, submitted: Path) -> None:
        """Run the converter's pre or post convert hook, if it is given one, as it would."""
        self._converter.notebooks = [str(submitted / f"{name}.ipynb") for name in self._names]
        getattr(self._converter, f"run_{when}_convert_hook")()

    def _submitted(self, student: str) -> Path:
        return self._folder(self._coursedir.submitted_directory, student)

    def _folder(self, which: str, student: str) -> Path:
        return Path(self._coursedir.format_path(which, student, self.assignment))
