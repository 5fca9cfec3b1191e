"""One tap from its start to its end: around a kernel that it has started, or before one that runs already."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kernel_seams.wire.connection import Connection
from kernel_seams.wire.tap import keeper, running
from kernel_seams.wire.tap.capture import BUDGET, Capture
from kernel_seams.wire.tap.faults import Faults
from kernel_seams.wire.tap.process import KernelProcess, Signals
from kernel_seams.wire.trace import Kernel, Session

if TYPE_CHECKING:
    from kernel_seams.wire.tap.relay import Relay

TURN_SECONDS = 1.0
LOOK_SECONDS = 0.2
DRAIN_SECONDS = 0.5
QUIET_SECONDS = 0.02
WRITE_SECONDS = 2.0
MERCY_SECONDS = 5.0
LOST_SECONDS = 3.0


@dataclass(frozen=True)
class About:
    """What is known of the kernel, and where its trace goes (default: `traces` in Jupyter's runtime folder)."""

    kernel: str
    display_name: str = ""
    language: str = ""
    argv: Sequence[str] = ()
    kernel_id: str = ""
    folder: Path = field(default_factory=running.runtime_folder)
    traces: Path | None = None
    budget: int = BUDGET

    def trace(self, pid: int, now: float) -> Path:
        """The file of a session that begins now."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
        name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in self.kernel)
        return (self.traces or self.folder / "traces") / f"{stamp}-{name}-{pid}.jsonl"


class Tap:
    """A tap behind `outer`, its control socket in `folder`. It ends with its `process`, or else when it is told to."""

    def __init__(
        self,
        about: About,
        outer: Connection,
        signals: Signals,
        folder: Path,
        process: KernelProcess | None = None,
    ) -> None:
        self._outer, self._signals, self._process = outer, signals, process
        self._parent = os.getppid() if process and "JPY_PARENT_PID" in os.environ else None
        self._orphan_since: float | None = None
        self._looks_at = 0.0
        self._ended: int | None = None
        self.control = folder / "control"
        self.trace = about.trace(os.getpid(), time.time())
        duties = keeper.Duties(self.trace, self._session(about), outer, [folder, *self._publish(about)])
        self._keeper, link = keeper.start(duties, self._forget)
        self._capture = Capture(link, about.budget)
        self._capture.record(Kernel(t=time.time_ns(), state="started"))
        self._capture.flush()

    def run(self, inner: Connection, ready: Callable[[Connection], None] = lambda _: None) -> int:
        """Pass on until the end; the kernel's exit code (negative: the signal that killed it).

        `ready` is called when clients can connect. `TapError` if an address cannot be bound.
        """
        import zmq  # only now: the kernel starts meanwhile

        from kernel_seams.wire.tap.control import Control
        from kernel_seams.wire.tap.loop import Loop
        from kernel_seams.wire.tap.relay import Relay

        context, loop = zmq.Context(), Loop()
        relay = Relay(loop, self._capture, Faults(self._outer.key), context, inner)
        try:
            bound = relay.bind(self._outer)
        except zmq.ZMQError as error:
            raise running.TapError(f"the tap cannot stand where its connection file says: {error}") from None
        relay.start()
        if self._process:
            self._process.pump(self._capture)
        else:
            relay.hear_all()
        control = Control(context, self.control, relay, lambda: self._status(relay))
        loop.add(control.socket, control.answer)
        loop.add(self._signals.file, self._signalled)
        ready(bound)
        while self._ended is None:
            relay.turn(TURN_SECONDS)
            self._look_around(relay)
        loop.remove(control.socket)
        control.socket.close()
        self._end(relay)
        context.term()
        return self._finish()

    def _publish(self, about: About) -> list[Path]:
        """Write the file that tells others of this tap; without it the tap works all the same."""
        tap = running.RunningTap(
            pid=os.getpid(),
            kernel=about.kernel,
            display_name=about.display_name,
            kernel_id=about.kernel_id,
            trace=self.trace,
            control=f"ipc://{self.control}",
            started=time.time_ns(),
        )
        try:
            return [running.publish(tap, about.folder)]
        except OSError as error:
            say(f"it cannot be found by others, {about.folder} cannot be written: {error.strerror}")
            return []

    def _session(self, about: About) -> Session:
        return Session(
            t=time.time_ns(),
            kernel=about.kernel,
            display_name=about.display_name,
            language=about.language,
            argv=tuple(about.argv),
            pid=self._process.pid if self._process else None,
            transport=self._outer.transport,
            encrypted=self._outer.encrypted,
            signature_scheme=self._outer.key.scheme,
            signs=bool(self._outer.key.key),
            kernel_id=about.kernel_id,
        )

    def _forget(self) -> None:
        """Let go, in the keeper, of what is the tap's."""
        self._signals.close()
        if self._process:
            self._process.forget_streams()

    def _status(self, relay: Relay) -> dict[str, Any]:
        """What the control socket tells of this tap."""
        return {
            "pid": os.getpid(),
            "kernel_pid": self._process.pid if self._process else None,
            "trace": str(self.trace),
            "recording": not self._capture.broken,
            "waiting_bytes": self._capture.waiting,
            "left_out": self._capture.left_out,
            "passed": [
                {"channel": channel, "direction": direction, "messages": passed.messages, "bytes": passed.bytes}
                for (channel, direction), passed in relay.passed.items()
            ],
        }

    def _signalled(self) -> None:
        for number in self._signals.read():
            if number == signal.SIGCHLD:
                self._reap()
            elif self._process is None:
                self._ended = 0 if number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) else self._ended
            else:
                if number == signal.SIGINT:
                    self._capture.record(Kernel(t=time.time_ns(), state="interrupted"))
                self._process.signal(number)

    def _reap(self) -> None:
        """Notice the end of the kernel, and that of the keeper, without which there is only no trace."""
        if self._process:
            self._ended = self._process.ended()
        if self._keeper and os.waitpid(self._keeper, os.WNOHANG)[0]:
            self._keeper = 0
            self._capture.broken = True
            say(f"the trace {self.trace} ends here, its writer was ended; the kernel goes on")

    def _look_around(self, relay: Relay) -> None:
        """End with the parent, as a kernel would, and with a kernel that somebody else has started."""
        now = time.monotonic()
        if now < self._looks_at:
            return
        self._looks_at = now + LOOK_SECONDS
        if self._process is None:
            lost_at = relay.events.lost_at
            if lost_at is not None and now - lost_at > LOST_SECONDS:
                say("the kernel is gone")
                self._ended = 0
        elif self._parent is not None and os.getppid() != self._parent:
            self._orphan_since = self._orphan_since or now
            self._process.signal(signal.SIGTERM if now - self._orphan_since < MERCY_SECONDS else signal.SIGKILL)

    def _end(self, relay: Relay) -> None:
        """Pass on what the kernel has still sent, and close."""
        until = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < until:
            if not relay.turn(QUIET_SECONDS) and not (self._process and relay.events.kernel_is_connected):
                break
        relay.close()

    def _finish(self) -> int:
        """Write down what is left; the kernel's exit code."""
        if self._process:
            self._process.last_words(QUIET_SECONDS)
            self._capture.record(Kernel(t=time.time_ns(), state="exited", code=self._ended))
        if not self._capture.close(WRITE_SECONDS) and not self._capture.broken:
            say(f"the trace {self.trace} is still being written")
        return self._ended or 0


def say(what: str) -> None:
    """One line on stderr, beside what the kernel says there."""
    sys.stderr.write(f"seams tap: {what}.\n")
    sys.stderr.flush()
