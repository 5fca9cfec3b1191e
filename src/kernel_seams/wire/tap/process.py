"""The kernel's process behind the tap: started as Jupyter would start it, its signals passed on, its words kept.

The kernel leads a session of its own, as it does without the tap, so what a front-end sends to the process group it
knows, or to the one process it knows, reaches the tap alone; and the tap passes each signal on to the kernel's group
once. stdout and stderr are passed on byte for byte; a line each is kept.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence

from kernel_seams.wire.tap.capture import Capture
from kernel_seams.wire.trace import Record, Stderr, Stdout

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
CHUNK = 64 * 1024
LONGEST_LINE = 64 * 1024


class Signals:
    """Turns the signals of this process into bytes at `file`, which a poll can wait for."""

    def __init__(self) -> None:
        self.file, self._written = os.pipe()
        for end in (self.file, self._written):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._written, warn_on_full_buffer=False)
        for number in (*PASSED_ON, signal.SIGCHLD):
            # One that is ignored (nohup) stays ignored, here and in the kernel.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: None)

    def read(self) -> Sequence[int]:
        """The signals that came since the last call."""
        try:
            return tuple(os.read(self.file, CHUNK))
        except BlockingIOError:
            return ()

    def close(self) -> None:
        """Close both ends, in a process that is not to get them."""
        signal.set_wakeup_fd(-1)
        os.close(self.file)
        os.close(self._written)


class KernelProcess:
    """The real kernel. `OSError` if it cannot be started."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        own = dict(environment)
        if "JPY_PARENT_PID" in own:
            own["JPY_PARENT_PID"] = str(os.getpid())  # by which a kernel notices that it has become an orphan
        self._process = subprocess.Popen(
            list(argv), env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True
        )
        self.pid = self._process.pid
        self._pumps: list[threading.Thread] = []

    def forget_streams(self) -> None:
        """Close our ends of its streams, in a process that is not to read them."""
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def pump(self, capture: Capture) -> None:
        """Pass its stdout and stderr on from now on, each line also to `capture`."""
        for stream, number, kind in ((self._process.stdout, 1, Stdout), (self._process.stderr, 2, Stderr)):
            if stream is not None:
                arguments = (stream.fileno(), number, kind, capture)
                self._pumps.append(threading.Thread(target=_pump, args=arguments, daemon=True))
                self._pumps[-1].start()

    def signal(self, number: int) -> None:
        """Send a signal to the kernel and what it has started."""
        with contextlib.suppress(OSError):
            os.killpg(self.pid, number)

    def ended(self) -> int | None:
        """Its exit code (negative: the signal that killed it), None while it runs."""
        return self._process.poll()

    def last_words(self, seconds: float) -> None:
        """Wait for what it has still written, but not for children that hold its streams open."""
        for pump in self._pumps:
            pump.join(seconds)


def _pump(source: int, target: int, kind: type[Stdout | Stderr], capture: Capture) -> None:
    """Copy until the end; a reader that has gone away costs the copy, not the kernel."""
    rest = b""
    while data := _read(source):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            capture.record(_line(kind, line))
        if len(rest) > LONGEST_LINE:
            capture.record(_line(kind, rest))
            rest = b""
        capture.flush()
        _write(target, data)
    if rest:
        capture.record(_line(kind, rest))
        capture.flush()


def _line(kind: type[Stdout | Stderr], line: bytes) -> Record:
    return kind(t=time.time_ns(), text=line.rstrip(b"\r").decode("utf-8", "backslashreplace"))


def _read(source: int) -> bytes:
    try:
        return os.read(source, CHUNK)
    except OSError:
        return b""


def _write(target: int, data: bytes) -> None:
    with contextlib.suppress(OSError):
        while data:
            data = data[os.write(target, data) :]
