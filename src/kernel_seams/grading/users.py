"""Another user for graded code, where this process may become one: without a name, a home, a group or a file.

A number is taken for as long as its lock lives, an abstract socket: two graders
on one machine never take the same one, and nothing is written anywhere. The
lock is of datagrams, which the sandbox has none of: names of streams are others,
and whoever takes all of those takes nothing.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import pwd
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["User", "as_user", "be_readable", "become", "may_become_another", "reaching_as", "spare_user", "stay"]

NUMBERS = range(64000, 65000)  # beyond what systems give to people and services
DAC_READ_SEARCH, SETGID, SETUID = 2, 6, 7  # capabilities
PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, RAISE, CLEAR_ALL = 8, 47, 2, 4
CAPABILITY_VERSION = 0x20080522
# Whoever runs graded code reads these. They may lie in root's home, which is closed to others.
NEEDED = (sys.executable, os.__file__, __file__)

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class User:
    """A user number that is this process's own while `lock` is open."""

    number: int
    lock: socket.socket
    reads_all: bool  # whether it needs the capability to read the interpreter, which lies in a closed home


def may_become_another() -> bool:
    """Whether this process may take another user's number."""
    if sys.platform != "linux":
        return False
    capabilities = _effective_capabilities()
    return bool(capabilities & 1 << SETUID and capabilities & 1 << SETGID)


def spare_user() -> User | None:
    """A user nobody is, who can read the interpreter; None if this process may not become another or has none such.

    `OSError` if somebody has taken all of them: nothing is run as who this is instead.
    """
    if not may_become_another():
        return None
    for number in NUMBERS:
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            pwd.getpwuid(number)
        except KeyError:
            with suppress(OSError):
                lock.bind(f"\0kernel-seams-user-{number}")
                reads_all = next((each for each in (False, True) if _can_read(reads_all=each)), None)
                if reads_all is not None:
                    return User(number, lock, reads_all)
                lock.close()
                return None
        lock.close()
    raise OSError(errno.EUSERS, f"every user from {NUMBERS[0]} to {NUMBERS[-1]} is taken")


@functools.cache  # tried in the template: a fork for every submission would cost as much as a cell
def _can_read(*, reads_all: bool) -> bool:
    """Whether a user nobody is can read the interpreter, with the capability to read everything or without it."""
    if reads_all and not _effective_capabilities() & 1 << DAC_READ_SEARCH:
        return False

    def read() -> int:
        # By opening: access(2) asks for the real user, and leaves a capability of this process out.
        for path in NEEDED:
            os.close(os.open(path, os.O_RDONLY))
        return 0

    with closing(socket.socket()) as lock:  # of no use to who only reads
        return as_user(User(NUMBERS[-1], lock, reads_all), read) == 0


def become(user: User) -> None:
    """Be that user and nobody else, with no more than they may."""
    if user.reads_all:
        _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user.number, user.number, user.number)
    os.setresuid(user.number, user.number, user.number)
    _drop_capabilities(1 << DAC_READ_SEARCH if user.reads_all else 0)


def stay() -> None:
    """Be who this is, with no more than they may; but what they read by a capability alone, they go on reading."""
    needed = os.getuid() != 0 and not all(os.access(path, os.R_OK) for path in NEEDED)
    _drop_capabilities(_effective_capabilities() & 1 << DAC_READ_SEARCH if needed else 0)


@contextmanager
def reaching_as(user: User | None) -> Iterator[None]:
    """Reach files, sockets and the memory of processes meanwhile as that user does, and no others.

    What is changed is whose files may be reached, setfsuid(2), and not who this
    is: no process of that user may send it a signal or look into it. `OSError`.
    """
    if user is None:
        yield
        return
    me, group, dumpable = os.geteuid(), os.getegid(), _libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
    header, sets = struct.pack("=Ii", CAPABILITY_VERSION, 0), ctypes.create_string_buffer(24)
    _libc.capget(header, sets)
    _, *others = struct.unpack("=6I", sets.raw)
    try:
        _libc.setfsgid(user.number)
        _libc.setfsuid(user.number)
        if (_libc.setfsuid(-1), _libc.setfsgid(-1)) != (user.number, user.number):
            raise PermissionError(errno.EPERM, "setfsuid")
        # As many as that user has: with fewer the kernel lets nobody look into a process.
        others[2] = 0
        _libc.capset(header, struct.pack("=6I", 1 << DAC_READ_SEARCH if user.reads_all else 0, *others))
        yield
    finally:
        _libc.setfsuid(me)
        _libc.setfsgid(group)
        _libc.capset(header, sets)
        if dumpable == 1:  # else what is forked from now on could not write to its own /proc
            _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def be_readable() -> None:
    """Let who has the rights of this user read this process's memory, as if it had not become that user only now."""
    _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def _drop_capabilities(keep: int) -> None:
    """Give up every capability but those in the set `keep`, which whatever is started has, too."""
    _libc.prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    sets = struct.pack("=6I", keep, keep, keep, 0, 0, 0)
    if _libc.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")
    for capability in range(64):
        if keep & 1 << capability:
            _libc.prctl(PR_CAP_AMBIENT, RAISE, capability, 0, 0)


def as_user(user: User | None, work: Callable[[], int | None]) -> int:
    """What `work()` returns, a small number, in a fork of this process that is `user`; 255 if it raised."""
    child = os.fork()
    if child == 0:
        code = 255
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            if user is not None:
                become(user)
            code = work() or 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _effective_capabilities() -> int:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("CapEff:"):
                return int(line.split()[1], 16)
    return 0
