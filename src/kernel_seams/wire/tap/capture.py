"""The tap's end of the capture: take a copy and go on, whatever becomes of it.

    relay, pumps  ->  at most `budget` bytes and one message  ->  a stream socket  ->  the keeper

Whoever puts something here never waits. It goes off when there is nothing else to do, and at once if the socket has
room for it; for the rest there is a thread. When the keeper does not keep up, because the disk is slow or it has died,
messages are left out and counted, until half of the budget is free again; then a `gap` record says how many.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Sequence
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


class Capture:
    """Copies of what crosses, on their way to the keeper at the other end of `link`."""

    def __init__(self, link: socket.socket, budget: int = BUDGET) -> None:
        self._link = link
        self._budget = budget
        self._fresh: list[bytes] = []
        self._fresh_size = 0
        self._queue: SimpleQueue[tuple[int, list[bytes]] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._put = self._sent = 0
        self._gap: Gap | None = None
        self.left_out = 0
        self.broken = self._closed = False
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
        numbers = CHANNEL_NUMBER[channel], DIRECTION_NUMBER[direction], FAULT_NUMBER[fault]
        sizes = [len(frame) for frame in frames]
        pieces = [HEAD.pack(FRAMES, t, *numbers, dropped, len(sizes)), *map(SIZE.pack, sizes), *frames]
        self._keep(t, sum(sizes) + FRAME_OVERHEAD * (len(sizes) + 2), pieces)

    def record(self, record: Record) -> None:
        """Keep a record; those that are few and tell what happened to the session are kept whatever waits."""
        size = 512 + len(getattr(record, "text", ""))
        self._keep(record.t, size, _pieces(record), always=isinstance(record, Kernel | Fault))

    def flush(self) -> None:
        """Send off what was kept since the last time: whoever keeps something calls this before it waits."""
        with self._lock:
            self._send_off()

    def close(self, seconds: float) -> bool:
        """Write what waits, and wait until it is on the disk; whether that was within so many seconds."""
        with self._lock:
            self._send_off()
            self._closed = True  # a pump may still have something to say, and after the goodbye nobody listens
        self._queue.put(None)
        self._thread.join(seconds)
        self._link.settimeout(seconds)
        with contextlib.suppress(OSError):
            return not self._thread.is_alive() and not self._link.recv(1)  # the keeper hangs up when all is written
        return False

    def _keep(self, t: int, size: int, pieces: list[bytes], always: bool = False) -> None:
        with self._lock:
            if self._closed:
                return
            allowed = self._budget // 2 if self._gap else self._budget
            if self.broken or (self.waiting and self.waiting + size > allowed and not always):
                before = self._gap or Gap(t=t)
                self._gap = Gap(t=before.t, count=before.count + 1, bytes=before.bytes + size)
                self.left_out += 1
                return
            if self._gap:
                self._fresh += _pieces(self._gap)
                self._gap = None
            self._fresh += pieces
            self._fresh_size += size
            self._put += size
            if self._fresh_size >= BATCH:
                self._send_off()

    def _send_off(self) -> None:
        """Send at once what the link takes at once; the thread is for the rest, it would cost two switches more."""
        pieces, size = self._fresh, self._fresh_size
        self._fresh, self._fresh_size = [], 0
        if size < BATCH and self.waiting == size:  # it is small, and nothing is before it
            pieces = self._left_of(b"".join(pieces))
        if pieces:
            self._queue.put((size, pieces))
        else:
            self._sent += size

    def _left_of(self, data: bytes) -> list[bytes]:
        """What the link does not take without waiting."""
        try:
            left = data[self._link.send(data, socket.MSG_DONTWAIT) :] if data else data
        except BlockingIOError:
            left = data
        except OSError:
            self.broken, left = True, b""
        return [left] if left else []

    def _send(self) -> None:
        """Write to the keeper whatever comes, several small things at once."""
        while (item := self._queue.get()) is not None:
            size, pieces = item
            while size < BATCH and not self._queue.empty() and (item := self._queue.get()) is not None:
                size += item[0]
                pieces += item[1]
            self._write(pieces)
            with self._lock:
                self._sent += size
            if item is None:
                break
        self._write([*(_pieces(self._gap) if self._gap else []), BYE])

    def _write(self, pieces: list[bytes]) -> None:
        """Write, unless the keeper is gone: the notebook goes on."""
        if self.broken:
            return
        small: list[bytes] = []
        try:
            for piece in pieces:
                if len(piece) < BATCH:
                    small.append(piece)
                    continue
                self._link.sendall(b"".join(small))
                small = []
                self._link.sendall(piece)
            self._link.sendall(b"".join(small))
        except OSError:
            self.broken = True


def _pieces(record: Record) -> list[bytes]:
    line = encode(record)
    return [RECORD, SIZE.pack(len(line)), line]
