"""A network that nobody else is in, for a kernel that speaks TCP and nothing else."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

__all__ = ["alone", "leave"]

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
SIOCSIFFLAGS, UP_AND_RUNNING = 0x8914, 0x41
REFUSED = (
    "a task of this lesson needs loopback, and this machine gives it no network of its own: "
    "grade in a container with `--network none`, as `docker compose run --rm grade` does"
)


def alone() -> bool:
    """Whether there is nothing but loopback here, as in a container with `--network none`."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def leave() -> None:
    """Give this process and its descendants a network with nothing but loopback; `OSError` if that may not be."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(NEW_NETWORK):
        if libc.unshare(NEW_USER | NEW_NETWORK):
            raise OSError(ctypes.get_errno(), REFUSED)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", UP_AND_RUNNING))
