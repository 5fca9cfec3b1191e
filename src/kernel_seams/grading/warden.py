r"""The warden of one submission: it starts both sides, watches what the student's uses, and ends all of it.

It never learns the tests, so that it can be forked again into a student's
process; it passes them on unread. It is a fork of the template itself.

    grader -- job --> warden -- control --> checker -- channel --> student
                         \-- signals, limits, handed-over calls -----/

Of the job it reads the first message, {"limits", "loopback", "reads", "files":
[[name, size], ...], "ahead": the language of a process that is wanted at once},
and the bytes of those files; the rest is for the checker.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NoReturn

from kernel_seams.grading import cgroups, checker, mediate, network, processes, student
from kernel_seams.grading.forks import fate, fork
from kernel_seams.grading.frames import Channel, Gone, Late, Malformed
from kernel_seams.grading.sandbox import Limits, Sandbox, environment, readable
from kernel_seams.grading.scratch import Scratch
from kernel_seams.grading.shell import Shell
from kernel_seams.grading.streams import Streams
from kernel_seams.grading.terminals import Terminals
from kernel_seams.grading.users import as_user, spare_user
from kernel_seams.kernels.terminal import write_start_up

__all__ = ["serve"]

TICK = 0.05  # seconds between two looks at what is used


class Warden:
    """Serves one job; `run` returns when nothing of it is left."""

    def __init__(self, job: socket.socket, shell: Shell) -> None:
        self.began = 0.0
        self.job = Channel(job)
        self.shell = shell
        about = self.job.receive(60)
        self.limits = Limits(**about["limits"])
        self.loopback: bool = about["loopback"]
        self.reads = tuple(map(Path, about["reads"]))
        if self.loopback and not network.alone():
            network.leave()
        self.files = {name: self.job.receive_bytes(size, 60) for name, size in about["files"]}
        self.user = spare_user()
        self.scratch = Scratch(self.user)
        try:
            self._open(about["ahead"])
        except BaseException:  # no more processes on this machine, say; nothing is left of it all the same
            processes.end(os.getpid(), self.user)
            self.scratch.remove()
            raise

    def _open(self, ahead: str) -> None:
        """Make what it attends to, and start the checker; with a language `ahead`, a process of the student's, too."""
        self.shared, self.own = self.scratch.folder("shared"), self.scratch.folder("own")
        self.terminals = Terminals(self.shared)
        self.listeners: dict[int, Sandbox] = {}
        self.kernels: set[int] = set()
        self.student = self.spawned = self.peak = 0
        self.next_look = self.waited = 0.0
        self.fate = ""
        self.streams = Streams(self.limits.output)
        # The last resort, between two looks; files on a disk in memory are in it, too.
        self.group = cgroups.make(self.limits.memory + self.limits.disk, 2 * self.limits.processes)
        self.checker, self.control = self._start_checker()
        # It enters its sandbox while the checker enters its own; -1 once the checker has asked for it.
        self.ahead = self._start_student({"language": ahead}) if ahead else -1

    def run(self) -> None:
        """Do what the checker asks for, and end everything once it is done, late, or nobody waits for it any more."""
        with suppress(Gone, Late, Malformed):
            while self._left() and self._wait():
                pass
        about = {"late": not self._left(), "peak": self.peak, "clean": processes.end(os.getpid(), self.user)}
        self.terminals.close()
        self.scratch.remove()
        if self.group:
            self.group.remove()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        with suppress(Gone):
            self.job.send({"ended": {**about, "waited": self.waited, "cpu": used.ru_utime + used.ru_stime}})

    def _left(self) -> bool:
        return not self.began or time.monotonic() - self.began < self.limits.seconds

    def _wait(self) -> bool:
        """Wait for something, at most a tick, and attend to it; False once the grader has gone."""
        poll = select.poll()
        poll.register(self.job.socket, 0)  # only whether it is closed: what it holds is the checker's
        asking = (self.control.fileno(), self.terminals.fileno(), *self.listeners, *self.streams.descriptors())
        for descriptor in asking:
            poll.register(descriptor, select.POLLIN)
        ready = dict(poll.poll(TICK * 1000))
        for listener, sandbox in list(self.listeners.items()):
            if ready.get(listener, 0) & select.POLLIN:
                mediate.answer_one(listener, sandbox, self.checker)
            elif listener in ready:  # those it was for have ended
                del self.listeners[listener]
                os.close(listener)
        if self.terminals.fileno() in ready:
            self.terminals.answer()
        if any(descriptor in ready for descriptor in self.streams.descriptors()):
            self.streams.read()
        if self.control.fileno() in ready:
            wish = self.control.receive(10)
            answer, descriptors = self._obey(wish)
            self.control.send(answer, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
        if self.streams.too_long or (self.began and time.monotonic() >= self.next_look):
            self.next_look = time.monotonic() + TICK
            self._watch()
        return not ready.get(self.job.fileno(), 0) & select.POLLHUP

    def _obey(self, wish: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Do what the checker asks for: the answer, and what goes with it."""
        kind = wish["do"]
        if kind == "spawn":
            there, self.ahead = self.ahead, -1
            self.began = self.began or time.monotonic()
            return {}, (there if there >= 0 else self._start_student(wish), *map(os.dup, self.streams.news))
        if kind == "output":
            return {"text": self.streams.take()}, ()
        if kind == "start kernel":
            return {"kernel": self._start_kernel(wish)}, ()
        if kind == "is alive":
            self._reap()
            return {"alive": wish.get("kernel", self.student) in {self.student, *self.kernels} - {0}}, ()
        if kind == "end kernel" and wish["kernel"] in self.kernels:
            self._signal(wish["kernel"], signal.SIGKILL, group=True)
        elif kind == "interrupt" and self.student:
            self._signal(self.student, signal.SIGINT)
        elif kind == "kill":
            self._end_student("killed")
        elif kind == "fate":
            self._reap(wait=2)
        return {"fate": self.fate}, ()

    def _watch(self) -> None:
        """End the student's side where it uses too much."""
        self._reap()
        there = processes.descendants(os.getpid(), [self.checker])
        used = processes.usage(there, self.limits.memory)
        self.peak, self.waited = max(self.peak, used.memory), max(self.waited, used.waited)
        if used.memory > self.limits.memory:
            self._end_student("memory")
        elif used.threads > self.limits.processes:
            self._end_student(f"it started more than {self.limits.processes} processes and threads")
        elif self.streams.too_long:
            self._end_student("output")
        elif there and self.scratch.grown_beyond(self.limits.disk, there):
            self._end_student("files")

    def _start_checker(self) -> tuple[int, Channel]:
        mine, theirs = socket.socketpair()

        def work() -> None:
            # Its home is its own: programs that a test starts read what is set there, and run it.
            self._sandbox(self.own, self.shared).enter(hand_over=False)
            checker.check(self.job, Channel(theirs), self.shell, environment(self.own), self.shared)

        number = fork(work, (self.job.fileno(), theirs.fileno()), 2)
        theirs.close()
        return number, Channel(mine)

    def _start_student(self, wish: dict[str, Any]) -> int:
        """The checker's end of the channel to a new process for the student's code, with files of its own."""
        self._end_student("")
        self.spawned += 1
        self.fate = ""
        folder = self.scratch.folder(str(self.spawned))
        mine, theirs = socket.socketpair()
        writer = self.streams.open()

        def work() -> None:
            for name in ("work", "tmp", "home", "home/.ipython"):
                (folder / name).mkdir()
            for name, content in self.files.items():
                path = folder / "work" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            variables = environment(folder) | self.terminals.variables
            os.chdir(folder / "work")
            if wish["language"] == "kernel":
                os.execvpe(wish["argv"][0], wish["argv"], variables | wish["variables"])  # noqa: S606  (in the sandbox)
            student.live(Channel(theirs), wish["language"], self.shell, variables, self.limits.output)

        self.student = self._fork_inside(self._sandbox(folder, self.shared), work, (theirs.fileno(),), writer)
        theirs.close()
        os.close(writer)
        return mine.detach()

    def _start_kernel(self, wish: dict[str, Any]) -> int:
        """The number of a kernel's process, started in the student's sandbox for a test to give away."""
        folder = Path(wish["folder"])

        def work() -> None:
            # Here, and not by the warden: the student's may put a link in its place, or what nobody ever reads.
            log = os.open(wish["log"], os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.chdir(folder)
            for name in ("home", "tmp"):
                (folder / name).mkdir()
            variables = environment(folder) | self.terminals.variables | wish["variables"]
            write_start_up(Path(variables["IPYTHONDIR"]))
            os.execvpe(wish["argv"][0], wish["argv"], variables)  # noqa: S606  (in the sandbox)

        number = self._fork_inside(self._sandbox(self.shared), work, (), -1)
        self.kernels.add(number)
        return number

    def _fork_inside(self, sandbox: Sandbox, work: Callable[[], None], keep: tuple[int, ...], output: int) -> int:
        """A new process that enters the sandbox and does `work`; what it hands over is attended to from now on."""
        report, reporter = socket.socketpair()

        def enter_and_work() -> None:
            listener = sandbox.enter()
            Channel(reporter).send({}, (listener,) if listener else ())
            reporter.close()
            if listener:
                os.close(listener)
            work()

        number = fork(enter_and_work, (*keep, reporter.fileno()), output)
        reporter.close()
        if self.group:
            with suppress(OSError):  # it has ended already
                self.group.add(number)
        with closing(report), suppress(Gone, Late, Malformed):
            _, listeners = Channel(report).receive_with(10, 1)
            self.listeners |= dict.fromkeys(listeners, sandbox)
        return number

    def _end_student(self, why: str) -> None:
        """End all of the student's side; `why` is its fate, unless it had one."""
        self._reap()
        if self.student and not self.fate:
            self.fate = why
        processes.end(os.getpid(), self.user, [self.checker])
        self.student = 0
        self.kernels.clear()
        self.streams.close()

    def _reap(self, wait: float = 0) -> None:
        """Note which processes have ended, and how the student's has; wait for that one as long."""
        deadline = time.monotonic() + wait
        while True:
            try:
                ended, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if ended and ended == self.student:
                self.student = 0
                self.fate = self.fate or fate(status)
            self.kernels.discard(ended)
            if not ended:
                if not self.student or time.monotonic() >= deadline:
                    return
                time.sleep(0.005)

    def _signal(self, process: int, number: int, *, group: bool = False) -> None:
        """Send a signal, as the student's user where it is another."""

        def send() -> None:
            with suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(process, number)

        as_user(self.user, send)

    def _sandbox(self, *writable: Path) -> Sandbox:
        return Sandbox(writable, self.limits, self.user, self.loopback, (*readable(), *self.reads))


def serve(job: socket.socket, shell: Shell) -> NoReturn:
    """Be the warden of `job` and nothing else."""
    processes.adopt_orphans()
    try:
        Warden(job, shell).run()
    except (Gone, Late, Malformed):
        os._exit(1)
    except OSError as error:
        with suppress(Gone):
            Channel(job).send({"ended": {"refused": str(error)}})
        os._exit(1)
    os._exit(0)
