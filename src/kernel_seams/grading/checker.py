"""The checker's process: it goes through a notebook, has the student's process run what is the student's, and tests.

It never runs a line of the student's. A test sees plain data, or stand-ins for
what is none; whether it passed is known here and told to the grader directly.

    of the grader   {"cells": [{"kind", "id", "source", "points", "plan"}, ...], "seconds"}
    to the grader   {"cell": 3, "outputs": [...], "verdict": ...}    for each code cell, in order
                    {"done": [{"cell", "what", "detail"}, ...]}      what went wrong on the way

A verdict says of a test whether it passed and what it earned, and of it and of a
locked cell which names it really took: a plan for the next time. Else it is null.
"""

from __future__ import annotations

import math
import os
import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

from kernel_seams.grading import outputs
from kernel_seams.grading.bash_tests import BashTests
from kernel_seams.grading.frames import Channel, Malformed
from kernel_seams.grading.kernel_wall import KernelWall
from kernel_seams.grading.outputs import Output
from kernel_seams.grading.plan import IN_PROCESS, WALLED, TestPlan
from kernel_seams.grading.python_tests import PythonTests
from kernel_seams.grading.shell import Shell
from kernel_seams.grading.standin import Ended, TimedOut
from kernel_seams.grading.wall import Wall

__all__ = ["Checker", "check"]

STUDENTS, LOCKED, TEST = "student", "locked", "test"
REVIVALS = 3  # how often a process that had to be killed is made anew, and once for each test
TIMED_OUT = "No reply before the time of a cell was over"
FATES = {"memory": "memory", "output": "output limit", "files": "output limit", "timeout": "timeout"}
PHRASES = {
    "memory": "it used more memory than there is for it",
    "output": "it printed more than anybody reads",
    "files": "it wrote more into files than there is room for",
}


class Side(Protocol):
    """How the student's cells are run."""

    met_live_object: bool
    mute: bool

    @property
    def is_up(self) -> bool:
        """Whether there is a process to ask."""

    def start(self) -> None:
        """Start a new process."""

    def begin(self) -> None:
        """Give what follows the time of one cell."""

    def request(self, **what: Any) -> dict[str, Any]:
        """The answer to one request. `Ended`, `TimedOut`."""

    def warden(self, wish: str, **about: Any) -> Mapping[str, Any]:
        """What the warden answers to `wish`."""

    def written(self) -> str:
        """What the student's processes have written to their own streams since the last time."""


class Tests(Protocol):
    """How tests of one language are run."""

    took: TestPlan  # what the last one really used

    def learn(self, source: str, plan: TestPlan) -> bool:
        """Run a locked cell for its helpers; whether it could be."""

    def run(self, source: str, plan: TestPlan) -> tuple[list[Output], BaseException | None]:
        """Run a test: what it showed, and what it ended in."""


class Checker:
    """Checks one notebook."""

    def __init__(self, wall: Side, tests: Tests | None, cells: Sequence[Mapping[str, Any]]) -> None:
        self.wall = wall
        self.tests = tests
        self.cells = cells
        self.faults: list[dict[str, Any]] = []
        self._done: list[int] = []  # the cells the student's process has run
        self._revivals = REVIVALS + sum(cell["kind"] == TEST for cell in cells)

    def start(self) -> bool:
        """Start the student's side; if it does not start that is a fault, and nothing can be checked."""
        try:
            self.wall.start()
        except Ended:
            said = self.wall.written().strip()
            self.faults.append({"cell": 0, "what": "crash", "detail": f"its kernel did not start: {said[-300:]}"})
            return False
        return True

    def cell(self, index: int) -> tuple[list[Output], dict[str, Any] | None]:
        """What the cell showed, and the verdict if it is a test."""
        cell = self.cells[index]
        self.wall.begin()
        if cell["kind"] == TEST:
            return self._test(index)
        learned = self._learn(cell) if cell["kind"] == LOCKED else None
        return self._student_cell(index), learned

    def _student_cell(self, index: int) -> list[Output]:
        try:
            answer = self.wall.request(do="cell", source=self.cells[index]["source"])
        except (Ended, TimedOut) as problem:
            return self._fault(index, problem)
        self._done.append(index)
        return outputs.well_formed(answer.get("outputs")) + outputs.stream(self.wall.written())

    def _learn(self, cell: Mapping[str, Any]) -> dict[str, Any] | None:
        """Run the instructor's own helpers on this side, too; one that needs the student's is not there then."""
        plan = TestPlan.of_json(cell["plan"])
        if plan.way != WALLED or self.tests is None:
            return None
        passed = self.tests.learn(cell["source"], plan)
        return {"passed": passed, "took": self.tests.took.to_json()}

    def _test(self, index: int) -> tuple[list[Output], dict[str, Any]]:
        cell = self.cells[index]
        plan = TestPlan.of_json(cell["plan"])
        if not self.wall.is_up:
            self._revive()
            self.wall.begin()
        self.wall.met_live_object = False
        if plan.way == IN_PROCESS or self.tests is None:
            return self._test_in_process(index)
        self.wall.mute = bool(cell.get("mute"))
        shown, problem = self.tests.run(cell["source"], plan)
        self.wall.mute = False
        verdict = {"passed": problem is None, "points": 0.0, "way": plan.way, "live": self.wall.met_live_object}
        verdict["took"] = self.tests.took.to_json()
        if isinstance(problem, Ended | TimedOut):
            shown = [each for each in shown if each["output_type"] != "error"] + self._fault(index, problem)
        elif problem is None:
            verdict["points"], shown = _points(shown, cell["points"])
        # A warning on stderr is no failure, and nbgrader takes it for one.
        shown = [each | {"name": "stdout"} if each["output_type"] == "stream" else each for each in shown]
        return shown, verdict

    def _test_in_process(self, index: int) -> tuple[list[Output], dict[str, Any]]:
        failed = True
        if self.tests is None and any(self.cells[each]["kind"] == TEST for each in range(index)):
            self._repeat()  # a process of its own for each
            self.wall.begin()
        try:
            answer = self.wall.request(do="cell", source=self.cells[index]["source"])
            shown = outputs.well_formed(answer.get("outputs"))
            failed = answer.get("failed") is not False or any(each["output_type"] == "error" for each in shown)
        except (Ended, TimedOut) as problem:
            shown = self._fault(index, problem)
        points, shown = (0.0, shown) if failed else _points(shown, self.cells[index]["points"])
        if failed and not any(each["output_type"] == "error" for each in shown):
            shown.append(outputs.error("Failed", "the test did not pass"))
        shown = [each | {"name": "stdout"} if each["output_type"] == "stream" else each for each in shown]
        took = TestPlan(IN_PROCESS).to_json()
        return shown, {"passed": not failed, "points": points, "way": IN_PROCESS, "live": True, "took": took}

    def _fault(self, index: int, problem: BaseException) -> list[Output]:
        """Note what went wrong in the cell, and make a new process if there is none; what the cell shows of it."""
        if isinstance(problem, TimedOut):
            what, detail, made = "timeout", "", outputs.error("CellTimeoutError", TIMED_OUT)
        else:
            fate = str(self.wall.warden("fate").get("fate"))
            what, detail = FATES.get(fate, "crash"), PHRASES.get(fate, fate)
            made = outputs.error("DeadKernelError", detail or what)
        said = outputs.stream(self.wall.written())
        self.faults.append({"cell": index, "what": what, "detail": detail})
        if not self.wall.is_up:
            self._revive()
        return [*said, made]

    def _revive(self) -> None:
        """A new process with what the one before had run; not the cell that ended it."""
        while not self.wall.is_up and self._revivals > 0:
            self._revivals -= 1
            self._repeat()

    def _repeat(self) -> None:
        try:
            self.wall.start()
        except Ended:
            return
        for index in list(self._done):
            self.wall.begin()
            try:
                self.wall.request(do="cell", source=self.cells[index]["source"])
            except TimedOut:
                self._done.remove(index)
            except Ended:
                self._done.remove(index)
                break


def check(job: Channel, control: Channel, shell: Shell, variables: Mapping[str, str], folder: Path) -> NoReturn:
    """Check the notebook that comes from `job`, and end."""
    os.environ.clear()
    os.environ.update({**variables, "TMPDIR": str(folder)})
    tempfile.tempdir = None  # what the template had found
    os.chdir(folder)
    random.seed()
    about = job.receive()  # its turn may not have come
    language = about["language"]
    shell.listen(32 * 1024 * 1024, lambda: os._exit(1))
    side: Side
    tests: Tests | None = None
    if about["kernel"]:
        side = KernelWall(control, about["seconds"], about["kernel"], folder, tcp=about["loopback"])
    else:
        side = wall = Wall(control, about["seconds"], language)
        made = BashTests(wall, about["seconds"]) if language == "bash" else PythonTests(wall, shell, about["seconds"])
        tests = made
    checker = Checker(side, tests, about["cells"])
    for index, cell in enumerate(about["cells"] if checker.start() else []):
        if cell["kind"] in (STUDENTS, LOCKED, TEST):
            shown, verdict = checker.cell(index)
            try:
                job.send({"cell": index, "outputs": shown, "verdict": verdict})
            except Malformed:
                job.send({"cell": index, "outputs": _without_outputs(shown), "verdict": verdict})
    job.send({"done": checker.faults})
    os._exit(0)


def _without_outputs(shown: Iterable[Output]) -> list[Output]:
    """What is left of outputs that are more than a notebook can keep: whether there was an error, and a word of it."""
    said = outputs.stream("(more output than a notebook can keep)\n", "stderr")
    return [*said, *(outputs.error(each["ename"][:200], "") for each in shown if each["output_type"] == "error")]


def _points(shown: Iterable[Output], points: float) -> tuple[float, list[Output]]:
    """What a passed test earns: all, or what it says if its value is a number; with outputs that nbgrader reads so."""
    kept = [each for each in shown if each["output_type"] != "execute_result"]
    for each in shown:
        if each["output_type"] == "execute_result":
            try:
                said = float(each["data"].get("text/plain", ""))
            except (ValueError, TypeError):
                return points, kept
            part = 0.0 if math.isnan(said) else min(max(said, 0.0), points)
            return part, [*kept, each | {"data": {"text/plain": f"{part:g}"}}]
    return points, kept
