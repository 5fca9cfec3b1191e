"""The clients as the kernel sees them: one connection each, under the identity that each has without the tap.

A kernel sends a reply to the identity that a request came with, and asks for input under the same identity on another
socket. So each client of the tap gets a DEALER of its own towards the kernel, with its own identity, on each channel
that it uses, and on stdin as soon as it uses shell. (A single DEALER, with the client's identity as a second frame,
would be simpler: ipykernel sends both frames back. Deno sends back only the first, and its replies would be lost.)

A DEALER is closed when its client has gone: ZeroMQ names the file descriptor that a message came through, and its
socket monitor the one that was closed. It is kept for a while: a client with an identity may come back (a page is
loaded again), and to a kernel a second connection of one name before the first is closed is none; and a reply that
finds its client gone is to be in the trace, or it would look as if the kernel had sent none.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import zmq

from kernel_seams.wire.connection import Connection
from kernel_seams.wire.tap.loop import Frame, Socket

LINGER_MILLISECONDS = 1000
RECONNECT_MILLISECONDS = 20
AWAY_SECONDS = 5.0
NOBODY = b""


@dataclass(eq=False)
class Back:
    """A client's connection to the kernel on one channel; `file` is the descriptor it was last heard through.

    `gone_at` says since when the client is away, in seconds of the monotonic clock. `stuck` is what the kernel does
    not take yet, `unread` what the client does not.
    """

    channel: str
    client: bytes
    socket: Socket
    file: int = -1
    gone_at: float | None = None
    stuck: deque[Sequence[Frame]] = field(default_factory=deque)
    unread: deque[Sequence[Frame]] = field(default_factory=deque)


class Clients:
    """The connections to the kernel, by channel and client. NOBODY is a client without an identity."""

    def __init__(self, context: zmq.Context[Socket], inner: Connection) -> None:
        self._context = context
        self._inner = inner
        self._backs: dict[tuple[str, bytes], Back] = {}

    def __iter__(self) -> Iterator[Back]:
        return iter(list(self._backs.values()))

    def find(self, channel: str, client: bytes) -> Back | None:
        """The connection of a client on a channel, if it has one."""
        return self._backs.get((channel, client))

    def add(self, channel: str, client: bytes, watch: Callable[[Back], None]) -> Back:
        """Connect a client to the kernel on one more channel; `watch` is called before that."""
        socket = self.socket(zmq.DEALER)
        # One that ZeroMQ made up, it begins with a zero byte, would be taken for another client's by the kernel.
        if client and not client.startswith(b"\0"):
            socket.setsockopt(zmq.IDENTITY, client)
        back = self._backs[channel, client] = Back(channel, client, socket)
        watch(back)
        socket.connect(self._inner.address(channel))
        return back

    def gone(self, channel: str, file: int) -> None:
        """Take note that whoever was connected to a channel through `file` has gone."""
        # A file that was closed is somebody else's next: whoever has gone already has gone through it before.
        gone = [back for back in self if (back.channel, back.file, back.gone_at) == (channel, file, None)]
        if channel == "shell":  # and what was opened for them on stdin, in case they would be asked
            names = {back.client for back in gone}
            gone += [back for back in self if back.channel == "stdin" and back.file < 0 and back.client in names]
        for back in gone:
            back.gone_at = time.monotonic()

    def expired(self) -> list[Back]:
        """Forget those who have been away for long enough; their connections, still to be closed."""
        now = time.monotonic()
        expired = [back for back in self if back.gone_at is not None and now - back.gone_at >= AWAY_SECONDS]
        for back in expired:
            del self._backs[back.channel, back.client]
        return expired

    def socket(self, kind: int) -> Socket:
        """A socket towards the kernel, not yet connected."""
        socket = self._context.socket(kind)
        if self._inner.encrypted:
            socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
            socket.curve_serverkey = self._inner.curve_publickey
        socket.reconnect_ivl = RECONNECT_MILLISECONDS
        socket.linger = LINGER_MILLISECONDS
        return socket
