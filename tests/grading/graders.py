"""What can be held to the cases: each grader's own commands, and how to read what it gave.

A grader is a folder of three things: what it needs beside the course, the command an instructor would type for a
batch, and the place where the scores are. Nothing here knows a case.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

STOCK = """
c = get_config()
c.CourseDirectory.course_id = "course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "submissions"
c.CourseDirectory.autograded_directory = "autograded"
# Without it no Bash notebook can be released at all.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()", "bash": "false"}
"""
LIMITS = """
import os

c.Execute.timeout = int(os.environ.get("CELL_SECONDS", "30"))
c.Execute.submission_timeout = 10 * c.Execute.timeout
"""
LONG = 60  # more than anything needs that comes to an end, on a machine that does something else as well
SHORT = 6  # enough for what is honest here, and no more: the time is spent waiting for what never ends
OTTER = ["-c", "from otter.cli import cli; cli()"]
OTTER_TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = {test!r}
points = {points}


@test_case(points={points}, hidden=False)
def test_{name}(same, triple, mean, count, planet, moons):
{body}
"""
SCORES = """
select submitted_assignment.student_id, base_cell.name, coalesce(grade.manual_score, grade.auto_score)
from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join assignment on submitted_assignment.assignment_id = assignment.id
join base_cell on grade.cell_id = base_cell.id
where assignment.name = ?
"""


@dataclass
class Run:
    """One command: how it ended, and the end of what it said."""

    ended: str
    said: str
    out: str
    seconds: float


@dataclass(frozen=True)
class Nbgrader:
    """`nbgrader autograde`, as it comes or under this course's configuration."""

    config: str
    stock: bool = True
    cell_seconds: int = LONG  # of our limits

    def configure(self, course: Path) -> None:
        """Write the configuration, which is read from now on."""
        with (course / "nbgrader_config.py").open("w" if self.stock else "a", encoding="utf-8") as file:
            file.write(self.config)

    def prepare(self, course: Path) -> None:
        """Nothing: the gradebook knows the lessons."""

    def grade(self, course: Path, lesson: str, variables: dict[str, str], seconds: float) -> Run:
        """The whole batch in one command."""
        return self._run(["nbgrader", "autograde", lesson], course, variables, seconds)

    def _run(self, command: list[str], course: Path, variables: dict[str, str], seconds: float) -> Run:
        limits = {"CELL_SECONDS": str(self.cell_seconds)}
        return run([sys.executable, "-m", *command], course, {**variables, **limits}, seconds)

    def scores(self, course: Path, lesson: str) -> dict[str, dict[str, float | None]]:
        """`{student: {test: points}}` of the gradebook; nothing for whom it does not know."""
        found: dict[str, dict[str, float | None]] = {}
        with sqlite3.connect(course / "gradebook.db") as book:
            for student, test, score in book.execute(SCORES, [lesson]):
                found.setdefault(student, {})[test] = score
        return found

    def states(self, course: Path, lesson: str) -> dict[str, str]:
        """Ours writes into a graded notebook how it went; stock nbgrader has no word for it."""
        found = {}
        for path in course.glob(f"autograded/*/{lesson}/*.ipynb"):
            about = json.loads(path.read_text(errors="replace")).get("metadata", {}).get("kernel_seams", {})
            if "state" in about:
                found[path.parent.parent.name] = about["state"]
        return found


@dataclass(frozen=True)
class Seams(Nbgrader):
    """`seams grade`, which says itself who has what."""

    jobs: int = 2

    def grade(self, course: Path, lesson: str, variables: dict[str, str], seconds: float) -> Run:
        """The whole batch in one command."""
        command = ["kernel_seams", "grade", lesson, "--jobs", str(self.jobs), "--json"]
        done = self._run(command, course, variables, seconds)
        (course.parent / f"{lesson}.json").write_text(done.out, encoding="utf-8")
        return done

    def states(self, course: Path, lesson: str) -> dict[str, str]:
        """What it said."""
        told = json.loads((course.parent / f"{lesson}.json").read_text(encoding="utf-8"))
        return {row["student"]: row["state"] for row in told["rows"]}


@dataclass(frozen=True)
class Otter:
    """`otter run` for one submission after the other, with each test cell as a test in Otter's exception format."""

    def configure(self, course: Path) -> None:
        """The lessons are released as for nbgrader."""
        Nbgrader(STOCK).configure(course)

    def prepare(self, course: Path) -> None:
        """Make the autograder's zip file. Otter grades Python notebooks."""
        tests = course / "tests"
        tests.mkdir()
        solved = json.loads((course / "solutions" / "01-tiny" / "tiny.ipynb").read_text())
        for cell in solved["cells"]:
            mark = cell["metadata"].get("nbgrader", {})
            if mark.get("grade"):
                body = indent("".join(cell["source"]), "    ")
                name = mark["grade_id"].removesuffix("-check")
                text = OTTER_TEST.format(test=mark["grade_id"], points=mark["points"], name=name, body=body)
                (tests / f"{name}.py").write_text(text, encoding="utf-8")
        # benchmarks/attacks.py makes an image with an environment for Otter alone; the course is built by another one.
        command = ["/opt/otter/bin/python", *OTTER, "generate", "-t", "tests", "--no-environment"]
        subprocess.run(command, cwd=course, check=True, capture_output=True)

    def grade(self, course: Path, lesson: str, variables: dict[str, str], seconds: float) -> Run:
        """A loop over the submissions, in the order in which nbgrader takes them."""
        started, last = time.monotonic(), Run("exit 0", "", "", 0)
        for folder in sorted((course / "submissions").glob(f"*/{lesson}")):
            left = seconds - (time.monotonic() - started)
            results = course / "results" / folder.parent.name
            results.mkdir(parents=True, exist_ok=True)
            notebooks = sorted(folder.glob("*.ipynb"))
            command = [sys.executable, *OTTER, "run", "--no-logo", "-a", course / "autograder.zip", "-o", results]
            last = run([*command, *notebooks[:1]], folder, variables, max(left, 1), log=course.parent / "log")
            if not last.ended.startswith("exit"):
                break
        return last

    def scores(self, course: Path, lesson: str) -> dict[str, dict[str, float | None]]:
        """What each results.json says."""
        found = {}
        for path in (course / "results").glob("*/results.json") if lesson == "01-tiny" else []:
            tests = json.loads(path.read_text())["tests"]
            found[path.parent.name] = {t["name"]: t.get("score") for t in tests if t["name"].endswith("-check")}
        return found

    def states(self, course: Path, lesson: str) -> dict[str, str]:  # noqa: ARG002  (what another grader needs)
        """Otter has no word for how it went."""
        return {}


def run(command: list[Any], folder: Path, variables: dict[str, str], seconds: float, log: Path | None = None) -> Run:
    """Run `command` to its end, for at most so many seconds.

    Its output goes to files: a process that it leaves behind may hold a pipe open for ever.
    """
    log, started = log or folder.parent / "log", time.monotonic()
    with (log.with_suffix(".out")).open("wb") as out, (log.with_suffix(".err")).open("wb") as error:
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=error
        )
        try:
            ended = f"exit {process.wait(seconds)}"
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            ended = f"no end within {seconds:.0f} s"
    said = log.with_suffix(".err").read_text(errors="replace")
    out = log.with_suffix(".out").read_text(errors="replace")
    return Run(ended, said[-3000:], out, round(time.monotonic() - started, 1))


GRADERS = {
    "nbgrader": Nbgrader(STOCK),
    "otter": Otter(),
    "ours": Nbgrader(LIMITS, stock=False),
    "seams": Seams(LIMITS, stock=False),
    "seams, one job": Seams(LIMITS, stock=False, jobs=1),
    "seams, short": Seams(LIMITS, stock=False, cell_seconds=SHORT, jobs=1),
}
