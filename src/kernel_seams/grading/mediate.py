"""Calls that the sandbox hands over: the warden does them in the process's place, if their path is inside.

Landlock says who may open a file. To change its mode and times, or to connect
to a socket that has a path, nobody has to open it, and where graded code runs as
the user who grades, that user's whole machine could be reached so. The kernel
stops such a call and tells the warden. What was read from the process is never
looked at twice: the file is pinned by a descriptor, then judged, then used.

Where graded code is another user, who owns nothing, it is only asked to connect:
there are sockets that are open to everybody. The warden does it as that user, so
it needs no right to look into others, and lends none of its own.

Where Landlock is too old to hold them, signals and truncate(2) are handed over
as well, whoever graded code is.

Source: seccomp_unotify(2), setfsuid(2).
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import select
import socket
import struct
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from kernel_seams.grading import signals
from kernel_seams.grading.listener import Call, memory, receive, respond, see_it_waits
from kernel_seams.grading.sandbox import Sandbox
from kernel_seams.grading.seccomp import SIGNALS
from kernel_seams.grading.users import reaching_as

__all__ = ["answer_one"]

ADDITION, ADD = struct.Struct("=QIIII"), 0x40182103
INTERNET = (socket.AF_INET, socket.AF_INET6)
SET = 1  # put it at this number, whatever is there
AT_FDCWD, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH = -100, 0x100, 0x1000
UTIME_NOW, UTIME_OMIT = (1 << 30) - 1, (1 << 30) - 2
PATH_MAX, SOCKADDR_MAX = 4096, 128
PATIENCE = 1  # seconds, for a port on loopback

_libc = ctypes.CDLL(None, use_errno=True)


def answer_one(listener: int, sandbox: Sandbox, grader: int) -> None:
    """Do or refuse the next call of `sandbox` that its `listener` has; its path is to be where that may write.

    One with loopback may connect to ports, too: where the warden's network is the
    sandbox's own. All processes below this one are the sandbox's, but `grader` and
    what is below that.
    """
    call = receive(listener)
    if call is None:
        return
    try:
        if call.name in SIGNALS:
            signals.answer(listener, call, sandbox.user, grader)
            return
        with reaching_as(sandbox.user):
            _do(listener, call, sandbox)
        error = 0
    except OSError as failed:
        error = failed.errno or errno.EPERM
    except (ValueError, struct.error, OverflowError):
        error = errno.EINVAL
    respond(listener, call, error)


def _do(listener: int, call: Call, sandbox: Sandbox) -> None:
    roots = sandbox.writable
    if call.name == "connect":
        _connect(listener, call, roots, [socket.AF_UNIX, *INTERNET] if sandbox.loopback else [socket.AF_UNIX])
        return
    folder, path, rest, flags = _about_a_file(call)
    times = _times(call, rest) if "utim" in call.name else None
    place = _opened(call, folder, path, follow=not flags & AT_SYMLINK_NOFOLLOW)
    try:
        _refuse_outside(place, roots)
        see_it_waits(listener, call)
        if "chmod" in call.name:
            os.chmod(f"/proc/self/fd/{place}", rest & 0o777)  # noqa: PTH101
        elif call.name == "truncate":
            if rest > sandbox.limits.disk:  # its own limit for a file is no limit to this process
                raise OSError(errno.EFBIG, "too large")
            os.truncate(f"/proc/self/fd/{place}", rest)
        else:
            _set_times(place, times)
    finally:
        os.close(place)


def _about_a_file(call: Call) -> tuple[int, bytes, int, int]:
    """The folder's descriptor, the path (empty: that descriptor itself), what to set, and the flags."""
    first, second, third, fourth = call.arguments[:4]
    descriptor = struct.unpack("=i", struct.pack("=I", first & 0xFFFFFFFF))[0]
    if call.name == "fchmod":
        return descriptor, b"", second, 0
    if call.name in ("chmod", "utime", "utimes", "truncate"):
        return AT_FDCWD, _text(call.process, first), second, 0
    flags = fourth & 0xFFFFFFFF if call.name in ("fchmodat2", "utimensat") else 0
    if second == 0:
        return descriptor, b"", third, flags
    path = _text(call.process, second)
    if not path and not flags & AT_EMPTY_PATH:
        raise FileNotFoundError(errno.ENOENT, "no path")
    return descriptor, path, third, flags


def _opened(call: Call, folder: int, path: bytes, *, follow: bool) -> int:
    """A descriptor that pins the file, and gives no access to it."""
    there = f"/proc/{call.process}"
    if path.startswith(b"/proc/self/"):
        path = f"{there}/".encode() + path.removeprefix(b"/proc/self/")
    base = "/" if path.startswith(b"/") else f"{there}/cwd" if folder == AT_FDCWD else f"{there}/fd/{folder}"
    opened = os.open(base, os.O_PATH | os.O_CLOEXEC)
    if not path:
        return opened
    try:
        return os.open(path, os.O_PATH | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW), dir_fd=opened)
    finally:
        os.close(opened)


def _refuse_outside(place: int, roots: Sequence[Path]) -> None:
    real = Path(os.readlink(f"/proc/self/fd/{place}"))  # noqa: PTH115
    if not any(real.is_relative_to(root) for root in roots):
        raise PermissionError(errno.EPERM, "outside of the sandbox")


def _times(call: Call, address: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The two times, each in seconds and nanoseconds."""
    if address == 0:
        return (0, UTIME_NOW), (0, UTIME_NOW)
    if call.name == "utime":
        accessed, modified = struct.unpack("=qq", memory(call.process, address, 16))
        return (accessed, 0), (modified, 0)
    a, b, c, d = struct.unpack("=qqqq", memory(call.process, address, 32))
    return ((a, b), (c, d)) if call.name == "utimensat" else ((a, b * 1000), (c, d * 1000))


def _set_times(place: int, times: tuple[tuple[int, int], tuple[int, int]] | None) -> None:
    path = f"/proc/self/fd/{place}"
    pair = struct.pack("=qqqq", *(number for time in times or () for number in time))
    if _libc.utimensat(AT_FDCWD, path.encode(), pair, 0):
        raise OSError(ctypes.get_errno(), "utimensat")


def _connect(listener: int, call: Call, roots: Sequence[Path], families: Sequence[int]) -> None:
    """Put a connected socket in the place of the process's own, which has no more to lose than its options.

    To connect that one itself takes a system call that containers refuse. It
    waits for nobody: a queue that is full is told and not waited for.
    """
    address = memory(call.process, call.arguments[1], min(call.arguments[2] & 0xFFFFFFFF, SOCKADDR_MAX))
    described = Path(f"/proc/{call.process}/fdinfo/{call.arguments[0] & 0xFFFFFFFF}").read_text()
    flags = int(next(line for line in described.splitlines() if line.startswith("flags:")).split()[1], 8)
    see_it_waits(listener, call)
    family = struct.unpack("=H", address[:2])[0]
    if family not in families:
        raise PermissionError(errno.EPERM, "not a socket of the sandbox")
    with closing(socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)) as sock:
        waits = not flags & os.O_NONBLOCK
        on_its_way = not _connected(sock, call, address, roots)
        if on_its_way and waits and select.select([], [sock], [], PATIENCE)[1]:
            on_its_way = False
            if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, "connect")
        if waits:
            fcntl.fcntl(sock, fcntl.F_SETFL, fcntl.fcntl(sock, fcntl.F_GETFL) & ~os.O_NONBLOCK)
        theirs = call.arguments[0] & 0xFFFFFFFF
        fcntl.ioctl(listener, ADD, ADDITION.pack(call.id, SET, sock.fileno(), theirs, flags & os.O_CLOEXEC))
    if on_its_way:
        raise BlockingIOError(errno.EINPROGRESS, "connect")


def _connected(sock: socket.socket, call: Call, address: bytes, roots: Sequence[Path]) -> bool:
    """Connect the socket; False if that is under way."""
    if sock.family != socket.AF_UNIX:
        return _do_connect(sock, address)
    path = address[2:].split(b"\0")[0]
    if not path:
        raise PermissionError(errno.EPERM, "an abstract socket, of somebody else")
    place = _opened(call, AT_FDCWD, path, follow=True)
    try:
        _refuse_outside(place, roots)
        return _do_connect(sock, struct.pack("=H", socket.AF_UNIX) + f"/proc/self/fd/{place}\0".encode())
    finally:
        os.close(place)


def _do_connect(sock: socket.socket, address: bytes) -> bool:
    if _libc.connect(sock.fileno(), address, len(address)) == 0:
        return True
    if ctypes.get_errno() == errno.EINPROGRESS:
        return False
    raise OSError(ctypes.get_errno(), "connect")


def _text(process: int, address: int) -> bytes:
    """The bytes up to the first NUL; read page by page, so that none beyond the text is touched."""
    text = b""
    while len(text) < PATH_MAX:
        more = memory(process, address + len(text), 4096 - (address + len(text)) % 4096)
        text += more
        if not more or b"\0" in more:
            break
    return text.split(b"\0")[0][:PATH_MAX]
