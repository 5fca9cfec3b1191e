"""The keeper: a process beside the tap that writes the trace, and ends the kernel if the tap is killed.

It is forked from the tap and lives in a session of its own, so a SIGKILL to the tap's process group, which is how
Jupyter ends a kernel that does not go by itself, leaves it time to write down what was still on its way. It works
with what waits in the socket, so its memory is one message; a disk that hangs holds up nobody but itself.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.recording import Recorder
from kernel_seams.wire.tap import ports
from kernel_seams.wire.tap.capture import BYE, FRAMES, HEAD, SIZE
from kernel_seams.wire.tap.faults import NAMES
from kernel_seams.wire.trace import DIRECTIONS, Frames, Kernel, Record, Session, Stderr, Stdout, decode
from kernel_seams.wire.verdict import PASSWORD, SECRET, Discretion, Judge

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER = 1024 * 1024
PLENTY = 64 * 1024
REST_SECONDS = 0.02
BUSY_SECONDS = 0.1


@dataclass(frozen=True)
class Duties:
    """What the keeper is to do: where to write, what it may not write, whom to end, what to remove."""

    trace: Path
    session: Session
    connection: Connection
    leftovers: Sequence[Path] = ()


def start(duties: Duties, close: Callable[[], None]) -> tuple[int, socket.socket]:
    """Fork the keeper; its process number and the socket that leads to it.

    `close` lets go, in the keeper, of what belongs to the tap alone. Call it before any thread exists.
    """
    ours, theirs = socket.socketpair()
    number = os.fork()
    if number:
        theirs.close()
        return number, ours
    code = 1
    try:
        ours.close()
        close()
        _leave_the_tap()
        with io.BufferedReader(Gulps(theirs), BUFFER) as link:
            Keeper(duties).keep(link)
        code = 0
    finally:
        os._exit(code)


def _leave_the_tap() -> None:
    """A session of its own, and none of the tap's signals and streams."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


class Gulps(io.RawIOBase):
    """What comes from the tap, a while after it came: so that a request is written down when it is over.

    To be woken for each message would take the processor from the kernel and the front-end, which somebody waits for.
    """

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._no_rest_until = 0.0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read what is there once something is: at once while much comes, else a moment later, for there is more."""
        space = memoryview(buffer)
        count = self._link.recv_into(space)
        if count >= PLENTY:
            self._no_rest_until = time.monotonic() + BUSY_SECONDS
        elif count and time.monotonic() > self._no_rest_until:
            time.sleep(REST_SECONDS)
            with contextlib.suppress(BlockingIOError):
                count += self._link.recv_into(space[count:], 0, socket.MSG_DONTWAIT)
        return count


class Keeper:
    """Reads what the tap has copied and writes the trace."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties
        connection = duties.connection
        self._judge = Judge(connection.key)
        self._discretion = Discretion([connection.key.key, connection.curve_secretkey])
        self._recorder = Recorder(duties.trace, duties.session)
        self._alive = duties.session.pid

    def keep(self, link: IO[bytes]) -> None:
        """Write until the tap says goodbye, or is gone without a word: then the kernel goes too."""
        try:
            while (kind := link.read(1)) and kind != BYE:
                self._recorder.write(self._frames(link, kind) if kind == FRAMES else self._record(link))
        except (ValueError, OSError):
            kind = b""  # torn in the middle of a message
        if self._alive and kind != BYE:
            self._end_the_kernel(self._alive)
        self._recorder.close()
        ports.remove([*self._duties.leftovers])

    def _end_the_kernel(self, pid: int) -> None:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        self._recorder.write(Kernel(t=time.time_ns(), state="exited", code=-signal.SIGKILL))

    def _frames(self, link: IO[bytes], kind: bytes) -> Record:
        head = HEAD.unpack(kind + _exactly(link, HEAD.size - 1))
        _, t, channel, direction, fault, dropped, count = head
        sizes = [SIZE.unpack(_exactly(link, SIZE.size))[0] for _ in range(count)]
        frames = [_exactly(link, size) for size in sizes]
        where = CHANNELS[channel], DIRECTIONS[direction]
        withheld = self._discretion.withheld(*where, frames)
        is_message = where[0] != "heartbeat" and where != ("iopub", "to_kernel")
        # What the tap itself took off the wire was never seen by the one who would judge it.
        judge = Judge(self._duties.connection.key) if dropped else self._judge
        return Frames(
            t=t,
            channel=where[0],
            direction=where[1],
            frames=tuple(None if at in withheld else frame for at, frame in enumerate(frames)),
            sizes=tuple(0 if withheld.get(at) == PASSWORD else size for at, size in enumerate(sizes)),
            verdict=judge.verdict(where[1], frames) if is_message else None,
            fault=NAMES[fault - 1] if fault else None,
            dropped=bool(dropped),
            withheld=withheld,
        )

    def _record(self, link: IO[bytes]) -> Record:
        record = decode(_exactly(link, SIZE.unpack(_exactly(link, SIZE.size))[0]))
        if isinstance(record, Kernel) and record.state == "exited":
            self._alive = None
        if isinstance(record, Stderr | Stdout) and self._discretion.tells(record.text.encode(errors="replace")):
            return replace(record, text=f"(withheld: {SECRET})")
        return record


def _exactly(link: IO[bytes], size: int) -> bytes:
    data = link.read(size)
    if len(data) < size:
        raise ValueError("the tap is gone")
    return data
