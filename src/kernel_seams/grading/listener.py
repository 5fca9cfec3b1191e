"""The listener of a sandbox: calls that wait for an answer, and how they get one.

Source: seccomp_unotify(2).
"""

from __future__ import annotations

import fcntl
import platform
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.grading.seccomp import ARCHITECTURES, EMPTYING, HANDED_OVER, NUMBERS, SIGNALS

__all__ = ["Call", "memory", "receive", "respond", "see_it_waits"]

NOTIFICATION, RESPONSE = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
RECEIVE, SEND, STILL_VALID = 0xC0502100, 0xC0182101, 0x40082102
CONTINUE = 1


@dataclass(frozen=True)
class Call:
    """One call of a process that waits for its answer; `process` is the number of the thread."""

    id: int
    process: int
    name: str
    arguments: tuple[int, ...]


def receive(listener: int) -> Call | None:
    """The next call; None if whoever made it does not wait any more."""
    buffer = bytearray(NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, RECEIVE, buffer)
    except OSError:
        return None
    identity, process, _, number, _, _, *arguments = NOTIFICATION.unpack(buffer)
    column = ARCHITECTURES[platform.machine()][0]
    names = (*HANDED_OVER, *SIGNALS, *EMPTYING)
    name = next((name for name in names if NUMBERS[name][column] == number), "")
    return Call(identity, process, name, tuple(arguments))


def respond(listener: int, call: Call, error: int = 0, *, let_through: bool = False) -> None:
    """Let the call succeed, fail with `error`, or be made by the kernel after all, with what is in the registers."""
    with suppress(OSError):  # the process may be gone
        fcntl.ioctl(listener, SEND, RESPONSE.pack(call.id, 0, -error, CONTINUE if let_through else 0))


def see_it_waits(listener: int, call: Call) -> None:
    """`OSError` if it waits no more: what was read of that process may have been another one's."""
    fcntl.ioctl(listener, STILL_VALID, struct.pack("=Q", call.id))


def memory(process: int, address: int, size: int) -> bytes:
    """What the process has there; `OSError` if it has nothing."""
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as file:
        file.seek(address)
        return file.read(size)
