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

    def fileno(self) -> int:
        """The socket's descriptor, so that `select` takes a channel."""
        return self.socket.fileno()

    def send(self, message: Any, descriptors: tuple[int, ...] = ()) -> None:
        """Send a message, and with it duplicates of `descriptors`. `Gone`, or `Malformed` if it is too long."""
        text = json.dumps(message).encode()
        if len(text) > self.longest:
            raise Malformed(f"a message of {len(text)} bytes")
        data = LENGTH.pack(len(text)) + text
        try:
            sent = socket.send_fds(self.socket, [data], list(descriptors)) if descriptors else 0
            if sent < len(data):  # to send nothing is refused where the other end has gone already
                self.socket.sendall(memoryview(data)[sent:])
        except OSError as error:
            raise Gone(str(error)) from error

    def receive(self, seconds: float | None = None) -> Any:
        """The next message. `Gone`, `Late` if it is not whole within `seconds`, `Malformed`."""
        return self.receive_with(seconds)[0]

    def receive_with(self, seconds: float | None = None, descriptors: int = 0) -> tuple[Any, list[int]]:
        """The next message, and the descriptors that came with it, at most so many."""
        deadline = None if seconds is None else time.monotonic() + seconds
        head, came = self._exactly(LENGTH.size, deadline, descriptors)
        (length,) = LENGTH.unpack(head)
        if length > self.longest:
            raise Malformed(f"a message of {length} bytes")
        text, _ = self._exactly(length, deadline)
        try:
            return json.loads(text), came
        except (ValueError, RecursionError) as error:
            raise Malformed(str(error)[:200]) from error

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def _exactly(self, size: int, deadline: float | None, descriptors: int = 0) -> tuple[bytes, list[int]]:
        data = bytearray()
        came: list[int] = []
        while len(data) < size:
            if deadline is not None:
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                    raise Late
            try:
                if descriptors:
                    piece, came, _, _ = socket.recv_fds(self.socket, size - len(data), descriptors)
                    descriptors = 0
                else:
                    piece = self.socket.recv(min(size - len(data), 1 << 20))
            except OSError as error:
                raise Gone(str(error)) from error
            if not piece:
                raise Gone("closed")
            data += piece
        return bytes(data), came
