"""One notebook to grade: what is sent to a warden, what comes back, and the state that makes of it.

    ok             every test passed                    memory        more than the limit
    wrong          one did not                          output limit  more printed, or written, than the limit
    timeout        a cell, a test or all of it          tampered      locked cells are not as they were released
    crash          the student's process ended          unreadable    there is no notebook to run

Whichever it is, the tests that passed keep their points.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from kernel_seams.grading import outputs
from kernel_seams.grading.frames import Channel, Gone, Late, Malformed
from kernel_seams.grading.plan import IN_PROCESS, TestPlan, names_in
from kernel_seams.grading.sandbox import Limits
from kernel_seams.grading.template import Template

__all__ = ["Job", "Result", "Running", "cells_of", "show"]

STATES = ("ok", "wrong", "timeout", "memory", "crash", "output limit", "unreadable", "tampered")
SPARE_SECONDS = 60  # for a warden to end a submission whose time is over


@dataclass(frozen=True)
class Job:
    """A notebook's code cells in order, the files beside it, and the limits."""

    cells: Sequence[Mapping[str, Any]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    loopback: bool = False  # whether it needs a network, which is then its own
    language: str = "python"
    kernel: Mapping[str, Any] | None = None  # of any other language: what starts it
    reads: Sequence[str] = ()  # what it may read besides

    def start(self, template: Template) -> Running:
        """Start grading it."""
        running = self.open(template)
        running.begin()
        return running

    def open(self, template: Template) -> Running:
        """Make the sandbox that it is to run in; its time begins when it does."""
        channel = template.open()
        names = [[name, len(content)] for name, content in self.files.items()]
        with suppress(Gone, OSError):  # what is missing is seen when the results are read
            wanted = {"limits": asdict(self.limits), "loopback": self.loopback, "reads": list(self.reads)}
            channel.send({**wanted, "files": names, "ahead": "" if self.kernel else self.language})
            for content in self.files.values():
                channel.socket.sendall(content)
        return Running(self, channel)


@dataclass
class Result:
    """What became of a notebook."""

    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    verdicts: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    memory: int = 0
    cpu: float = 0.0
    waited: float = 0.0  # seconds in which there was no processor for it
    whole: bool = False  # the checker came to its end

    def state(self, tests: Sequence[int]) -> str:
        """The state of a notebook whose tests are the cells `tests`."""
        if self.faults:
            return str(self.faults[0]["what"])
        passed = [index for index in tests if self.verdicts.get(index, {}).get("passed")]
        return "ok" if len(passed) == len(tests) else "wrong"


class Running:
    """A job that runs once it has begun; `step` takes the next thing it says."""

    def __init__(self, job: Job, channel: Channel) -> None:
        self.job = job
        self.channel = channel
        self.started = time.monotonic()
        self.result = Result()
        self.done = False

    def begin(self) -> None:
        """Have its cells run."""
        job, self.started = self.job, time.monotonic()
        about = {"seconds": job.limits.cell_seconds, "language": job.language, "kernel": job.kernel}
        with suppress(Gone, OSError):
            self.channel.send({"cells": job.cells, **about, "loopback": job.loopback})

    def fileno(self) -> int:
        """Ready when there is something to `step` through."""
        return self.channel.fileno()

    def wait(self, tell: Callable[[int], None] | None = None) -> Result:
        """The result, once it is there; `tell` hears which cell is done."""
        while not self.done:
            self.step()
            if tell is not None:
                tell(max(self.result.outputs, default=0))
        return self.result

    def step(self) -> None:
        """Take one message; afterwards it may be `done`."""
        try:
            said = self.channel.receive(self.job.limits.seconds + SPARE_SECONDS)
        except (Gone, Late, Malformed):
            self._end({"late": False})
            return
        if "cell" in said:
            self.result.outputs[said["cell"]] = said["outputs"]
            if said["verdict"] is not None:
                self.result.verdicts[said["cell"]] = said["verdict"]
        elif "done" in said:
            self.result.faults, self.result.whole = said["done"], True
        elif "ended" in said:
            self._end(said["ended"])

    def stop(self) -> None:
        """Let go of it: the warden ends what is left."""
        self.channel.close()
        self.done = True

    def _end(self, about: Mapping[str, Any]) -> None:
        result = self.result
        result.seconds = time.monotonic() - self.started
        result.memory, result.cpu = about.get("peak", 0), about.get("cpu", 0.0)
        result.waited = about.get("waited", 0.0)
        if not result.whole:
            late = about.get("late")
            cell = min((index for index in range(len(self.job.cells)) if index not in result.outputs), default=0)
            detail = about.get("refused", "the checker itself ended")
            detail = f"not done after {self.job.limits.seconds:g} s" if late else detail
            result.faults = [{"cell": cell, "what": "timeout" if late else "crash", "detail": detail}]
        self.stop()


def cells_of(notebook: Any, plans: Mapping[str, TestPlan] | None = None) -> list[dict[str, Any]]:
    """The cells of a notebook for a job; what is no code is "text". Without plans they are to be found out."""
    cells = []
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader") or {}
        graded, locked = bool(mark.get("grade")), bool(mark.get("locked"))
        kind = "student" if cell.cell_type == "code" else "text"
        if kind == "student" and graded and not mark.get("solution"):
            kind = "test"
        elif kind == "student" and locked:
            kind = "locked"
        name = str(mark.get("grade_id", ""))
        source = "" if kind == "text" else cell.source  # pictures of many megabytes may be pasted into what is no code
        about: dict[str, Any] = {"kind": kind, "id": name, "source": source, "points": 0.0}
        if kind in ("test", "locked"):
            if plans is None:
                plan = TestPlan(names=tuple(sorted(names_in(cell.source))), discover=True)
            else:
                plan = plans.get(name, TestPlan(IN_PROCESS))
            about |= {"points": float(mark.get("points") or 0), "plan": plan.to_json()}
        cells.append(about)
    return cells


def show(notebook: Any, job: Job, result: Result) -> None:
    """Put the outputs into the notebook; a test that did not pass, or was not reached, ends in an error."""
    from nbformat import from_dict

    count = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        shown = result.outputs.get(index, [])
        verdict = result.verdicts.get(index)
        if job.cells[index]["kind"] == "test":
            errors = [each for each in shown if each["output_type"] == "error"]
            if not (verdict and verdict["passed"]) and not errors:
                shown = [*shown, outputs.error("NotRun", result.faults[0]["detail"] if result.faults else "not run")]
        cell.outputs = [from_dict(each) for each in shown]
