"""A front-end of our own: ZeroMQ sockets, our own signing, and a log of every frame.

    shell, control, stdin   DEALER, all with one identity, as the protocol asks for shell and stdin
    iopub                   SUB
    heartbeat               REQ

What comes is read whatever it is: a message whose signature does not verify is in the log, and says so.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import zmq
from zmq.utils.monitor import recv_monitor_message

from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.message import FrameError, Key, Message, parse, serialize, split

TYPES = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB, "heartbeat": zmq.REQ}
TICK = 0.05
# So many messages are read from one socket before the others are looked at, and so many bytes are kept.
AT_ONCE = 500
MAX_BYTES = 256 * 1024 * 1024
READY = "HANDSHAKE_SUCCEEDED"


@dataclass(frozen=True)
class Seen:
    """One multipart message on one of our sockets; `problem` says what is wrong with what came, empty if nothing is."""

    at: float
    channel: str
    to_kernel: bool
    frames: tuple[bytes, ...]
    message: Message | None = None
    problem: str = ""

    @property
    def msg_type(self) -> str:
        """The msg_type, empty for what is no message."""
        return self.message.msg_type if self.message else ""

    @property
    def parent_id(self) -> str:
        """The msg_id of the request this belongs to, empty where it names none."""
        return self.message.parent_id if self.message else ""


@dataclass
class Front:
    """Sockets connected to one kernel; `log` has everything that was sent and came, `events` what the sockets said."""

    connection: Connection
    context: zmq.Context[zmq.Socket[bytes]]
    ended: Callable[[], bool]
    channels: Sequence[str] = CHANNELS
    encrypt: bool = True
    session: str = field(default_factory=lambda: uuid.uuid4().hex)
    log: list[Seen] = field(default_factory=list)
    events: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began, self._size = time.monotonic(), 0
        self._sockets = {channel: self._open(channel) for channel in self.channels}
        self._monitors = {channel: each.get_monitor_socket() for channel, each in self._sockets.items()}
        self._poller = zmq.Poller()
        for each in (*self._sockets.values(), *self._monitors.values()):
            self._poller.register(each, zmq.POLLIN)
        self.events = {channel: [] for channel in self.channels}
        for channel, each in self._sockets.items():
            each.connect(self.connection.address(channel))

    def _open(self, channel: str) -> zmq.Socket[bytes]:
        opened = self.context.socket(TYPES[channel])
        opened.linger = 0
        opened.reconnect_ivl = 20
        opened.rcvhwm = 0
        if channel == "iopub":
            opened.subscribe(b"")
        elif channel == "heartbeat":
            opened.setsockopt(zmq.REQ_RELAXED, 1)
        else:
            opened.identity = self.session.encode()
        if self.connection.encrypted and self.encrypt:
            opened.curve_serverkey = self.connection.curve_publickey
            opened.curve_publickey, opened.curve_secretkey = zmq.curve_keypair()
        return opened

    @property
    def key(self) -> Key:
        """The connection's key."""
        return self.connection.key

    def connected(self, channel: str) -> bool:
        """Whether the ZeroMQ handshake on this channel has succeeded, socket types included."""
        return READY in self.events[channel]

    def send(self, channel: str, message: Message, key: Key | None = None) -> Seen:
        """Send `message`, signed with the connection's key or another."""
        return self.send_frames(channel, serialize(message, key or self.key), message)

    def send_frames(self, channel: str, frames: Sequence[bytes], message: Message | None = None) -> Seen:
        """Send these very frames; what cannot be sent at once (nobody is there) is dropped."""
        sent = Seen(self._now(), channel, True, tuple(frames), message)
        self.log.append(sent)
        with contextlib.suppress(zmq.Again):
            self._sockets[channel].send_multipart(list(frames), zmq.DONTWAIT)
        return sent

    def subscribe(self, topic: bytes) -> None:
        """Subscribe to one more topic on iopub."""
        self._sockets["iopub"].subscribe(topic)

    def pump(self, until: Callable[[], Any], seconds: float) -> bool:
        """Read what comes until `until()` is true, `seconds` have passed, or the program has ended and all is read."""
        deadline = time.monotonic() + seconds
        while not until():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            ended = self.ended()
            if not self._read(min(TICK, left)) and ended:
                return bool(until())
        return True

    def _read(self, seconds: float) -> bool:
        """Whether a message came within `seconds`; all that waits is read."""
        ready = dict(self._poller.poll(int(seconds * 1000) + 1))
        for channel, each in self._monitors.items():
            if each in ready:
                event = recv_monitor_message(each)
                self.events[channel].append(zmq.Event(event["event"]).name or "")
        for channel, each in self._sockets.items():
            for _ in range(AT_ONCE if each in ready else 0):
                try:
                    frames = each.recv_multipart(zmq.DONTWAIT)
                except zmq.ZMQError:  # nothing more is there, or (REQ) nothing more can be
                    break
                self._keep(self._seen(channel, frames))
        return any(each in ready for each in self._sockets.values())

    def _keep(self, seen: Seen) -> None:
        """Put a message into the log, as long as there is room: a kernel that floods us fills no memory."""
        self._size += sum(map(len, seen.frames))
        if self._size <= MAX_BYTES:
            self.log.append(seen)

    def _seen(self, channel: str, frames: list[bytes]) -> Seen:
        if channel == "heartbeat":
            return Seen(self._now(), channel, False, tuple(frames))
        message, problem = None, ""
        try:
            if not self.key.verifies(split(frames)):
                problem = "its signature does not verify"
            message = parse(frames)
        except FrameError as error:
            problem = f"no message: {error}"
        return Seen(self._now(), channel, False, tuple(frames), message, problem)

    def _now(self) -> float:
        return time.monotonic() - self._began

    def close(self) -> None:
        """Close the sockets; nothing lingers."""
        for channel, each in self._sockets.items():
            each.disable_monitor()
            self._monitors[channel].close(0)
            each.close(0)
