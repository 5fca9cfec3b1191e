"""Many submissions: several at a time, one writer, nothing lost and nothing graded twice.

A submission is done when its rows and files are written, which happens at once;
so a batch that was stopped, by whatever, goes on where it was. One that did not
end well beside another that had to be ended is run again alone: it may only
have been starved. So is one whose time was over while others had the processor.
"""

from __future__ import annotations

import fcntl
import os
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel_seams.course.autograde import whole
from kernel_seams.errors import GradingError
from kernel_seams.grading.cluster import Cluster, Remote, open_cluster, refuse
from kernel_seams.grading.desk import Desk, Paper
from kernel_seams.grading.executor import cache_in, told
from kernel_seams.grading.here import Here
from kernel_seams.grading.jobs import Result, Running
from kernel_seams.grading.opening import open_desk
from kernel_seams.grading.template import Template

__all__ = ["Row", "grade", "processors"]

SEVERITY = ("unreadable", "crash", "memory", "output limit", "timeout", "tampered", "wrong", "ok")
VIOLENT = {"crash", "memory", "output limit", "timeout"}  # what may starve a neighbour
NO_NAME = "the name of this folder is no UTF-8, and no gradebook can hold it: rename it"
KEPT_WAITING = 0.5  # of the time it had
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """One line of the summary: who, how many points of how many, the state, how long it took, and what to know."""

    student: str
    points: float
    of: float
    state: str
    seconds: float | None  # None: graded before
    notes: tuple[str, ...] = ()
    in_process: tuple[str, ...] = ()  # tests whose points the student's own process has told
    by_hand: bool = False  # a person has still to give points

    def to_json(self) -> dict[str, Any]:
        """The row as plain data."""
        return {**self.__dict__, "notes": list(self.notes), "in_process": list(self.in_process)}


@dataclass
class _Sitting:
    """A submission that is being run, one notebook after the other."""

    paper: Paper
    left: list[str]
    running: Running | Remote | None = None
    results: dict[str, Result] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    beside: set[str] = field(default_factory=set)  # who ran meanwhile

    @property
    def faults(self) -> set[str]:
        """What it had to be ended for."""
        return {str(fault["what"]) for result in self.results.values() for fault in result.faults}

    @property
    def ended_well(self) -> bool:
        """Whether every test passed."""
        tests = {
            name: [index for index, cell in enumerate(job.cells) if cell["kind"] == "test"]
            for name, job in self.paper.jobs.items()
        }
        return all(result.state(tests[name]) == "ok" for name, result in self.results.items())

    @property
    def was_kept_waiting(self) -> bool:
        """Whether its time was over, and others had the processor for a good part of that time."""
        late = [result for result in self.results.values() if any(f["what"] == "timeout" for f in result.faults)]
        return bool(self.beside) and any(result.waited > KEPT_WAITING * result.seconds for result in late)

    @property
    def is_at_work(self) -> bool:
        """Whether it needs a processor; what is left to do once the tests are run needs none."""
        return bool(self.left) or self.running is None or not self.running.result.whole


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade(
    course: Path,
    assignment: str,
    *,
    students: Sequence[str] = (),
    jobs: int = 0,
    force: bool = False,
    allow_weak: bool = False,
    scheduler: str = "",
    tell: Tell | None = None,
) -> list[Row]:
    """Grade what was handed in for `assignment`, of all `students` or those named: a row for each, by name.

    `jobs` submissions are run at a time, as many as there are processors unless
    given; with a `scheduler` on its workers, as many as they have threads. With
    `force` those are graded again that are done. `tell` hears how many of how
    many are done. `GradingError`.
    """
    if scheduler:
        refuse(scheduler)
    traits = {"allow_weak": True} if allow_weak else {}
    with open_desk(course, assignment, **traits) as desk, _one_at_a_time(course):
        there = desk.students()
        missing = sorted(set(students) - set(there))
        if missing or not there:
            what = f"of {', '.join(missing)} " if missing else ""
            raise GradingError(f"There is no submission {what}for {assignment}; {_nearest(desk)}")
        chosen = sorted(set(students)) or there
        rows = {
            student: Row(whole(student), 0, 0, "unreadable", None, (NO_NAME,)) for student in chosen if _odd(student)
        }
        todo = [student for student in chosen if student not in rows and (force or not desk.is_done(student))]
        rows |= {each: _row(desk, each, desk.kept(each)) for each in chosen if each not in todo and each not in rows}
        if todo:
            weak = desk.execute.allow_weak
            with Template(allow_weak=weak) as template, _place(template, scheduler, jobs, weak) as place:
                batch = _Batch(desk, template, place, len(chosen), tell)
                rows |= batch.run(todo, jobs or place.size, len(rows))
    return [rows[student] for student in chosen]


def _odd(name: str) -> bool:
    """Whether it is the name of no student: half a character, of a folder whose name is no UTF-8."""
    return whole(name) != name


@contextmanager
def _place(template: Template, scheduler: str, jobs: int, weak: bool) -> Iterator[Here | Cluster]:
    """Where jobs are run."""
    if not scheduler:
        yield Here(template, processors())
        return
    with open_cluster(scheduler, jobs=jobs or processors(), allow_weak=weak) as cluster:
        yield cluster


class _Batch:
    """Runs submissions, several at a time; meanwhile the next one is made ready, and what is done is written."""

    def __init__(self, desk: Desk, template: Template, place: Here | Cluster, total: int, tell: Tell | None) -> None:
        self._desk = desk
        self._template = template
        self._place = place
        self._total = total
        self._tell = tell
        self._sittings: list[_Sitting] = []
        self._unsettled: list[_Sitting] = []  # run, and not yet kept: a neighbour may still have to be ended
        self._starved: list[str] = []
        self._violent: set[str] = set()
        self._rows: dict[str, Row] = {}

    def run(self, students: Sequence[str], jobs: int, done: int) -> dict[str, Row]:
        """A row for each of `students`, `jobs` at a time; `done` are already."""
        self._done = done
        try:
            self._run(students, jobs)
            for student in self._starved:
                self._run([student], 1)
        finally:
            self._place.forget()
            for sitting in self._sittings:
                if sitting.running:
                    sitting.running.stop()
        return self._rows

    def _run(self, students: Sequence[str], jobs: int) -> None:
        waiting = [*students]
        ready: list[Paper] = []
        while waiting or ready or self._sittings:
            while ready and sum(sitting.is_at_work for sitting in self._sittings) < jobs:
                self._begin(ready.pop())
            if waiting and not ready:
                ready.append(paper := self._desk.prepare(waiting.pop(0), self._template))
                if paper.jobs:
                    self._place.prepare(paper.jobs[min(paper.jobs)])
            elif self._sittings:
                self._step()

    def _begin(self, paper: Paper) -> None:
        sitting = _Sitting(paper, sorted(paper.jobs))
        for other in self._sittings:
            other.beside.add(paper.student)
            sitting.beside.add(other.paper.student)
        self._sittings.append(sitting)
        self._next_notebook(sitting)

    def _next_notebook(self, sitting: _Sitting) -> None:
        """Start its next notebook, or end it."""
        if sitting.left:
            name = sitting.left.pop(0)
            sitting.running = self._place.start(sitting.paper.jobs[name])
            sitting.results[name] = sitting.running.result
            return
        self._sittings.remove(sitting)
        self._finish(sitting)

    def _step(self) -> None:
        """Take what the running ones say."""
        running = {sitting.running.fileno(): sitting for sitting in self._sittings if sitting.running}
        for descriptor in select.select(list(running), [], [], 60)[0]:
            sitting = running[descriptor]
            if sitting.running is not None:
                sitting.running.step()
                if sitting.running.done:
                    self._next_notebook(sitting)

    def _finish(self, sitting: _Sitting) -> None:
        """Keep what can be kept now: an answer is final once all who ran beside it have ended."""
        if sitting.faults & VIOLENT:
            self._violent.add(sitting.paper.student)
            self._place.forget()  # what was made beside it may have been starved, too
        running = {each.paper.student for each in self._sittings}
        for each in [*self._unsettled, sitting]:
            if each in self._unsettled:
                self._unsettled.remove(each)
            if each.was_kept_waiting:
                self._starved.insert(0, each.paper.student)  # before those whom it may have starved itself
            elif each.ended_well or not each.beside & (running | self._violent):
                self._keep(each)
            elif each.beside & self._violent:
                self._starved.append(each.paper.student)
            else:
                self._unsettled.append(each)

    def _keep(self, sitting: _Sitting) -> None:
        student = sitting.paper.student
        about = self._desk.keep(sitting.paper, sitting.results)
        seconds = time.monotonic() - sitting.started
        self._rows[student] = _row(self._desk, student, about, sitting.paper, seconds)
        self._done += 1
        if self._tell:
            self._tell(self._done, self._total)


def _row(
    desk: Desk, student: str, about: Mapping[str, Any], paper: Paper | None = None, seconds: float | None = None
) -> Row:
    points, of, by_hand = desk.points(student)
    states = [str(each.get("state", "wrong")) for each in about.values()]
    notes = [text for each in about.values() if (text := told(each).partition("; ")[2])]
    if paper is not None:
        states += ["unreadable"] * len(paper.unreadable) + ["wrong"] * len(paper.missing)
        notes += dict.fromkeys(paper.unreadable.values())
        notes += [f"{name}.ipynb is missing" for name in paper.missing]
    state = min(states or ["unreadable"], key=SEVERITY.index)
    in_process = tuple(name for each in about.values() for name in each.get("in process", []))
    return Row(student, points, of, state, seconds, tuple(notes), in_process, by_hand)


def _nearest(desk: Desk) -> str:
    there = desk.students()
    return f"there are those of {', '.join(there[:20])}." if there else f"they are looked for at {desk.where()}."


@contextmanager
def _one_at_a_time(course: Path) -> Iterator[None]:
    """Hold the course: two batches would write to one gradebook."""
    folder = cache_in(course).parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "grading.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GradingError(f"Another `seams grade` is running in {course}; wait for its end.") from None
        yield
