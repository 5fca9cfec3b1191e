"""The relay: every frame passed on as it came, in one thread that waits for nobody.

    shell, stdin, control, heartbeat   a ROUTER for all clients; for each client a DEALER towards the kernel
    iopub                              an XPUB for all clients; an XSUB towards the kernel, and each subscription goes
                                       on to it, also the second of its kind

With Curve the front is the server and the back a client, both with the keys of the connection file.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import zmq

from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.tap.capture import Capture
from kernel_seams.wire.tap.clients import NOBODY, Back, Clients
from kernel_seams.wire.tap.events import SocketEvents
from kernel_seams.wire.tap.faults import SWAP_SECONDS, Faults, Passage
from kernel_seams.wire.tap.fronts import front_socket
from kernel_seams.wire.tap.later import Later
from kernel_seams.wire.tap.loop import Frame, Loop, Socket, copied, receive, send
from kernel_seams.wire.trace import TO_CLIENT, TO_KERNEL, Fault

RETRY_SECONDS = 0.01


@dataclass
class Passed:
    """How much has crossed in one direction of a channel."""

    messages: int = 0
    bytes: int = 0


class Relay:
    """The sockets of a tap. `bind` raises `zmq.ZMQError` if an address of `outer` cannot be bound."""

    def __init__(
        self, loop: Loop, capture: Capture, faults: Faults, context: zmq.Context[Socket], inner: Connection
    ) -> None:
        self._loop, self._capture, self._context = loop, capture, context
        self.faults = faults
        ways = itertools.product(CHANNELS, (TO_KERNEL, TO_CLIENT))
        self.passed: dict[tuple[str, str], Passed] = {way: Passed() for way in ways}
        self._inner = inner
        self._clients = Clients(context, inner)
        self.events = SocketEvents(loop, capture, self._clients.gone)
        self._fronts: dict[str, Socket] = {}
        self._slow: set[Back] = set()
        self._full: dict[str, set[Back]] = {channel: set() for channel in CHANNELS}
        self._iopub = self._clients.socket(zmq.XSUB)
        self._later: Later[tuple[str, str, Passage]] = Later()

    def bind(self, outer: Connection) -> Connection:
        """Bind towards the clients; the connection with the ports that were bound where it says 0."""
        ports = {}
        for channel in CHANNELS:
            front = self._fronts[channel] = front_socket(self._context, channel, outer)
            self.events.watch(front, channel, "front")
            front.bind(outer.address(channel))
            ports[channel] = outer.ports[channel] or int(front.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2])
        return outer.at(ports)

    def start(self) -> None:
        """Connect iopub to the kernel and begin to pass on."""
        self.events.watch(self._iopub, "iopub", "back")
        self._iopub.connect(self._inner.address("iopub"))
        self._loop.add(self._iopub, self._from_iopub)
        for channel, front in self._fronts.items():
            self._loop.add(front, self._reader(channel))

    def _reader(self, channel: str) -> Callable[[], None]:
        return self._to_iopub if channel == "iopub" else lambda: self._from_clients(channel)

    def hear_all(self) -> None:
        """Subscribe to all of iopub, whatever the clients of this tap subscribe to."""
        self._iopub.send(b"\x01")

    def turn(self, seconds: float) -> bool:
        """Pass on what is there, after waiting for it for at most so many seconds; whether there was anything."""
        if self._loop.idle:
            self._capture.flush()
        due = self._later.seconds()
        waits = [seconds, *([due] if due is not None else []), *([RETRY_SECONDS] if self._slow else [])]
        busy = self._loop.turn(min(waits))
        self._release()
        if self._slow:
            self._retry()
        if not busy:
            self._close_expired()
        return busy

    def tell_faults(self) -> None:
        """Write down what happened to the faults."""
        news, self.faults.news = self.faults.news, []
        for armed, state in news:
            self._capture.record(Fault(t=time.time_ns(), fault=armed.name, state=state, expected=armed.expected))

    def close(self) -> None:
        """Close all sockets; what clients have not read yet is given a second, what the kernel has not none."""
        self.events.close()
        for back in self._clients:
            back.socket.close(0)
        self._iopub.close(0)
        for front in self._fronts.values():
            front.close()

    def _from_clients(self, channel: str) -> None:
        """Pass on what clients have sent."""
        frames = receive(self._fronts[channel])
        self._heard(channel, frames[0].bytes, frames[0].get(zmq.SRCFD))
        self._pass(channel, TO_KERNEL, frames)

    def _heard(self, channel: str, client: bytes, file: int) -> None:
        """See that a client is connected to the kernel, and remember through which file it was heard."""
        # Whoever had this file before has gone, and that was told before the file could be given to somebody else.
        self.events.read(self._fronts[channel], channel, "front")
        back = self._clients.find(channel, client) or self._clients.add(channel, client, self._watch)
        back.file, back.gone_at = file, None
        if channel == "shell":
            asked = self._clients.find("stdin", client) or self._clients.add("stdin", client, self._watch)
            asked.gone_at = None

    def _watch(self, back: Back) -> None:
        self.events.watch(back.socket, back.channel, "back")
        self._read_from(back)

    def _read_from(self, back: Back) -> None:
        self._loop.add(back.socket, lambda: self._from_kernel(back))

    def _close_expired(self) -> None:
        """Close the connections to the kernel of clients that have gone."""
        for back in self._clients.expired():
            self.events.forget(back.socket)
            if back in self._slow:
                self._slow.discard(back)
            else:
                self._loop.remove(back.socket)
            self._block(back, False)
            back.socket.close()

    def _from_kernel(self, back: Back) -> None:
        """Pass on what the kernel has sent to a client, and send on what it had no room for."""
        if back.stuck:
            self._unstick(back)
        try:
            frames = receive(back.socket)
        except zmq.Again:
            return  # it only had room again
        self._pass(back.channel, TO_CLIENT, [back.client, *frames] if back.client != NOBODY else frames)

    def _from_iopub(self) -> None:
        self._pass("iopub", TO_CLIENT, receive(self._iopub))

    def _to_iopub(self) -> None:
        self._pass("iopub", TO_KERNEL, receive(self._fronts["iopub"]))

    def _pass(self, channel: str, direction: str, received: Sequence[Frame]) -> None:
        """Pass on a message, or what the faults make of it, and keep a copy of what crossed."""
        t = time.time_ns()
        if not self.faults.armed and not self.faults.waits:
            arrives = self._send(channel, direction, received)
            self._capture.frames(t, channel, direction, copied(received), dropped=not arrives)
            return
        waited = self.faults.waits
        passages = self.faults.through(channel, direction, copied(received))
        self.tell_faults()
        for passage in passages:
            self._do(channel, direction, passage)
        if self.faults.waits and not waited:
            self._later.add(SWAP_SECONDS, (channel, direction, Passage(())))

    def _do(self, channel: str, direction: str, passage: Passage) -> None:
        if passage.after:
            self._later.add(passage.after, (channel, direction, passage))
            return
        arrives = not passage.dropped and self._send(channel, direction, passage.frames)
        self._capture.frames(time.time_ns(), channel, direction, passage.frames, passage.fault, not arrives)

    def _release(self) -> None:
        """Send what was delayed and is due; an empty passage stands for what waits to change places."""
        for channel, direction, passage in self._later.due():
            for each in [replace(passage, after=0.0)] if passage.frames else self.faults.late():
                self._do(channel, direction, each)

    def _send(self, channel: str, direction: str, frames: Sequence[Frame]) -> bool:
        """Send on; whether anybody is there to get it."""
        passed = self.passed[channel, direction]
        passed.messages += 1
        passed.bytes += sum(map(len, frames))
        if channel == "iopub":
            target = self._iopub if direction == TO_KERNEL else self._fronts[channel]
            send(target, frames)
            self._loop.touch(target)
            return True
        if direction == TO_KERNEL:
            self._to_kernel(channel, frames)
            return True
        return self._to_client(channel, frames)

    def _to_client(self, channel: str, frames: Sequence[Frame]) -> bool:
        """Send to the client that the first frame names; False if it is not there."""
        back = self._clients.find(channel, *copied(frames[:1]))
        if back is not None and back.unread:
            back.unread.append(frames)
            return True
        front = self._fronts[channel]
        self._loop.touch(front)
        try:
            send(front, frames)
        except zmq.Again:
            self._wait_for(back, frames)
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            return False
        return True

    def _wait_for(self, back: Back | None, frames: Sequence[Frame]) -> None:
        """Read no more from the kernel for a client that does not read, so that the kernel decides what to do."""
        if back is None:
            return
        back.unread.append(frames)
        if back not in self._slow:
            self._slow.add(back)
            self._loop.remove(back.socket)

    def _retry(self) -> None:
        """Try again to send to the clients that did not read."""
        for back in list(self._slow):
            waiting, back.unread = back.unread, deque()
            while waiting and not back.unread:
                self._to_client(back.channel, waiting.popleft())
            back.unread.extend(waiting)
            if not back.unread:
                self._slow.discard(back)
                self._read_from(back)

    def _to_kernel(self, channel: str, frames: Sequence[Frame]) -> None:
        """Send as the client that the first frame names; as nobody if it names none, for a fault took it away."""
        back = self._clients.find(channel, *copied(frames[:1]))
        if back is None:
            back = self._clients.find(channel, NOBODY) or self._clients.add(channel, NOBODY, self._watch)
        else:
            frames = frames[1:]
        back.stuck.append(frames)
        self._unstick(back)

    def _unstick(self, back: Back) -> None:
        """Send what waits for the kernel."""
        with contextlib.suppress(zmq.Again):
            while back.stuck:
                send(back.socket, back.stuck[0])
                back.stuck.popleft()
        self._loop.touch(back.socket)
        self._block(back, bool(back.stuck))

    def _block(self, back: Back, is_full: bool) -> None:
        """While the kernel takes no more of one client, read nothing on that channel: so the client waits, not we."""
        full = self._full[back.channel]
        if is_full == (back in full):
            return
        self._loop.full(back.socket, is_full)
        (full.add if is_full else full.discard)(back)
        front = self._fronts[back.channel]
        if is_full and len(full) == 1:
            self._loop.remove(front)
        elif not full:
            self._loop.add(front, self._reader(back.channel))
