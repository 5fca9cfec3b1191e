"""Landlock: a process gives up all files but those below some folders, TCP, and signals to others; for good.

The three system calls, by ctypes: the libraries there are were days old when
this was written. Source: docs.kernel.org/userspace-api/landlock.html

    ABI   1      2       3          4     5            6                        9
          files  rename  truncate   TCP   ioctl        signals, abstract        sockets that
                                          on devices   unix sockets             have a path
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["HOLDS_FILES", "HOLDS_SIGNALS", "NEEDED", "abi", "restrict"]

# The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
NEEDED = 1  # the first version, of Linux 5.13
HOLDS_FILES, HOLDS_SIGNALS = 3, 6  # before these versions seccomp does, of Linux 6.2 and 6.12
VERSION = 1  # the flag of CREATE_RULESET that asks for the ABI
PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, IOCTL_DEV, RESOLVE_UNIX = 1 << 14, 1 << 15, 1 << 16
RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: TRUNCATE, 5: IOCTL_DEV, 9: RESOLVE_UNIX}  # what each ABI added
TCP = 0b11
SIGNALS_AND_ABSTRACT_SOCKETS = 0b11

OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV | RESOLVE_UNIX
TO_READ = EXECUTE | READ_FILE | READ_DIR
TO_WRITE = (1 << 17) - 1
TO_USE = READ_FILE | WRITE_FILE | IOCTL_DEV

_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """The version of Landlock this kernel has, 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_libc.syscall(CREATE_RULESET, None, 0, VERSION)))


def restrict(
    *, read: Iterable[Path | str], write: Iterable[Path | str], use: Iterable[Path | str] = (), tcp: bool = False
) -> None:
    """Leave this process and its descendants only these paths and what is below them; there is no way back.

    `read` may be read and run, `write` changed as well, `use` are devices. A path
    that is not there is left out. Without `tcp` no port can be bound or connected
    to. `OSError` if the kernel refuses.
    """
    version = abi()
    handled = sum(rights for since, rights in RIGHTS.items() if since <= version)
    network = TCP if version >= 4 and not tcp else 0
    scoped = SIGNALS_AND_ABSTRACT_SOCKETS if version >= 6 else 0
    attributes = struct.pack("QQQ", handled, network, scoped)
    # An older kernel knows a shorter struct.
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _call(CREATE_RULESET, attributes, size, 0)
    try:
        for paths, rights in ((read, TO_READ), (write, TO_WRITE), (use, TO_USE)):
            for path in paths:
                _allow(ruleset, path, rights & handled)
        if _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs")
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path | str, rights: int) -> None:
    with suppress(FileNotFoundError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not os.path.isdir(f"/proc/self/fd/{place}"):  # noqa: PTH112
                rights &= OF_A_FILE
            _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
        finally:
            os.close(place)


def _call(number: int, *arguments: int | bytes) -> int:
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result
