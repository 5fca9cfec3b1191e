"""The process of a kernel, from its launch to the end of everything it started.

Its session is its own, so that an interrupt reaches it and its children alone, as jupyter_client does it. What it
prints is read all the time and only the end is kept, so that nothing it does can fill a pipe, a disk or our memory.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

from kernel_seams.conform.target import Target
from kernel_seams.kernels.boot import private_environment
from kernel_seams.wire.connection import Connection

KEPT = 64 * 1024
AT_ONCE = 16
MARK = "SEAMS_CONFORM"
END_SECONDS = 5.0
# How often one looks whether a program sleeps, and the processor time (in seconds) that counts as none: a heartbeat's.
LOOK_SECONDS = 0.25
LITTLE_WORK = 0.03
POLL_SECONDS = 0.01


class Program:
    """A running program; `close` ends it and all it started."""

    def __init__(self, target: Target, connection: Connection) -> None:
        self.connection = connection
        self.mark = uuid.uuid4().hex
        self.folder = tempfile.TemporaryDirectory(prefix="seams-conform-", ignore_cleanup_errors=True)
        self.file = Path(self.folder.name) / f"kernel-{self.mark}.json"
        connection.write(self.file)
        self.problem = ""
        self.process: subprocess.Popen[bytes] | None = None
        self.out, self.err = _Tail(), _Tail()
        try:
            self.process = subprocess.Popen(
                target.command(self.file),
                env={**target.environment, **self._variables()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.problem = f"{target.argv[0]} cannot be started: {reason}"
        else:
            self.out.follow(self.process.stdout)
            self.err.follow(self.process.stderr)

    def _variables(self) -> Mapping[str, str]:
        """What jupyter_client says to a kernel, where it may write, and the mark its descendants inherit."""
        own = private_environment(Path(self.folder.name))
        return {**own, "JPY_PARENT_PID": str(os.getpid()), MARK: self.mark}

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        return 127 if self.process is None else self.process.poll()

    def how_it_ended(self) -> str:
        """One sentence: how the program came to its end, empty while it runs."""
        if self.problem:
            return self.problem
        if self.code is None:
            return ""
        if self.code < 0:
            return f"The program was ended by {signal.Signals(-self.code).name}."
        return f"The program ended by itself, with exit code {self.code}."

    def interrupt(self) -> None:
        """Send SIGINT to the program's process group, as a front-end's stop button does."""
        if self.process is not None and self.code is None:
            with contextlib.suppress(OSError):
                os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, seconds: float) -> bool:
        """Whether the program has ended within `seconds`."""
        if self.process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.code is not None

    def settle(self) -> None:
        """Where the program has ended, wait until what it wrote last has been read."""
        if self.code is not None:
            self.out.finish()
            self.err.finish()

    def family(self) -> list[psutil.Process]:
        """The program and its descendants that run, those included that left its session and its parent."""
        found: dict[int, psutil.Process] = {}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found[process.pid] = process
        with contextlib.suppress(psutil.Error):
            if self.process is not None and self.code is None:
                own = psutil.Process(self.process.pid)
                found |= {each.pid: each for each in (own, *own.children(recursive=True))}
        return list(found.values())

    def family_after(self, seconds: float) -> list[str]:
        """The names of those that are left of the family after so long; empty as soon as none is."""
        deadline = time.monotonic() + seconds
        while (left := self.family()) and time.monotonic() < deadline:
            _wait_for(left, LOOK_SECONDS)
        return [_name(process) for process in left]

    def close(self) -> None:
        """End the program and whatever it started."""
        if self.process is not None:
            left = self.family()
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            self.wait(END_SECONDS)
            _wait_for(left, END_SECONDS)
            self.out.finish()
            self.err.finish()
        self.folder.cleanup()


def _wait_for(processes: Sequence[psutil.Process], seconds: float) -> None:
    """Wait until none of them runs; one that only waits to be reaped by its new parent runs no more."""
    deadline = time.monotonic() + seconds
    while any(map(_runs, processes)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _name(process: psutil.Process) -> str:
    try:
        return f"{process.name()} (process {process.pid})"
    except psutil.Error:
        return f"process {process.pid}"


class Sleep:
    """Whether a program, children included, has done nothing for `seconds`: no work, nobody at it, no word."""

    def __init__(self, program: Program | None, seconds: float) -> None:
        self._program, self._seconds = program, seconds
        self._since = self._looked = time.monotonic()
        self._worked, self._wrote = -1.0, 0

    def long(self) -> bool:
        """Whether it has slept for so long by now."""
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            worked, awake = self._work()
            wrote = self._program.out.written + self._program.err.written if self._program else 0
            if awake or worked > self._worked + LITTLE_WORK or wrote > self._wrote:
                self._since, self._worked, self._wrote = now, worked, wrote
        return now - self._since >= self._seconds

    def _work(self) -> tuple[float, bool]:
        """The processor time of all its processes, and whether one of them is at work."""
        worked, awake = 0.0, False
        if self._program is None or self._program.process is None or self._program.code is not None:
            return worked, awake
        with contextlib.suppress(psutil.Error):
            own = psutil.Process(self._program.process.pid)
            for process in (own, *own.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    worked += times.user + times.system
                    awake = awake or process.status() not in {
                        psutil.STATUS_SLEEPING,
                        psutil.STATUS_IDLE,
                        psutil.STATUS_ZOMBIE,
                    }
        return worked, awake


class _Tail:
    """The end of what a stream brings."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._written = 0
        self._ended = False
        self._lock = threading.Lock()
        self._stream: IO[bytes] | None = None
        self._thread: threading.Thread | None = None

    def follow(self, stream: IO[bytes] | None) -> None:
        """Read `stream` to its end, in a thread."""
        assert stream is not None  # noqa: S101 (a pipe, as started above)
        os.set_blocking(stream.fileno(), False)
        self._stream = stream
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[bytes]) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while not self._ended:
                selector.select()
                self._take()
        with self._lock:
            stream.close()

    def _take(self) -> None:
        """Keep what is there by now; of a flood a part."""
        with self._lock:
            for _ in range(AT_ONCE):
                if self._stream is None or self._stream.closed:
                    return
                try:
                    data = os.read(self._stream.fileno(), KEPT)
                except BlockingIOError:
                    return
                if not data:
                    self._ended = True
                    return
                self._data += data
                self._written += len(data)
                del self._data[:-KEPT]

    def finish(self) -> None:
        """Wait a moment for what is still on its way."""
        if self._thread is not None:
            self._thread.join(1.0)

    @property
    def written(self) -> int:
        """How many bytes have been written to it by now, also where nobody has read them yet."""
        self._take()
        return self._written

    @property
    def text(self) -> str:
        """What has been written to it, its last part."""
        return self.since(0)

    def since(self, written: int) -> str:
        """What has been written to it after the first `written` bytes, its last part."""
        self._take()
        with self._lock:
            new = max(0, min(len(self._data), self._written - written))
            return bytes(self._data[len(self._data) - new :]).decode("utf-8", "replace")
