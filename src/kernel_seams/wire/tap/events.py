"""What ZeroMQ says about the tap's sockets: who connected, whose handshake failed. No other tool of Jupyter shows it.

A client with a wrong Curve key connects, fails and tries again for ever, ten times a second; a thread listens, and
after a few times keeps only the count of what repeats itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

import zmq
from zmq.utils.monitor import parse_monitor_message

from kernel_seams.wire.tap.capture import Capture
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
    """Records what happens to `sockets`, named by channel and side, until `stop`."""

    def __init__(self, sockets: Mapping[tuple[str, str], zmq.Socket[bytes]], capture: Capture) -> None:
        self._capture = capture
        self._names = {socket.get_monitor_socket(EVENTS): name for name, socket in sockets.items()}
        self._seen: dict[tuple[str, str, str, int], tuple[int, float]] = {}
        self.connected: set[str] = set()
        self.lost_at: float | None = None
        self._thread = threading.Thread(target=self._listen, name="socket events", daemon=True)

    def start(self) -> None:
        """Begin to listen, before the sockets are bound and connected."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Wait until the thread has seen that the context is at its end."""
        self._thread.join(seconds)

    def _listen(self) -> None:
        poller = zmq.Poller()
        for monitor in self._names:
            poller.register(monitor, zmq.POLLIN)
        try:
            while True:
                for monitor, _ in poller.poll():
                    self._note(self._names[monitor], monitor.recv_multipart())
        except zmq.ZMQError:
            pass  # the context is at its end
        for count, _ in self._seen.values():
            self._tell(count)
        for monitor in self._names:
            monitor.close(0)

    def _note(self, name: tuple[str, str], frames: list[bytes]) -> None:
        told = parse_monitor_message(frames)
        event = str(zmq.Event(told["event"]).name)
        channel, side = name
        if side == "back":
            self._note_kernel(channel, event)
        value = told["value"] if event.startswith("HANDSHAKE_FAILED") else 0  # otherwise the number of a file
        if self._is_new((channel, side, event, value)):
            self._capture.record(Socket(t=time.time_ns(), channel=channel, side=side, event=event, value=value))

    def _note_kernel(self, channel: str, event: str) -> None:
        """Keep up which channels the kernel is connected on, and since when it is on none that it was on."""
        if event == "CONNECTED":
            self.connected.add(channel)
            self.lost_at = None
        elif event == "DISCONNECTED":
            self.connected.discard(channel)
            self.lost_at = self.lost_at or (None if self.connected else time.monotonic())

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
