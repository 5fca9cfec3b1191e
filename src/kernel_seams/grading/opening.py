"""An nbgrader course, opened to grade one assignment: its configuration as nbgrader reads it, and its gradebook.

What the configuration, the gradebook or the disk does to a batch is said in one
line: what is graded by then is written, and the same command goes on with the rest.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_core.application import JupyterApp
from nbgrader.api import InvalidEntry, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from tornado.log import app_log
from traitlets import TraitError
from traitlets.config import Config

from kernel_seams.errors import GradingError
from kernel_seams.grading.book import Book, shared
from kernel_seams.grading.config import CONFIG
from kernel_seams.grading.desk import Desk

__all__ = ["configuration", "open_desk"]

GO_ON = "What is graded is kept; mend that, and run the same command again."


@contextlib.contextmanager
def open_desk(course: Path, assignment: str, **execute: Any) -> Iterator[Desk]:
    """A desk for the assignment; `execute` are values for traits of `Execute`. `GradingError`."""
    with _in_words(), contextlib.chdir(course), _own_modules(course):
        if not assignment or "/" in assignment or assignment in (".", ".."):
            raise GradingError(
                f"{assignment!r} is no assignment: it is a name, as of a folder of source/, without a path."
            )
        config = configuration(course)
        config.merge(Config({"Execute": execute}))
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = assignment
        with (
            _in_words(coursedir.db_url),
            contextlib.chdir(coursedir.root),  # where nbgrader is when it grades: a path of a setting is from there
            warnings.catch_warnings(),
            _without_tracebacks(),
            shared(coursedir.db_url, coursedir.course_id) as book,
        ):
            warnings.simplefilter("ignore")  # of nbgrader about its own use of its database
            if not _knows(book, assignment):
                _tell_the_gradebook(coursedir, config, assignment, book)
            yield Desk(Autograde(coursedir=coursedir, config=config), assignment, book)


class _Reader(JupyterApp):
    """Reads the files that `nbgrader` reads: the person's and the machine's, and over them those of this folder."""

    name = "nbgrader"

    @property
    def config_file_paths(self) -> list[str]:
        """Where they are, the strongest first."""
        return [str(Path.cwd()), *super().config_file_paths]


def configuration(course: Path) -> Config:
    """The configuration that nbgrader has in the folder `course`, which is the current one. `GradingError`."""
    reader = _Reader(raise_config_file_errors=True)  # nbgrader tells of an error and goes on without the rest
    try:
        reader.load_config_file()
    except Exception as error:
        if isinstance(error, SyntaxError):
            where, said = f"{error.filename}, line {error.lineno}", error.msg
        else:
            lines = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.endswith(CONFIG)]
            where, said = f"{lines[-1].filename}, line {lines[-1].lineno}" if lines else CONFIG, str(error)
        what = type(error).__name__
        raise GradingError(f"{where}: {what}: {said}. Nothing is graded before it is mended.") from error
    config = Config(reader.config)
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course)
    return config


@contextlib.contextmanager
def _own_modules(course: Path) -> Iterator[None]:
    """Let the configuration name a class of a module in the course's folder, a plugin say, as nbgrader does."""
    sys.path.append(str(course))
    try:
        yield
    finally:
        sys.path.remove(str(course))


@contextlib.contextmanager
def _without_tracebacks() -> Iterator[None]:
    """Keep nbgrader from printing what it raises as well."""
    before, app_log.disabled = app_log.disabled, True
    try:
        yield
    finally:
        app_log.disabled = before


def _knows(book: Book, assignment: str) -> bool:
    """Whether the gradebook knows its notebooks: `nbgrader db assignment add` tells it no more than a name."""
    with contextlib.suppress(MissingEntry):
        return bool(book.find_assignment(assignment).notebooks)
    return False


def _tell_the_gradebook(coursedir: Any, config: Config, assignment: str, book: Book) -> None:
    """What `nbgrader generate_assignment` tells it, without releasing anything. `GradingError`."""
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    if not list(source.glob("*.ipynb")):
        known = ", ".join(sorted(each.name for each in book.assignments))
        raise GradingError(
            f"There is no assignment {assignment!r}: no notebook in {source}, and no row in the gradebook"
            f"{f', which has {known}' if known else ''}."
        )
    with tempfile.TemporaryDirectory(prefix="seams-release-") as release:
        generate = GenerateAssignment(coursedir=coursedir, config=config)
        generate.log.setLevel("ERROR")
        coursedir.release_directory, kept = release, coursedir.release_directory
        try:
            generate.start()
        except NbGraderException as error:
            raise GradingError(f"`nbgrader generate_assignment {assignment}` does not work: {error}") from error
        finally:
            coursedir.release_directory = kept
    book.save()


@contextlib.contextmanager
def _in_words(db_url: str = "") -> Iterator[None]:
    """Say as a `GradingError` what a setting, the gradebook at `db_url` or the disk does."""
    try:
        yield
    except TraitError as error:
        raise GradingError(f"{CONFIG} has a value that does not fit: {error}") from error
    except ImportError as error:
        raise GradingError(f"{CONFIG} names what is not in the environment of {sys.executable}: {error}") from error
    except SQLAlchemyError as error:
        raise GradingError(_of_the_gradebook(db_url, error)) from error
    except InvalidEntry as error:
        cause = error.__context__ if isinstance(error.__context__, SQLAlchemyError) else SQLAlchemyError(str(error))
        raise GradingError(_of_the_gradebook(db_url, cause)) from error
    except BrokenPipeError:
        raise  # whoever reads what is printed has gone
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise GradingError(f"{where}{error.strerror or error}. {GO_ON}") from error


def _of_the_gradebook(db_url: str, error: SQLAlchemyError) -> str:
    with contextlib.suppress(SQLAlchemyError):
        db_url = make_url(db_url).render_as_string(hide_password=True)
    said = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
    if "no such column" in said or "does not exist" in said:
        return (
            f"The gradebook {db_url} is of another version of nbgrader: {said}. "
            f"Keep a copy of it, then run `nbgrader db upgrade`."
        )
    if "locked" in said:
        return f"The gradebook {db_url} is held by another program. {GO_ON}"
    return f"The gradebook {db_url} cannot be used: {said}. {GO_ON}"
