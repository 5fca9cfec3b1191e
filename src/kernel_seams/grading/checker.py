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

import contextlib
import functools
import importlib
import importlib.util
import os
import random
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

from kernel_seams.course import ask, kernels
from kernel_seams.grading import outputs
from kernel_seams.grading.frames import Channel
from kernel_seams.grading.outputs import Output
from kernel_seams.grading.plan import IN_PROCESS, WALLED, TestPlan
from kernel_seams.grading.shell import Shell
from kernel_seams.grading.standin import Ended, StandIn, TimedOut, module_of
from kernel_seams.grading.wall import GRACE, Wall

__all__ = ["Checker", "check"]

STUDENTS, LOCKED, TEST = "student", "locked", "test"
REVIVALS = 3  # how often a process that had to be killed is made anew
TIMED_OUT = "No reply before the time of a cell was over"
FATES = {"memory": "memory", "output": "output limit", "files": "output limit", "timeout": "timeout"}
PHRASES = {
    "memory": "it used more memory than there is for it",
    "output": "it printed more than anybody reads",
    "files": "it wrote more into files than there is room for",
}


class Checker:
    """Checks one notebook."""

    def __init__(self, wall: Wall, shell: Shell, cells: list[Mapping[str, Any]], seconds: float) -> None:
        self.wall = wall
        self.shell = shell
        self.cells = cells
        self.seconds = seconds
        self.faults: list[dict[str, Any]] = []
        self._done: list[int] = []  # the cells the student's process has run
        self._revivals = 0
        self._took = TestPlan()
        self._shared: dict[str, Any] = {}  # names of the student's in a test, as they were when last looked at
        self._helpers: set[str] = set()  # names that the instructor's locked cells have made here
        wall.before_asking = self._tell_changes

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
        raw = self.wall.warden("output").get("text", "")
        return outputs.well_formed(answer.get("outputs")) + outputs.stream(str(raw))

    def _learn(self, cell: Mapping[str, Any]) -> dict[str, Any] | None:
        """Run the instructor's own helpers on this side, too; one that needs the student's is not there then."""
        plan = TestPlan.of_json(cell["plan"])
        if plan.way != WALLED:
            return None
        before = dict(self.shell.user_ns)
        self._took = plan
        _, problem = self._timed(cell["source"], plan)
        self._helpers |= {name for name, value in self.shell.user_ns.items() if before.get(name, ...) is not value}
        return {"passed": problem is None, "took": self._took.to_json()}

    def _test(self, index: int) -> tuple[list[Output], dict[str, Any]]:
        cell = self.cells[index]
        plan = TestPlan.of_json(cell["plan"])
        if not self.wall.is_up:
            self._revive()
            self.wall.begin()
        self.wall.met_live_object = False
        if plan.way == IN_PROCESS:
            return self._test_in_process(index)
        self.wall.mute = bool(cell.get("mute"))
        shown, problem = self._timed(cell["source"], plan)
        self.wall.mute = False
        verdict = {"passed": problem is None, "points": 0.0, "way": plan.way, "live": self.wall.met_live_object}
        verdict["took"] = self._took.to_json()
        if isinstance(problem, Ended | TimedOut):
            shown = [each for each in shown if each["output_type"] != "error"] + self._fault(index, problem)
        elif problem is None:
            verdict["points"], shown = _points(shown, cell["points"])
        # A warning on stderr is no failure, and nbgrader takes it for one.
        shown = [each | {"name": "stdout"} if each["output_type"] == "stream" else each for each in shown]
        return shown, verdict

    def _test_in_process(self, index: int) -> tuple[list[Output], dict[str, Any]]:
        failed = True
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

    def _timed(self, source: str, plan: TestPlan) -> tuple[list[Output], BaseException | None]:
        """Run a cell of the instructor's here, with the names that the plan says."""

        def late(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
            raise TimedOut

        signal.signal(signal.SIGALRM, late)
        try:
            signal.setitimer(signal.ITIMER_REAL, self.seconds + 2 * GRACE)
            self._bring(plan)  # what the student has may be slow to read, on purpose
            return self.shell.run(source)
        except (Ended, TimedOut) as problem:
            return [], problem
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._shared = {}

    def _bring(self, plan: TestPlan) -> None:
        names, wanted = self.shell.user_ns, set(plan.names)
        if plan.discover and plan.way == WALLED:
            wanted -= self._helpers
        found = self.wall.look(wanted) if wanted else {}
        modules = dict(plan.modules)
        if plan.discover:
            modules = {name: module for name, value in found.items() if (module := _importable(value))}
            wanted = set(found) - set(modules)
        for name in wanted:
            names.pop(name, None)
        for name, module in modules.items():
            names[name] = importlib.import_module(module)
        names.update({name: value for name, value in found.items() if name in wanted})
        self._shared = {name: found.get(name, ...) for name in wanted}
        self._took = TestPlan(plan.way, tuple(sorted(wanted)), modules)

    def _tell_changes(self) -> None:
        """What a test has deleted or set of the student's names is so over there, too, before they are asked."""
        names = self.shell.user_ns
        for name, before in list(self._shared.items()):
            now = names.get(name, ...)
            if now is before:
                continue
            self._shared[name] = now
            if now is ...:
                self.wall.request(do="del", name=name)
            elif isinstance(now, StandIn) or not callable(now):
                self._tell(name, now)

    def _tell(self, name: str, value: Any) -> None:
        met = self.wall.met_live_object
        try:
            self.wall.request(do="set", name=name, value=self.wall.sent(value))
        except Exception:  # something of the test's own, of which the student's side knows nothing
            self.wall.met_live_object = met

    def _fault(self, index: int, problem: BaseException) -> list[Output]:
        """Note what went wrong in the cell, and make a new process if there is none; what the cell shows of it."""
        if isinstance(problem, TimedOut):
            what, detail, made = "timeout", "", outputs.error("CellTimeoutError", TIMED_OUT)
        else:
            fate = str(self.wall.warden("fate").get("fate"))
            what, detail = FATES.get(fate, "crash"), PHRASES.get(fate, fate)
            made = outputs.error("DeadKernelError", detail or what)
        said = outputs.stream(str(self.wall.warden("output").get("text", "")))
        self.faults.append({"cell": index, "what": what, "detail": detail})
        if not self.wall.is_up:
            self._revive()
        return [*said, made]

    def _revive(self) -> None:
        """A new process with what the one before had run; not the cell that ended it."""
        while not self.wall.is_up and self._revivals < REVIVALS:
            self._revivals += 1
            self.wall.start()
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
    about = job.receive(60)
    wall = Wall(control, about["seconds"])
    shell.listen(32 * 1024 * 1024, lambda: os._exit(1))
    _ask_through(wall)
    kernels.starter = functools.partial(_start_kernel, wall)
    wall.start()
    checker = Checker(wall, shell, about["cells"], about["seconds"])
    for index, cell in enumerate(about["cells"]):
        if cell["kind"] in (STUDENTS, LOCKED, TEST):
            shown, verdict = checker.cell(index)
            job.send({"cell": index, "outputs": shown, "verdict": verdict})
    job.send({"done": checker.faults})
    os._exit(0)


def _importable(value: object) -> str:
    """The name of the module of the environment that `value` stands for; empty if it is none."""
    name = module_of(value)
    with contextlib.suppress(ImportError, ValueError):
        return name if name and importlib.util.find_spec(name) else ""
    return ""


def _ask_through(wall: Wall) -> None:
    """Let `kernel_seams.course.ask` ask the student's process."""
    for name in ask.__all__:

        def asked(*arguments: Any, name: str = name, **keywords: Any) -> Any:
            return wall.operate("call", {"ask": name}, *arguments, **keywords)

        setattr(ask, name, functools.wraps(getattr(ask, name))(asked))


@contextlib.contextmanager
def _start_kernel(wall: Wall, manager: Any, folder: Path, log: IO[bytes]) -> Iterator[Callable[[], bool]]:
    """Have the warden start the manager's kernel in the student's sandbox: what runs in it is the student's."""
    manager.write_connection_file()
    argv = [str(word) for word in manager.format_kernel_cmd()]
    variables = {str(name): str(value) for name, value in (manager.kernel_spec.env or {}).items()}
    wish = {"argv": argv, "variables": variables, "folder": str(folder), "log": log.name}
    number = wall.warden("start kernel", **wish)["kernel"]
    try:
        yield lambda: bool(wall.warden("is alive", kernel=number)["alive"])
    finally:
        wall.warden("end kernel", kernel=number)


def _points(shown: Iterable[Output], points: float) -> tuple[float, list[Output]]:
    """What a passed test earns: all, or what it says if its value is a number; with outputs that nbgrader reads so."""
    kept = [each for each in shown if each["output_type"] != "execute_result"]
    for each in shown:
        if each["output_type"] == "execute_result":
            try:
                part = min(max(float(each["data"].get("text/plain", "")), 0.0), points)
            except ValueError:
                return points, kept
            return part, [*kept, each | {"data": {"text/plain": f"{part:g}"}}]
    return points, kept
