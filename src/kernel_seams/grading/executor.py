"""Grading as a step of `nbgrader autograde`: what its own Execute does, in the sandbox and through the wall.

With `Submission` as `Autograde.exporter_class` and `Execute` in
`Autograde.autograde_preprocessors`, the command, the formgrader's button and
NbGraderAPI all grade so. What became of a notebook is in its metadata under
"kernel_seams", and a line of the log where it is not "ok" or "wrong".
"""

from __future__ import annotations

import atexit
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import base
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute as StockExecute
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer, List, Unicode, default
from traitlets.config import Config

from kernel_seams.course import autograde
from kernel_seams.errors import GradingError
from kernel_seams.grading.calibrate import Plans, plans_for
from kernel_seams.grading.jobs import Job, Result, cells_of, show
from kernel_seams.grading.languages import language_of
from kernel_seams.grading.plan import HELPERS, IN_PROCESS
from kernel_seams.grading.sandbox import Limits, readable
from kernel_seams.grading.submission import Unreadable, course_files, files_of, handed_in, read_notebook
from kernel_seams.grading.template import Template

__all__ = ["KEY", "Execute", "Submission", "template"]

KEY = "kernel_seams"  # in a notebook's metadata
MEGA = 1024 * 1024
MOST_CODE = 8 * MEGA  # of a notebook; nobody has written as much

_templates: list[Template] = []


def template(*, allow_weak: bool = False) -> Template:
    """The one template of this process, ended with it. `GradingError` if this machine does not hold graded code."""
    if not _templates or not _templates[0].is_alive:
        _templates[:] = [Template(allow_weak=allow_weak)]
        atexit.register(_templates[0].close)
    return _templates[0]


class Execute(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs a notebook as graded code is run, with limits."""

    timeout = Integer(
        help="Seconds that a cell may take, and a test; None and -1 are as many as a notebook may.", allow_none=True
    ).tag(config=True)
    submission_timeout = Integer(600, min=1, help="Seconds that a notebook may take; no less than a cell.").tag(
        config=True
    )
    memory = Integer(1024, min=1, help="MB that its processes may use together.").tag(config=True)
    disk = Integer(256, min=1, help="MB that it may write.").tag(config=True)
    output = Integer(32, min=1, help="MB that it may print.").tag(config=True)
    processes = Integer(64, min=1, help="How many processes and threads it may have at a time.").tag(config=True)
    reads = List(Unicode(), help="Folders outside of the course that its code may read, as of data.").tag(config=True)
    loopback = List(
        Unicode(), help="Assignments whose kernel speaks TCP only; they are graded in a network of their own."
    ).tag(config=True)
    kernel_name = Unicode(help="The kernel that runs every notebook, in the place of its own.").tag(config=True)
    allow_weak = Bool(
        False, help="Grade even where this machine does not keep graded code from anything it must not do."
    ).tag(config=True)

    @default("timeout")
    def _timeout_of_older_name(self) -> int | None:
        """What `ExecutePreprocessor.timeout` says, as nbgrader's manual has it; or 30."""
        return self._as_stock_has("timeout")  # type: ignore[no-any-return]

    @default("kernel_name")
    def _kernel_name_of_older_name(self) -> str:
        return str(self._as_stock_has("kernel_name"))

    def _as_stock_has(self, trait: str) -> Any:
        """What nbgrader's own Execute makes of the configuration of its bases; that of Execute is ours."""
        older = {name: self.config[name] for name in ("NotebookClient", "ExecutePreprocessor")}
        return getattr(StockExecute(config=Config(older)), trait)

    def limits(self) -> Limits:
        """The limits of one notebook."""
        sizes = {name: getattr(self, name) * MEGA for name in ("memory", "disk", "output")}
        cell = self.timeout if self.timeout and self.timeout > 0 else self.submission_timeout
        return Limits(cell, max(cell, self.submission_timeout), processes=self.processes, **sizes)

    def shown(self, nb: Any) -> bytes:
        """The notebook as a file that its own code may read: without hidden tests and mark schemes."""
        hidden = autograde.kept_back(self.config)
        cells = [{**cell, "source": hidden.sub("", f"{cell.source}\n").rstrip("\n")} for cell in nb.cells]
        return json.dumps({**nb, "cells": cells}).encode()  # on one line: to break it takes Python's own, slow encoder

    def job(self, solved: Any, files: Mapping[str, bytes], assignment: str) -> Job:
        """A job without cells, on the kernel of the instructor's notebook. `GradingError` if that is not installed."""
        language = language_of(solved)
        reads, loopback = (*self.reads, *language.reads), assignment in self.loopback
        return Job([], files, self.limits(), loopback, language.name, language.kernel, reads)

    def plans(self, warm: Template, job: Job, solved: Any, files: Mapping[str, bytes], cache: Path) -> Plans:
        """The plans for its tests: of the solution among the course's own `files`, and nothing handed in."""
        return plans_for(warm, replace(job, files=files), solved, cache)

    def solution(self, source: Path, about: Mapping[str, Any]) -> Any:
        """The instructor's notebook, which says what its tests need. `GradingError` if it is not there.

        Its tests are those of the gradebook, as every submission's are: the source
        may have been edited since, or say AUTOTEST where tests were made of it.
        """
        path = source / f"{about['notebook']}.ipynb"
        try:
            solved = nbformat.read(path, as_version=4)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise GradingError(f"The instructor's own notebook is needed, and {path} cannot be read: {why}") from error
        solved, _ = autograde.OwnCells(config=self.config)(solved, {"nbgrader": about})
        del solved.metadata[KEY]
        if self.kernel_name:
            solved.metadata["kernelspec"] = {"name": self.kernel_name, "display_name": self.kernel_name}
        return solved

    def must_run(self) -> None:
        """Raise a `GradingError` if nothing is to be run: of a test that is not, nobody knows whether it passes."""
        if not self.enabled:
            raise GradingError(
                "Execute.enabled is off, as by --no-execute: every test would pass that is not run. Grade without that."
            )

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """The notebook with the outputs of its cells; a test that did not pass ends in an error."""
        if sys.platform != "linux" and self.allow_weak:
            return StockExecute(parent=self.parent, config=self.config).preprocess(nb, resources)
        about = resources["nbgrader"]
        refuse_cells(nb, about["notebook"])
        converter = self.parent.parent
        coursedir = converter.coursedir
        source = Path(coursedir.format_path(coursedir.source_directory, ".", about["assignment"]))
        submitted = Path(coursedir.format_path(coursedir.submitted_directory, about["student"], about["assignment"]))
        own = converter.exclude_overwriting.get(about["assignment"], [])
        beside = files_of(submitted, source, own, coursedir.ignore)
        name = f"{about['notebook']}.ipynb"
        warm, solved = template(allow_weak=self.allow_weak), self.solution(source, about)
        job = self.job(solved, {**beside.files, name: self.shown(nb)}, about["assignment"])
        beside_it = {**course_files(source, coursedir.ignore), name: self.shown(solved)}
        plans = self.plans(warm, job, solved, beside_it, cache_in(Path(coursedir.root)))
        job = replace(job, cells=cells_of(nb, plans))
        result = job.start(warm).wait()
        about_it = describe(nb, job, result, beside.left_out)
        show(nb, job, result)
        if about_it["state"] not in ("ok", "wrong") or beside.left_out:
            self.log.warning("%s of %s: %s", about["notebook"], about["student"], told(about_it))
        return nb, resources


class Submission(autograde.Submission):
    """A submitted notebook, read with limits, and graded only on a machine that holds what it tries."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[no-untyped-call,unused-ignore]
        step = Execute(config=self.config)
        try:
            step.must_run()
            if sys.platform == "linux" or not step.allow_weak:
                template(allow_weak=step.allow_weak)
            coursedir = getattr(self.parent, "coursedir", None)
            if coursedir is not None and not step.allow_weak:
                refuse_place(coursedir)
            if coursedir is not None:
                _copy_files_only(self.parent)
        except GradingError as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from error

    def look_at(self, path: Path, student: str) -> None:
        """Raise a `NbGraderException` for what nbconvert would read all the same, be it without an end."""
        super().look_at(path, student)
        try:
            read_notebook(path)
        except Unreadable as error:
            raise NbGraderException(str(error)) from error


def _copy_files_only(converter: Any) -> None:
    """Have it copy what is a file beside a notebook, and no more: nbgrader follows links, and copies without an end.

    What a student's link points at, the gradebook, say, would be in `autograded/`
    and in their feedback. In the same way it reads when that was handed in.
    """
    init_assignment = converter.init_assignment

    def with_files_only(assignment: str, student: str) -> None:
        course = converter.coursedir
        submitted = Path(course.format_path(course.submitted_directory, student, assignment))
        source = Path(course.format_path(course.source_directory, ".", assignment))
        own = converter.exclude_overwriting.get(assignment, [])
        names = files_of(submitted, source, own, course.ignore).files
        there = [path for name in names if (path := submitted / name).is_file() and not path.is_symlink()]
        found, base.find_all_files = base.find_all_files, lambda *_: list(map(str, there))
        try:
            init_assignment(assignment, student)
        finally:
            base.find_all_files = found

    converter.init_assignment = with_files_only
    converter.coursedir.get_existing_timestamp = lambda folder: handed_in(Path(folder))


def cache_in(root: Path) -> Path:
    """Where in the course folder `root` the plans of its tests are kept."""
    workshop = root / ".workshop"
    return (workshop if workshop.is_dir() else root / ".seams") / "plans"


def refuse_place(coursedir: Any) -> None:
    """`GradingError` for a course that lies where graded code may read, as it reads the environment and /opt."""
    there = ("root", "source_directory", "submitted_directory", "autograded_directory")
    places = [Path(coursedir.root, str(getattr(coursedir, name))).resolve() for name in there]
    places += [Path(str(coursedir.db_url).removeprefix("sqlite:///")).resolve()]
    for place in places:
        for open_to_all in readable():
            if place.is_relative_to(open_to_all.resolve()):
                raise GradingError(
                    f"{place} is in {open_to_all}, where graded code may read; have the course elsewhere,"
                    " or allow it with --allow-weak (nbgrader: c.Execute.allow_weak)."
                )


def refuse_cells(nb: Any, name: str) -> None:
    """Raise `Unreadable` for a notebook of that name with a cell that has no text, or code that is too long to send."""
    texts = [(cell.get("cell_type"), cell.get("source")) for cell in nb.cells]
    if not all(isinstance(text, str) for _, text in texts):
        raise Unreadable(f"{name} has a cell whose source is no text.")
    if len(json.dumps([text for kind, text in texts if kind == "code"])) > MOST_CODE:
        raise Unreadable(f"{name} has more than {MOST_CODE // MEGA} MB of code.")


def describe(nb: Any, job: Job, result: Result, left_out: Sequence[str] = ()) -> dict[str, Any]:
    """What became of the notebook, as plain data, put into its metadata; `left_out` are files beside it."""
    tests = [index for index, cell in enumerate(job.cells) if cell["kind"] == "test"]
    state = result.state(tests)
    found = nb.metadata.get(KEY, {})
    if state in ("ok", "wrong") and (found.get("missing") or found.get("changed")):
        state = "tampered"
    ways = {job.cells[index]["id"]: result.verdicts.get(index, {}).get("way", "not run") for index in tests}
    # What a helper says that runs there is what that process says.
    in_process = [name for name, way in ways.items() if way in (IN_PROCESS, HELPERS)]
    known = {"state": state, "faults": result.faults, "in process": in_process, "left out": list(left_out)}
    nb.metadata[KEY] = nbformat.from_dict({**found, **known})
    about: dict[str, Any] = dict(nb.metadata[KEY])
    return about


def told(about: Mapping[str, Any]) -> str:
    """What became of it, in words."""
    parts = [each["detail"] for each in about.get("faults", []) if each["detail"]]
    parts += [f"missing and put back: {', '.join(about['missing'])}"] if about.get("missing") else []
    parts += [f"changed and put back: {', '.join(about['changed'])}"] if about.get("changed") else []
    parts += [f"left out: {' '.join(about['left out'])}"] if about.get("left out") else []
    return "; ".join([about["state"], *dict.fromkeys(parts)])
