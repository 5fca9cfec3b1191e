"""Wait for many sockets at the price of those that have something to say.

`zmq.Poller` asks every socket twice each time it is called, and a tap has five towards the clients, up to four for
each client towards the kernel, and a monitor for each of these. Here the system waits (epoll, kqueue) for the file
descriptors that ZeroMQ signals on. Such a descriptor does not say that something can be read, only that the state of
the socket may have changed, and says it once; any call on the socket may take the signal away. So whatever was
signalled, read from or sent to is looked at until it has nothing more; and all of it once in a while.
"""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Callable, Sequence
from typing import TypeAlias

import zmq

Socket: TypeAlias = zmq.Socket[bytes]
Frame: TypeAlias = bytes | zmq.Frame
Handler: TypeAlias = Callable[[], None]

AT_ONCE = 100
# As numbers: what crosses pays for each operation on pyzmq's enumerations, and a message has many frames.
NOW, MORE = int(zmq.NOBLOCK), int(zmq.NOBLOCK | zmq.SNDMORE)
IN, OUT = int(zmq.POLLIN), int(zmq.POLLOUT)


def readable(socket: Socket) -> bool:
    """Whether a message can be read now."""
    return bool(int(socket.getsockopt(zmq.EVENTS)) & IN)


def receive(socket: Socket) -> list[zmq.Frame]:
    """The next message, its bytes where ZeroMQ has put them; `zmq.Again` if there is none."""
    frames = [socket.recv(NOW, copy=False)]
    while frames[-1].more:
        frames.append(socket.recv(copy=False))  # it is there: messages come whole
    return frames


def copied(frames: Sequence[Frame]) -> list[bytes]:
    """The bytes of each frame, ours to keep."""
    return [frame if isinstance(frame, bytes) else frame.bytes for frame in frames]


def send(socket: Socket, frames: Sequence[Frame]) -> None:
    """Send a message; `zmq.Again` if there is no room for it now, and nothing of it is sent."""
    *first, last = frames
    for frame in first:
        socket.send(frame, MORE)
    socket.send(last, NOW)


class Loop:
    """Calls a handler for each socket or descriptor that can be read, in the thread that calls `turn`.

    A handler reads one message and is called again for the next, a hundred times at most before others have their turn.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._handlers: dict[Socket | int, Handler] = {}
        self._doubtful: dict[Socket, None] = {}
        self._full: set[Socket] = set()

    def add(self, what: Socket | int, handler: Handler) -> None:
        """Call `handler` when something can be read from `what`."""
        self._handlers[what] = handler
        self._selector.register(
            what if isinstance(what, int) else int(what.getsockopt(zmq.FD)), selectors.EVENT_READ, what
        )
        if not isinstance(what, int):
            self._doubtful[what] = None

    def remove(self, what: Socket) -> None:
        """Forget `what`, before it is closed."""
        del self._handlers[what]
        self._doubtful.pop(what, None)
        self._full.discard(what)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(int(what.getsockopt(zmq.FD)))

    def touch(self, what: Socket | int) -> None:
        """Look at `what` again: something was sent through it, or it is to be read from again."""
        if what in self._handlers and not isinstance(what, int):
            self._doubtful[what] = None

    def full(self, what: Socket, is_full: bool) -> None:
        """Say that nothing more can be sent to `what`: its handler is called when something can again."""
        (self._full.add if is_full else self._full.discard)(what)

    @property
    def idle(self) -> bool:
        """Whether all was looked at until it had nothing more, so that the next turn waits."""
        return not self._doubtful

    def turn(self, seconds: float) -> bool:
        """Wait at most so many seconds and handle what is there; whether there was anything."""
        signalled = self._selector.select(0 if self._doubtful else seconds)
        if not signalled and not self._doubtful:
            self._doubtful = {what: None for what in self._handlers if not isinstance(what, int)}
        doubtful, self._doubtful = self._doubtful, {}
        busy = False
        for key, _ in signalled:
            if isinstance(key.data, int):
                self._handlers[key.data]()
                busy = True
            else:
                doubtful[key.data] = None
        for what in doubtful:
            busy |= self._look_at(what)
        return busy

    def _look_at(self, what: Socket) -> bool:
        """Call the handler of `what` for as long as it has something to do; whether it had."""
        for count in range(AT_ONCE):
            handler = self._handlers.get(what)
            if handler is None:
                return count > 0  # removed meanwhile, and perhaps closed
            events = int(what.getsockopt(zmq.EVENTS))
            if not events & IN and not (events & OUT and what in self._full):
                return count > 0
            handler()
        self.touch(what)
        return True
