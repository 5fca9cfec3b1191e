"""The tap's end of the capture: take a copy and go on, whatever becomes of it.

    relay, pumps  ->  queue, at most `budget` bytes and one message  ->  a thread  ->  a stream socket  ->  the keeper

Whoever puts something here never waits. When the keeper does not keep up, because the disk is slow or it has died,
messages are left out and counted, until half of the budget is free again; then a `gap` record says how many.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from kernel_seams.wire.connection import CHANNELS
from kernel_seams.wire.tap.faults import NAMES
from kernel_seams.wire.trace import DIRECTIONS, Fault, Gap, Kernel, Record, encode

BUDGET = 32 * 1024 * 1024
BATCH = 256 * 1024
# What a frame costs in this process besides its bytes, about.
FRAME_OVERHEAD = 64
FRAMES, RECORD, BYE = b"F", b"R", b"B"
# kind, then: time in ns, channel, direction, 1 + fault (0: none), dropped, number of frames; sizes follow, then frames
HEAD = struct.Struct("<cqBBBBI")
SIZE = struct.Struct("<Q")
CHANNEL_NUMBER = {name: number for number, name in enumerate(CHANNELS)}
DIRECTION_NUMBER = {name: number for number, name in enumerate(DIRECTIONS)}
FAULT_NUMBER: dict[str | None, int] = {None: 0, **{name: number for number, name in enumerate(NAMES, 1)}}


@dataclass(frozen=True)
class Copied:
    """A message as it crossed."""

    t: int
    channel: str
    direction: str
    frames: Sequence[bytes]
    fault: str | None = None
    dropped: bool = False

    def pieces(self) -> list[bytes]:
        """The message as it is written to the keeper."""
        numbers = CHANNEL_NUMBER[self.channel], DIRECTION_NUMBER[self.direction], FAULT_NUMBER[self.fault]
        head = HEAD.pack(FRAMES, self.t, *numbers, self.dropped, len(self.frames))
        return [head, *(SIZE.pack(len(frame)) for frame in self.frames), *self.frames]


class Capture:
    """Copies of what crosses, on their way to the keeper at the other end of `link`."""

    def __init__(self, link: socket.socket, budget: int = BUDGET) -> None:
        self._link = link
        self._budget = budget
        self._queue: SimpleQueue[tuple[int, Copied | Record] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._put = self._sent = 0
        self._gap: Gap | None = None
        self.left_out = 0
        self.broken = False
        self._thread = threading.Thread(target=self._send, name="capture", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many bytes wait to be written."""
        return self._put - self._sent

    def frames(
        self,
        t: int,
        channel: str,
        direction: str,
        frames: Sequence[bytes],
        fault: str | None = None,
        dropped: bool = False,
    ) -> None:
        """Keep a copy of a message that was seen at `t` (ns since the epoch)."""
        size = sum(map(len, frames)) + FRAME_OVERHEAD * (len(frames) + 2)
        self._enqueue(size, Copied(t, channel, direction, frames, fault, dropped))

    def record(self, record: Record) -> None:
        """Keep a record; those that are few and tell what happened to the session are kept whatever waits."""
        self._enqueue(512 + len(getattr(record, "text", "")), record, always=isinstance(record, Kernel | Fault))

    def close(self, seconds: float) -> bool:
        """Write what waits, and wait until it is on the disk; whether that was within so many seconds."""
        self._queue.put(None)
        self._thread.join(seconds)
        self._link.settimeout(seconds)
        with contextlib.suppress(OSError):
            return not self._thread.is_alive() and not self._link.recv(1)  # the keeper hangs up when all is written
        return False

    def _enqueue(self, size: int, item: Copied | Record, always: bool = False) -> None:
        with self._lock:
            allowed = self._budget // 2 if self._gap else self._budget
            if self.broken or (self.waiting and self.waiting + size > allowed and not always):
                before = self._gap or Gap(t=item.t)
                self._gap = Gap(t=before.t, count=before.count + 1, bytes=before.bytes + size)
                self.left_out += 1
                return
            self._put += size
            if self._gap:
                self._queue.put((0, self._gap))
                self._gap = None
            self._queue.put((size, item))

    def _send(self) -> None:
        """Write to the keeper whatever comes, several small things at once."""
        going = True
        while going:
            item, size, pieces = self._queue.get(), 0, []
            while True:
                if item is None:
                    going = False
                    pieces += self._last_words()
                    break
                size += item[0]
                pieces += _pieces(item[1])
                if size >= BATCH or self._queue.empty():
                    break
                item = self._queue.get()
            try:
                self._write(pieces)
            except OSError:
                self.broken = True  # the keeper is gone; the notebook goes on
            self._sent += size

    def _write(self, pieces: list[bytes]) -> None:
        if self.broken:
            return
        small: list[bytes] = []
        for piece in pieces:
            if len(piece) < BATCH:
                small.append(piece)
                continue
            self._link.sendall(b"".join(small))
            small = []
            self._link.sendall(piece)
        self._link.sendall(b"".join(small))

    def _last_words(self) -> list[bytes]:
        return [*(_pieces(self._gap) if self._gap else []), BYE]


def _pieces(item: Copied | Record) -> list[bytes]:
    if isinstance(item, Copied):
        return item.pieces()
    line = encode(item)
    return [RECORD, SIZE.pack(len(line)), line]
