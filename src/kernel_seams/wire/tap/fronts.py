"""The sockets towards the clients: what a kernel would bind, with what lets a tap do as a kernel does."""

from __future__ import annotations

import zmq

from kernel_seams.wire.connection import Connection
from kernel_seams.wire.tap.loop import Socket

LINGER_MILLISECONDS = 1000  # as ipykernel: what clients have not read when the kernel ends


def front_socket(context: zmq.Context[Socket], channel: str, outer: Connection) -> Socket:
    """The socket of a channel, not yet bound."""
    socket = context.socket(zmq.XPUB if channel == "iopub" else zmq.ROUTER)
    socket.linger = LINGER_MILLISECONDS
    if channel == "iopub":
        # Tell of every subscription and its end, also the second of its kind: the kernel is to know.
        socket.setsockopt(zmq.XPUB_VERBOSER, 1)
    else:
        # As ipykernel: a client may come back under its identity before ZeroMQ knows that it had gone.
        socket.setsockopt(zmq.ROUTER_HANDOVER, 1)
        # Say so where a client has gone or does not read, and do not throw the message away in silence.
        socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
    if outer.encrypted:
        socket.curve_server = True
        socket.curve_publickey, socket.curve_secretkey = outer.curve_publickey, outer.curve_secretkey
    socket.ipv6 = outer.transport == "tcp" and ":" in outer.ip
    return socket
