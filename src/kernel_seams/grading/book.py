"""One open gradebook for many submissions, and one writer to it.

Each step of nbgrader opens the gradebook, and commits for each cell; a batch
does so once a submission. The steps themselves are nbgrader's own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook
from sqlalchemy import make_url

from kernel_seams.course.grader import own_programs

__all__ = ["Book", "shared"]

PATIENCE = 20  # seconds; meanwhile Ctrl-C waits, too
STEPS = (
    "nbgrader.preprocessors.saveautogrades",
    "nbgrader.preprocessors.latesubmissions",
    "nbgrader.preprocessors.overwritecells",
    "nbgrader.preprocessors.overwritekernelspec",
    "nbgrader.preprocessors.savecells",
    "nbgrader.converters.autograde",
    "nbgrader.converters.generate_assignment",
    "kernel_seams.course.autograde",
)


class Book(Gradebook):  # type: ignore[misc]
    """The gradebook, left open by whoever closes it, and written by `save`."""

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(_patient(db_url), course_id)
        self.db.remove()
        self.db.configure(expire_on_commit=False)  # there is no other writer
        self.db.commit = self.db.flush
        self._of_the_source: dict[tuple[str, ...], Any] = {}
        self._grades: dict[str, Any] = {}
        self._comments: dict[str, Any] = {}
        self._whose: tuple[str, ...] = ()

    def close(self) -> None:
        """Leave it open: a step closes what it believes to have opened."""

    def find_source_cell(self, *whose: str) -> Any:
        """A cell of the source, which is the same for every submission."""
        return self._kept("source", super().find_source_cell, whose)

    def find_graded_cell(self, *whose: str) -> Any:
        """A graded cell of the source, likewise."""
        return self._kept("graded", super().find_graded_cell, whose)

    def _kept(self, what: str, find: Callable[..., Any], whose: tuple[str, ...]) -> Any:
        key = (what, *whose)
        if key not in self._of_the_source:
            self._of_the_source[key] = find(*whose)
        return self._of_the_source[key]

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """One of the notebook's grades, which are read at once."""
        self._read(notebook, assignment, student)
        return self._grades.get(grade_cell) or super().find_grade(grade_cell, notebook, assignment, student)

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> Any:
        """One of the notebook's comments, which are read at once."""
        self._read(notebook, assignment, student)
        return self._comments.get(solution_cell) or super().find_comment(solution_cell, notebook, assignment, student)

    def _read(self, *whose: str) -> None:
        if self._whose != whose:
            submitted = self.find_submission_notebook(*whose)
            self._grades = {each.name: each for each in submitted.grades}
            self._comments = {each.name: each for each in submitted.comments}
            self._whose = whose

    def save(self) -> None:
        """Write what has changed, all of it or nothing."""
        self._whose = ()
        self.db().commit()

    def forget(self) -> None:
        """Forget what has changed since the last `save`."""
        self._whose = ()
        self._of_the_source.clear()
        self.db.rollback()

    def end(self) -> None:
        """Close it."""
        super().close()


def _patient(db_url: str) -> str:
    """The address of a gradebook; of one that is a file, with more patience for who else writes to it, a backup say."""
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(PATIENCE)})
    return url.render_as_string(hide_password=False)


@contextmanager
def shared(db_url: str, course_id: str) -> Iterator[Book]:
    """The gradebook, which is what every step of nbgrader opens meanwhile."""
    with own_programs():
        book = Book(db_url, course_id)
    modules = [importlib.import_module(name) for name in STEPS]
    before = [module.Gradebook for module in modules]
    for module in modules:
        module.Gradebook = lambda *arguments, **keywords: book  # type: ignore[attr-defined]  # noqa: ARG005
    try:
        yield book
    finally:
        for module, own in zip(modules, before, strict=True):
            module.Gradebook = own  # type: ignore[attr-defined]
        book.end()
