"""nbgrader's own steps, run in a folder of their own with a gradebook of their own.

`import nbgrader` takes seconds, so it happens here, when a step is run, and
one process does all lessons.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kernel_seams.errors import CourseError

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class Score:
    """What one check earned."""

    check: str
    points: float
    full: float


def require_libraries() -> None:
    """Raise a `CourseError` if what makes and grades notebooks is not in this environment."""
    for library in ("jupytext", "nbgrader"):
        if find_spec(library) is None:
            raise CourseError(
                f"{library} is not in the environment of {sys.executable}; run `./scripts/seams` instead."
            )


class Course:
    """A course folder for nbgrader: `solutions/` in, `exercises/`, `submissions/` and `autograded/` beside it."""

    def __init__(self, folder: Path, configured_by: Path, *, with_gradebook: bool) -> None:
        from nbgrader.apps.api import NbGraderAPI
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config
        from traitlets.config.loader import PyFileConfigLoader

        config = PyFileConfigLoader(CONFIG, path=str(configured_by)).load_config()
        config.merge(Config({"CourseDirectory": {"root": str(folder)}, "Execute": {"allow_weak": True}}))
        if not with_gradebook:
            config.merge(Config({"SaveCells": {"enabled": False}, "GenerateAssignment": {"no_database": True}}))
        self.folder = folder
        self._api = NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)

    def put(self, files: Mapping[Path, bytes]) -> None:
        """Write `files`, whose paths are from the course folder on."""
        for path, content in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def generate(self, lesson: str) -> dict[Path, bytes]:
        """What `nbgrader generate_assignment` makes of `solutions/LESSON/`, by path from the course folder on."""
        with _silent():
            result = self._api.generate_assignment(lesson)
        _expect_success(result, f"nbgrader could not generate {lesson}")
        made = self.folder / "exercises" / lesson
        return {path.relative_to(self.folder): path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()}

    def grade(self, lesson: str, student: str, made_from: str) -> list[Score]:
        """The scores of `student`, who hands in the `lesson` of the folder `made_from` as it is."""
        target = self.folder / "submissions" / student / lesson
        shutil.copytree(self.folder / made_from / lesson, target, dirs_exist_ok=True)
        with _silent():
            result = self._api.autograde(lesson, student)
        _expect_success(result, f"nbgrader could not grade {lesson} for {student}")
        with self._api.gradebook as book:
            submission = book.find_submission(lesson, student)
            return [
                Score(grade.cell.name, float(grade.score), float(grade.max_score))
                for notebook in submission.notebooks
                for grade in notebook.grades
            ]

    def errors(self, lesson: str, student: str) -> list[tuple[str, str]]:
        """`(cell id, error)` for each cell of the graded notebooks that ended in an error it was not tagged for."""
        from kernel_seams.course.notebook import read_notebook

        return [
            (cell.id, f"{output.ename}: {output.evalue}")
            for path in sorted((self.folder / "autograded" / student / lesson).glob("*.ipynb"))
            for cell in read_notebook(path).cells
            if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", [])
            for output in cell.outputs
            if output.output_type == "error"
        ]


@contextlib.contextmanager
def private_environment(folder: Path) -> Iterator[None]:
    """Everything a kernel started in here writes or reads of the person's own is in `folder` instead."""
    places = {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "jupyter-config",
        "JUPYTER_DATA_DIR": "jupyter-data",
        "JUPYTER_RUNTIME_DIR": "jupyter-runtime",
    }
    private = {name: str(folder / place) for name, place in places.items()}
    for place in private.values():
        Path(place).mkdir(parents=True, exist_ok=True)
    with variables(private), own_programs():
        yield


def own_programs() -> contextlib.AbstractContextManager[None]:
    """Programs of this environment come first on PATH, where nbgrader looks for `alembic` to stamp a gradebook."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return variables({"PATH": path})


@contextlib.contextmanager
def variables(changed: Mapping[str, str]) -> Iterator[None]:
    """These environment variables are so in here, and afterwards as they were."""
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Warnings of nbgrader about its own use of its database are not for our reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _expect_success(result: Mapping[str, Any], problem: str) -> None:
    """Raise what nbgrader logged as one line, if it did not succeed."""
    if result["success"]:
        return
    if "KeyboardInterrupt" in result.get("error", ""):
        raise KeyboardInterrupt  # nbgrader catches everything; a person who stopped it wants it stopped
    said = f"{result.get('log', '')}\n{result.get('error', '')}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("[ERROR] ") for line in lines if line.startswith("[ERROR]")]
    # What nbgrader logs last is that something went wrong; the first exception says what.
    raised = [line for line in lines if ": " in line and line.split(":")[0].endswith(("Error", "Exception"))]
    reason = (raised or errors or lines or ["it gave no reason"])[0]
    raise CourseError(f"{problem}: {reason[:400]}")
