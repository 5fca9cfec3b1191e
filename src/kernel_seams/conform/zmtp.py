"""What kind of ZeroMQ socket is bound at a port, asked by speaking ZMTP 3.0 by hand.

    greeting    FF 00*8 7F | 03 00 | mechanism, 20 bytes | as-server | 00*31
    READY       04 | length | 05 "READY" | name length, name, value length (4 bytes), value ...

libzmq itself only says that a handshake failed; the peer's READY says what it is. Source: ZeroMQ's RFC 23.
"""

from __future__ import annotations

import socket
import struct

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
NAME = b"Socket-Type"
SECONDS = 1.0
MAX_BYTES = 4096


def socket_type_at(ip: str, port: int) -> str | None:
    """The type of the socket bound there, as ``ROUTER``; empty if it speaks no ZeroMQ, None if nothing listens."""
    try:
        with socket.create_connection((ip, port), SECONDS) as peer:
            peer.settimeout(SECONDS)
            # The peer says what it is without waiting for what we are, which might be refused.
            peer.sendall(GREETING)
            return _type_in(_read(peer))
    except ConnectionRefusedError:
        return None
    except OSError:
        return ""


def _read(peer: socket.socket) -> bytes:
    """What the peer sends up to its type, or until it closes or says no more."""
    data = b""
    try:
        while not _type_in(data) and len(data) < MAX_BYTES and (more := peer.recv(MAX_BYTES)):
            data += more
    except TimeoutError:
        pass
    return data


def _type_in(data: bytes) -> str:
    _, found, rest = data.partition(NAME)
    if not found or len(rest) < 4:
        return ""
    (length,) = struct.unpack(">I", rest[:4])
    value = rest[4 : 4 + length]
    return value.decode("ascii", "replace") if len(value) == length else ""
