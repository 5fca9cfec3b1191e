"""The relay: ten sockets, every frame passed on as it came, in one thread that waits for nobody.

ROUTER towards the clients and DEALER towards the kernel; one identity for all the DEALERs, because a kernel asks for
input under the identities of the shell request, and the answer must find its way back on another socket. iopub is
XPUB and XSUB: each subscription goes on to the kernel, also the second of its kind, so each client gets its welcome.
With Curve the front is the server and the back a client, both with the keys of the connection file.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import zmq

from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.tap.capture import Capture
from kernel_seams.wire.tap.faults import SWAP_SECONDS, Faults, Passage
from kernel_seams.wire.trace import TO_CLIENT, TO_KERNEL, Fault

AT_ONCE = 100
LINGER_MILLISECONDS = 1000
RECONNECT_MILLISECONDS = 20


@dataclass(eq=False)
class Route:
    """One direction of one channel: what comes out of `source` goes into `target`."""

    channel: str
    direction: str
    source: zmq.Socket[bytes]
    target: zmq.Socket[bytes]
    stuck: deque[Sequence[bytes]] = field(default_factory=deque)
    count: int = 0
    bytes: int = 0


class Relay:
    """The sockets of a tap. `zmq.ZMQError` if the addresses of `outer` cannot be bound."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], capture: Capture, faults: Faults) -> None:
        self._context = context
        self._capture = capture
        self.faults = faults
        self.sockets: dict[tuple[str, str], zmq.Socket[bytes]] = {}
        self.routes: list[Route] = []
        self._poller = zmq.Poller()
        self._handlers: dict[object, Callable[[], None]] = {}
        self._later: list[tuple[float, int, Route, Passage]] = []
        self._numbers = itertools.count()
        self._identity = b"tap-" + secrets.token_hex(8).encode()

    def create(self, outer: Connection, inner: Connection) -> None:
        """Make the sockets, neither bound nor connected."""
        for channel in CHANNELS:
            front, back = self._front(channel, outer), self._back(channel, inner)
            self.sockets[channel, "front"], self.sockets[channel, "back"] = front, back
            self._route(channel, TO_KERNEL, front, back)
            self._route(channel, TO_CLIENT, back, front)

    def bind(self, outer: Connection) -> Connection:
        """Bind towards the clients; the connection with the ports that were bound where it says 0."""
        ports = {}
        for channel in CHANNELS:
            front, asked = self.sockets[channel, "front"], outer.ports[channel]
            front.bind(outer.address(channel))
            ports[channel] = asked or int(front.getsockopt_string(zmq.LAST_ENDPOINT).rpartition(":")[2])
        return outer.at(ports)

    def connect(self, inner: Connection) -> None:
        """Begin to connect to the kernel."""
        for channel in CHANNELS:
            self.sockets[channel, "back"].connect(inner.address(channel))

    def hear_all(self) -> None:
        """Subscribe to all of iopub, whatever the clients of this tap subscribe to."""
        self.sockets["iopub", "back"].send(b"\x01")

    def watch(self, what: object, handler: Callable[[], None]) -> None:
        """Call `handler` whenever something can be read from `what`, a socket or a file descriptor."""
        self._poller.register(what, zmq.POLLIN)
        self._handlers[what] = handler

    def turn(self, seconds: float) -> bool:
        """Pass on what is there, after waiting for it for at most so many seconds; whether there was anything."""
        ready = self._poller.poll(int(1000 * min(seconds, self._next_due())))
        for what, event in ready:
            if event & zmq.POLLOUT:
                self._go_on(what)
            self._handlers[what]()
        if self._later:
            self._release()
        return bool(ready)

    def tell_faults(self) -> None:
        """Write down what happened to the faults."""
        news, self.faults.news = self.faults.news, []
        for armed, state in news:
            self._capture.record(Fault(t=time.time_ns(), fault=armed.name, state=state, expected=armed.expected))

    def close(self) -> None:
        """Close all sockets; what clients have not read yet is given a second."""
        for (_, side), socket in self.sockets.items():
            socket.close(LINGER_MILLISECONDS if side == "front" else 0)

    def _front(self, channel: str, outer: Connection) -> zmq.Socket[bytes]:
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

    def _back(self, channel: str, inner: Connection) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.XSUB if channel == "iopub" else zmq.DEALER)
        if channel != "iopub":
            socket.setsockopt(zmq.IDENTITY, self._identity)
        if inner.encrypted:
            socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
            socket.curve_serverkey = inner.curve_publickey
        socket.reconnect_ivl = RECONNECT_MILLISECONDS
        return socket

    def _route(self, channel: str, direction: str, source: zmq.Socket[bytes], target: zmq.Socket[bytes]) -> None:
        route = Route(channel, direction, source, target)
        self.routes.append(route)
        self.watch(source, lambda: self._pass(route))

    def _pass(self, route: Route) -> None:
        """Pass on up to `AT_ONCE` messages; copies are taken only after that."""
        passed = []
        for _ in range(AT_ONCE):
            try:
                frames = route.source.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            if self.faults.armed or self.faults.waits:
                self._strike(route, frames)
            else:
                passed.append((time.time_ns(), frames))
                self._send(route, frames)
            if route.stuck:
                break
        for t, frames in passed:
            self._capture.frames(t, route.channel, route.direction, frames)

    def _strike(self, route: Route, frames: Sequence[bytes]) -> None:
        """Do to a message what the faults that are armed make of it."""
        waited = self.faults.waits
        passages = self.faults.through(route.channel, route.direction, frames)
        self.tell_faults()
        for passage in passages:
            if passage.after:
                self._schedule(route, passage)
                continue
            if not passage.dropped:
                self._send(route, passage.frames)
            self._keep(route, passage)
        if self.faults.waits and not waited:
            self._schedule(route, Passage((), after=SWAP_SECONDS))

    def _schedule(self, route: Route, passage: Passage) -> None:
        heapq.heappush(self._later, (time.monotonic() + passage.after, next(self._numbers), route, passage))

    def _release(self) -> None:
        """Send what was delayed and is due; an empty passage stands for what waits to change places."""
        while self._later and self._later[0][0] <= time.monotonic():
            _, _, route, passage = heapq.heappop(self._later)
            for each in [replace(passage, after=0.0)] if passage.frames else self.faults.late():
                self._send(route, each.frames)
                self._keep(route, each)

    def _next_due(self) -> float:
        return max(0.0, self._later[0][0] - time.monotonic()) + 0.001 if self._later else 3600.0

    def _keep(self, route: Route, passage: Passage) -> None:
        self._capture.frames(
            time.time_ns(), route.channel, route.direction, passage.frames, passage.fault, passage.dropped
        )

    def _send(self, route: Route, frames: Sequence[bytes]) -> None:
        """Send; or where the kernel takes no more keep it, and read no more of the route until it does."""
        route.count += 1
        route.bytes += sum(map(len, frames))
        if route.stuck:
            route.stuck.append(frames)
            return
        try:
            route.target.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:
            route.stuck.append(frames)
            self._poller.unregister(route.source)
            self._poller.register(route.target, zmq.POLLIN | zmq.POLLOUT)

    def _go_on(self, target: object) -> None:
        """Send what waited for `target`, and read on."""
        (route,) = (route for route in self.routes if route.target is target and route.stuck)
        with contextlib.suppress(zmq.Again):
            while route.stuck:
                route.target.send_multipart(route.stuck[0], zmq.NOBLOCK)
                route.stuck.popleft()
            self._poller.register(route.target, zmq.POLLIN)
            self._poller.register(route.source, zmq.POLLIN)
