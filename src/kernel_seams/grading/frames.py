"""Messages between the grader's processes: JSON with its length before it, at most so long, over a socket.

    4 bytes   n, the larger digits first
    n bytes   JSON

Whoever is at the other end is not trusted.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from typing import Any

__all__ = ["Channel", "Gone", "Late", "Malformed"]

LENGTH = struct.Struct(">I")
LONGEST = 16 * 1024 * 1024


class Gone(Exception):  # noqa: N818  (what happened, as its name says)
    """The other end is closed."""


class Late(Exception):  # noqa: N818
    """Nothing came in time."""


class Malformed(Exception):  # noqa: N818
    """What came is no message, or too long for one."""


class Channel:
    """One end of a socket, for messages."""

    def __init__(self, sock: socket.socket, longest: int = LONGEST) -> None:
        self.socket = sock
        self.longest = longest
        self._read = bytearray()

    def fileno(self) -> int:
        """The socket's descriptor, so that `select` takes a channel."""
        return self.socket.fileno()

    def send(self, message: Any, descriptors: tuple[int, ...] = (), seconds: float | None = None) -> None:
        """Send a message, and with it duplicates of `descriptors`.

        `Gone`, `Malformed` if it is too long, `Late` if the other end does not
        take it within `seconds`: then there is half a message in between, for good.
        """
        text = json.dumps(message).encode()
        if len(text) > self.longest:
            raise Malformed(f"a message of {len(text)} bytes")
        data = memoryview(LENGTH.pack(len(text)) + text)
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            if descriptors:
                data = data[socket.send_fds(self.socket, [data], list(descriptors)) :]
            while data:  # to send nothing is refused where the other end has gone already
                try:
                    data = data[self.socket.send(data, socket.MSG_DONTWAIT) :]
                except BlockingIOError:
                    if not _ready([], [self.socket], deadline):
                        raise Late from None
        except OSError as error:
            raise Gone(str(error)) from error

    def receive(self, seconds: float | None = None) -> Any:
        """The next message. `Gone`, `Late` if it is not whole within `seconds`, `Malformed`."""
        return self.receive_with(seconds)[0]

    def receive_with(self, seconds: float | None = None, descriptors: int = 0) -> tuple[Any, list[int]]:
        """The next message, and the descriptors that came with it, at most so many.

        `Late` loses nothing: what has come of a message is the beginning of the next answer.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        came = self._fill(LENGTH.size, deadline, descriptors)
        (length,) = LENGTH.unpack(self._read[: LENGTH.size])
        if length > self.longest:
            raise Malformed(f"a message of {length} bytes")
        self._fill(LENGTH.size + length, deadline)
        text, self._read = bytes(self._read[LENGTH.size :]), bytearray()
        try:
            return json.loads(text), came
        except (ValueError, RecursionError) as error:
            raise Malformed(str(error)[:200]) from error

    def receive_bytes(self, size: int, seconds: float | None = None) -> bytes:
        """The next `size` bytes, which are no message. `Gone`, `Late`."""
        self._fill(size, None if seconds is None else time.monotonic() + seconds)
        data, self._read = bytes(self._read), bytearray()
        return data

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def _fill(self, size: int, deadline: float | None, descriptors: int = 0) -> list[int]:
        """Read until `size` bytes of the message have come, and none beyond: the descriptors that came with them."""
        came: list[int] = []
        while len(self._read) < size:
            if not _ready([self.socket], [], deadline):
                raise Late
            missing = size - len(self._read)
            try:
                if descriptors:
                    piece, came, _, _ = socket.recv_fds(self.socket, missing, descriptors)
                    descriptors = 0
                else:
                    piece = self.socket.recv(min(missing, 1 << 20))
            except OSError as error:
                raise Gone(str(error)) from error
            if not piece:
                raise Gone("closed")
            self._read += piece
        return came


def _ready(reads: list[socket.socket], writes: list[socket.socket], deadline: float | None) -> bool:
    """Wait until one of the sockets is ready, at most until the deadline; whether one is."""
    left = None if deadline is None else max(0.0, deadline - time.monotonic())
    return any(select.select(reads, writes, [], left))
