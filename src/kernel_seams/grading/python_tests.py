"""Tests in Python, run in the checker's process; the names they use are the student's, as values or stand-ins."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO, Any

from kernel_seams.course import ask, kernels
from kernel_seams.grading.outputs import Output
from kernel_seams.grading.plan import WALLED, TestPlan
from kernel_seams.grading.shell import Shell
from kernel_seams.grading.standin import Ended, StandIn, TimedOut, module_of
from kernel_seams.grading.wall import GRACE, Wall

__all__ = ["PythonTests"]


class PythonTests:
    """Runs cells of the instructor's in `shell`."""

    def __init__(self, wall: Wall, shell: Shell, seconds: float) -> None:
        self.took = TestPlan()
        self._wall = wall
        self._shell = shell
        self._seconds = seconds
        self._shared: dict[str, Any] = {}  # names of the student's in a test, as they were when last looked at
        self._helpers: set[str] = set()  # names that locked cells have made here
        wall.before_asking = self._tell_changes
        _ask_through(wall)
        kernels.starter = functools.partial(_start_kernel, wall)

    def learn(self, source: str, plan: TestPlan) -> bool:
        """Run a locked cell here, too, for the helpers in it; whether it could be."""
        before = dict(self._shell.user_ns)
        _, problem = self.run(source, plan)
        self._helpers |= {name for name, value in self._shell.user_ns.items() if before.get(name, ...) is not value}
        return problem is None

    def run(self, source: str, plan: TestPlan) -> tuple[list[Output], BaseException | None]:
        """Run a cell with the names that the plan says: what it showed, and what it ended in."""

        def late(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
            raise TimedOut

        signal.signal(signal.SIGALRM, late)
        self.took = plan
        try:
            signal.setitimer(signal.ITIMER_REAL, self._seconds + 2 * GRACE)
            self._bring(plan)  # what the student has may be slow to read, on purpose
            return self._shell.run(source)
        except (Ended, TimedOut) as problem:
            return [], problem
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._shared = {}

    def _bring(self, plan: TestPlan) -> None:
        names, wanted = self._shell.user_ns, set(plan.names)
        if plan.discover and plan.way == WALLED:
            wanted -= self._helpers
        found = self._wall.look(wanted) if wanted else {}
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
        self.took = TestPlan(plan.way, tuple(sorted(wanted)), modules)

    def _tell_changes(self) -> None:
        """What a test has deleted or set of the student's names is so over there, too, before they are asked."""
        names = self._shell.user_ns
        for name, before in list(self._shared.items()):
            now = names.get(name, ...)
            if now is before:
                continue
            self._shared[name] = now
            if now is ...:
                self._wall.request(do="del", name=name)
            elif isinstance(now, StandIn) or not callable(now):
                self._tell(name, now)

    def _tell(self, name: str, value: Any) -> None:
        met = self._wall.met_live_object
        try:
            self._wall.request(do="set", name=name, value=self._wall.sent(value))
        except Exception:  # something of the test's own, of which the student's side knows nothing
            self._wall.met_live_object = met


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
