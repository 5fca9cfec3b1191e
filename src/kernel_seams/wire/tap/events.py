"""What ZeroMQ says about the tap's sockets: who connected, whose handshake failed. No other tool of Jupyter shows it.

A client with a wrong Curve key connects, fails and tries again for ever, ten times a second; after a few times only
the count of what repeats itself is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import zmq
from zmq.utils.monitor import parse_monitor_message

from kernel_seams.wire.tap.capture import Capture
from kernel_seams.wire.tap.loop import Loop, readable
from kernel_seams.wire.tap.loop import Socket as ZmqSocket
from kernel_seams.wire.trace import Gap, Socket

EVENTS = (
    zmq.EVENT_CONNECTED
    | zmq.EVENT_ACCEPTED
    | zmq.EVENT_ACCEPT_FAILED
    | zmq.EVENT_DISCONNECTED
    | zmq.EVENT_HANDSHAKE_SUCCEEDED
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
)
ALIKE = 10
AGAIN_SECONDS = 10.0


class SocketEvents:
    """Records what happens to sockets. `on_gone` is told channel and file descriptor of each client that goes away."""

    def __init__(self, loop: Loop, capture: Capture, on_gone: Callable[[str, int], None]) -> None:
        self._loop = loop
        self._capture = capture
        self._on_gone = on_gone
        self._monitors: dict[ZmqSocket, ZmqSocket] = {}
        self._seen: dict[tuple[str, str, str, int], tuple[int, float]] = {}
        self._alive: set[tuple[ZmqSocket, int]] = set()
        self.lost_at: float | None = None

    def watch(self, socket: ZmqSocket, channel: str, side: str) -> None:
        """Listen to what is said about `socket` from now on."""
        monitor = socket.get_monitor_socket(EVENTS)
        self._monitors[socket] = monitor
        self._loop.add(monitor, lambda: self.read(socket, channel, side))

    def read(self, socket: ZmqSocket, channel: str, side: str) -> None:
        """Take note of all that has been said about `socket` so far."""
        monitor = self._monitors.get(socket)
        while monitor is not None and readable(monitor):
            self._note(socket, channel, side, monitor.recv_multipart())
            monitor = self._monitors.get(socket)

    def forget(self, socket: ZmqSocket) -> None:
        """Stop listening to `socket`, which is to be closed."""
        monitor = self._monitors.pop(socket)
        self._loop.remove(monitor)
        socket.disable_monitor()
        monitor.close(0)
        self._alive = {each for each in self._alive if each[0] is not socket}

    @property
    def kernel_is_connected(self) -> bool:
        """Whether any socket towards the kernel is connected."""
        return bool(self._alive)

    def close(self) -> None:
        """Tell what is still untold, and stop."""
        for count, _ in self._seen.values():
            self._tell(count)
        for socket in list(self._monitors):
            self.forget(socket)

    def _note(self, socket: ZmqSocket, channel: str, side: str, frames: list[bytes]) -> None:
        told = parse_monitor_message(frames)
        event, value = str(zmq.Event(told["event"]).name), int(told["value"])
        if side == "back":
            self._note_kernel(socket, event, value)
        elif event == "DISCONNECTED":
            self._on_gone(channel, value)
        value = value if event.startswith("HANDSHAKE_FAILED") else 0  # otherwise the number of a file
        if self._is_new((channel, side, event, value)):
            self._capture.record(Socket(t=time.time_ns(), channel=channel, side=side, event=event, value=value))

    def _note_kernel(self, socket: ZmqSocket, event: str, file: int) -> None:
        """Keep up which sockets the kernel is connected to, and since when to none that it was connected to."""
        if event == "CONNECTED":
            self._alive.add((socket, file))
            self.lost_at = None
        elif event == "DISCONNECTED" and (socket, file) in self._alive:
            self._alive.discard((socket, file))
            self.lost_at = None if self._alive else time.monotonic()

    def _is_new(self, what: tuple[str, str, str, int]) -> bool:
        """Whether this has not happened more than `ALIKE` times lately."""
        now = time.monotonic()
        count, since = self._seen.get(what, (0, now))
        if now - since > AGAIN_SECONDS:
            self._tell(count)
            count, since = 0, now
        self._seen[what] = count + 1, since
        return count < ALIKE

    def _tell(self, count: int) -> None:
        if count > ALIKE:
            self._capture.record(Gap(t=time.time_ns(), count=count - ALIKE, why="repeated"))
