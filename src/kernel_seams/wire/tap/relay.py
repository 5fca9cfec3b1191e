"""The relay: every frame passed on as it came, in one thread that waits for nobody.

    shell, stdin, control, heartbeat   a ROUTER for all clients; for each client a DEALER towards the kernel
    iopub                              an XPUB for all clients; an XSUB towards the kernel, and each subscription goes
                                       on to it, also the second of its kind

With Curve the front is the server and the back a client, both with the keys of the connection file.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import zmq

from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.tap.capture import Capture
from kernel_seams.wire.tap.clients import LINGER_MILLISECONDS, NOBODY, Back, Clients
from kernel_seams.wire.tap.events import SocketEvents
from kernel_seams.wire.tap.faults import SWAP_SECONDS, Faults, Passage
from kernel_seams.wire.tap.loop import Loop, Socket, readable
from kernel_seams.wire.trace import TO_CLIENT, TO_KERNEL, Fault

AT_ONCE = 100


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
        self.events = SocketEvents(loop, capture, self._gone)
        ways = itertools.product(CHANNELS, (TO_KERNEL, TO_CLIENT))
        self.passed: dict[tuple[str, str], Passed] = {way: Passed() for way in ways}
        self._inner = inner
        self._clients = Clients(context, inner)
        self._fronts: dict[str, Socket] = {}
        self._full: dict[str, set[Back]] = {channel: set() for channel in CHANNELS}
        self._iopub = self._clients.socket(zmq.XSUB)
        self._later: list[tuple[float, int, str, str, Passage]] = []
        self._numbers = itertools.count()

    def bind(self, outer: Connection) -> Connection:
        """Bind towards the clients; the connection with the ports that were bound where it says 0."""
        ports = {}
        for channel in CHANNELS:
            front = self._fronts[channel] = self._front(channel, outer)
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
        busy = self._loop.turn(min(seconds, self._next_due()))
        if self._later:
            self._release()
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
            front.close(LINGER_MILLISECONDS)

    def _front(self, channel: str, outer: Connection) -> Socket:
        socket = self._context.socket(zmq.XPUB if channel == "iopub" else zmq.ROUTER)
        if channel == "iopub":
            socket.setsockopt(zmq.XPUB_VERBOSER, 1)
        else:
            socket.setsockopt(zmq.ROUTER_HANDOVER, 1)  # as ipykernel: a client may come back under its identity
        if outer.encrypted:
            socket.curve_server = True
            socket.curve_publickey, socket.curve_secretkey = outer.curve_publickey, outer.curve_secretkey
        socket.ipv6 = ":" in outer.ip and outer.transport == "tcp"
        return socket

    def _from_clients(self, channel: str) -> None:
        """Pass on what clients have sent."""
        front = self._fronts[channel]
        for _ in range(AT_ONCE):
            if self._full[channel] or not readable(front):
                break
            who = front.recv(copy=False)
            frames = [who.bytes, *front.recv_multipart()] if who.more else [who.bytes]
            self._heard(channel, frames[0], who.get(zmq.SRCFD))
            self._pass(channel, TO_KERNEL, frames)

    def _heard(self, channel: str, client: bytes, file: int) -> None:
        """See that a client is connected to the kernel, and remember through which file it was heard."""
        back = self._clients.find(channel, client)
        if back is not None and back.file == file:
            return
        # Whoever had this file before has gone, and that was said before it could be given to somebody else.
        self.events.read(self._fronts[channel], channel, "front")
        back = self._clients.find(channel, client) or self._clients.add(channel, client, self._watch)
        back.file = file
        if channel == "shell" and self._clients.find("stdin", client) is None:
            self._clients.add("stdin", client, self._watch)

    def _watch(self, back: Back) -> None:
        self.events.watch(back.socket, back.channel, "back")
        self._loop.add(back.socket, lambda: self._from_kernel(back))

    def _gone(self, channel: str, file: int) -> None:
        """Close the connections to the kernel of whoever was connected through `file`."""
        for back in self._clients.gone(channel, file):
            self.events.forget(back.socket)
            self._loop.remove(back.socket)
            back.socket.close()
            self._block(back, False)

    def _from_kernel(self, back: Back) -> None:
        """Pass on what the kernel has sent to a client, and send on what it had no room for."""
        self._unstick(back)
        for _ in range(AT_ONCE):
            if not readable(back.socket):
                break
            frames = back.socket.recv_multipart()
            self._pass(back.channel, TO_CLIENT, [back.client, *frames] if back.client != NOBODY else frames)

    def _from_iopub(self) -> None:
        for _ in range(AT_ONCE):
            if not readable(self._iopub):
                break
            self._pass("iopub", TO_CLIENT, self._iopub.recv_multipart())

    def _to_iopub(self) -> None:
        front = self._fronts["iopub"]
        for _ in range(AT_ONCE):
            if not readable(front):
                break
            self._pass("iopub", TO_KERNEL, front.recv_multipart())

    def _pass(self, channel: str, direction: str, frames: Sequence[bytes]) -> None:
        """Pass on a message, or what the faults make of it, and keep a copy of what crossed."""
        t = time.time_ns()
        if not self.faults.armed and not self.faults.waits:
            self._send(channel, direction, frames)
            self._capture.frames(t, channel, direction, frames)
            return
        waited = self.faults.waits
        passages = self.faults.through(channel, direction, frames)
        self.tell_faults()
        for passage in passages:
            self._do(channel, direction, passage)
        if self.faults.waits and not waited:
            self._schedule(channel, direction, Passage((), after=SWAP_SECONDS))

    def _do(self, channel: str, direction: str, passage: Passage) -> None:
        if passage.after:
            self._schedule(channel, direction, passage)
            return
        if not passage.dropped:
            self._send(channel, direction, passage.frames)
        self._capture.frames(time.time_ns(), channel, direction, passage.frames, passage.fault, passage.dropped)

    def _schedule(self, channel: str, direction: str, passage: Passage) -> None:
        due = time.monotonic() + passage.after
        heapq.heappush(self._later, (due, next(self._numbers), channel, direction, passage))

    def _release(self) -> None:
        """Send what was delayed and is due; an empty passage stands for what waits to change places."""
        while self._later and self._later[0][0] <= time.monotonic():
            _, _, channel, direction, passage = heapq.heappop(self._later)
            for each in [replace(passage, after=0.0)] if passage.frames else self.faults.late():
                self._do(channel, direction, each)

    def _next_due(self) -> float:
        return max(0.0, self._later[0][0] - time.monotonic()) + 0.001 if self._later else 3600.0

    def _send(self, channel: str, direction: str, frames: Sequence[bytes]) -> None:
        passed = self.passed[channel, direction]
        passed.messages += 1
        passed.bytes += sum(map(len, frames))
        if direction == TO_KERNEL and channel != "iopub":
            self._to_kernel(channel, frames)
            return
        target = self._iopub if direction == TO_KERNEL else self._fronts[channel]
        target.send_multipart(frames, zmq.NOBLOCK)
        self._loop.touch(target)

    def _to_kernel(self, channel: str, frames: Sequence[bytes]) -> None:
        """Send as the client that the first frame names; as nobody if it names none, for a fault took it away."""
        back = self._clients.find(channel, frames[0])
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
                back.socket.send_multipart(back.stuck[0], zmq.NOBLOCK)
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
