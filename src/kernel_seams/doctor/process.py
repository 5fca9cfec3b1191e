"""Run a stranger's program: bounded in time and in bytes, with everything it started ended afterwards."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_BYTES = 1024 * 1024
EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM}


@dataclass(frozen=True)
class Ran:
    """What came of running a program.

    `code` is the exit code (negative: the signal that ended it), None where it
    could not be started or had to be ended; `error` is the system's reason why
    it could not be started; `too_much` says it was ended for printing too much.
    """

    code: int | None
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    timed_out: bool = False
    too_much: bool = False
    error: OSError | None = None

    @property
    def exhausted(self) -> bool:
        """Whether it could not be started for want of something here, which says nothing about the program."""
        return self.error is not None and self.error.errno in EXHAUSTED

    @property
    def last_words(self) -> str:
        """The last line that says something on stderr, else on stdout, else nothing."""
        lines = [line.strip() for line in (self.stderr or self.stdout).splitlines() if line.strip()]
        return lines[-1] if lines else ""


def run(
    command: Sequence[str], *, environment: Mapping[str, str], seconds: float, folder: str = "/", given: str = ""
) -> Ran:
    """Run `command` in `folder` for at most `seconds`, with `given` (short) as its input."""
    started = time.monotonic()
    try:
        child = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in an argument
        return Ran(None, error=error if isinstance(error, OSError) else OSError(0, str(error)))
    with child:
        if child.stdin is not None:
            with contextlib.suppress(OSError):
                child.stdin.write(given.encode())
                child.stdin.close()
        try:
            written, finished = _read(child, started + seconds)
        finally:
            _end(child)
        too_much = not finished and time.monotonic() < started + seconds
    return Ran(
        child.returncode if finished else None,
        _text(written[0]),
        _text(written[1]),
        time.monotonic() - started,
        timed_out=not finished and not too_much,
        too_much=too_much,
    )


def _read(child: subprocess.Popen[bytes], deadline: float) -> tuple[tuple[bytes, bytes], bool]:
    """What the child wrote, and whether it ended by itself within the bounds."""
    assert child.stdout is not None  # noqa: S101 (both are pipes, as started above)
    assert child.stderr is not None  # noqa: S101
    buffers = {child.stdout.fileno(): bytearray(), child.stderr.fileno(): bytearray()}
    finished = True
    with selectors.DefaultSelector() as selector:
        for number in buffers:
            selector.register(number, selectors.EVENT_READ)
        while selector.get_map() and finished:
            # A grandchild may hold the pipes open after the child has gone: the child's end is the end.
            ended = child.poll() is not None
            ready = selector.select(0 if ended else min(0.05, max(0.0, deadline - time.monotonic())))
            for key, _ in ready:
                data = os.read(key.fd, 65536)
                buffers[key.fd] += data
                if not data:
                    selector.unregister(key.fd)
            if ended and not ready:
                break
            finished = time.monotonic() < deadline and sum(map(len, buffers.values())) <= MAX_BYTES
    if finished:
        finished = _wait(child, deadline)
    out, error = (bytes(buffers[number]) for number in (child.stdout.fileno(), child.stderr.fileno()))
    return (out, error), finished


def _wait(child: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        child.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started."""
    with contextlib.suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _text(data: bytes) -> str:
    return data[:MAX_BYTES].decode("utf-8", "replace")
