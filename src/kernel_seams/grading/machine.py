"""What this machine can enforce: found out by trying, in a fork that enters the sandbox and then does its worst."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import resource
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from kernel_seams.grading import landlock, mediate, seccomp
from kernel_seams.grading.sandbox import Limits, Sandbox, readable
from kernel_seams.grading.users import User, become, may_become_another, spare_user

__all__ = ["weaknesses"]

SECONDS = 20
EVERYTHING = "reach all of your files, your processes and the network"


def weaknesses() -> list[str]:
    """What graded code could do here although it must not, each a phrase; empty on a machine that holds it."""
    if not seccomp.knows_this_machine():
        return [f"{EVERYTHING} ({platform.system()} on {platform.machine()})"]
    if landlock.abi() == 0:
        return [f"{EVERYTHING} (this kernel has no Landlock)"]
    try:
        user = spare_user()
    except OSError as error:
        return [f"{EVERYTHING} ({error.strerror})"]
    with tempfile.TemporaryDirectory(prefix="seams-try-") as place:
        root = Path(place)
        root.chmod(0o755)
        inside = root / "inside"
        inside.mkdir()
        inside.chmod(0o777)  # for whoever it will be
        (root / "secret").write_text("secret")
        with closing(socket.socket(socket.AF_UNIX)) as server:
            server.bind(str(root / "socket"))
            server.listen()
            (root / "secret").chmod(0o666)
            (root / "socket").chmod(0o666)
            with _beside(user) as tester:
                found = _in_a_fork(Sandbox((inside.resolve(),), Limits(), user, reads=readable()), root, tester)
    if user is None and os.getuid() == 0:
        unread = f"no other user can read {sys.executable}"
        why = unread if may_become_another() else "root may not become another user here"
        found.append(f"start any number of processes (nobody limits root, and {why})")
    if user is not None:
        user.lock.close()
    return found


@contextmanager
def _beside(user: User | None) -> Iterator[int]:
    """The number of a process of the user that graded code has, as the one that tests it is; it ends afterwards."""
    mine, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            mine.close()
            if user is not None:
                become(user)
            theirs.sendall(b"there")
            theirs.recv(1)  # until the other end is closed
        finally:
            os._exit(0)
    theirs.close()
    mine.recv(5)
    try:
        yield child
    finally:
        mine.close()
        os.waitpid(child, 0)


def _in_a_fork(sandbox: Sandbox, root: Path, tester: int) -> list[str]:
    """What a process in the sandbox managed to do."""
    mine, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            mine.close()
            listener = sandbox.enter()
            socket.send_fds(theirs, [b"entered"], [listener] if listener else [])
            if listener:
                os.close(listener)
            theirs.sendall(json.dumps(_done(root, sandbox.writable[0], tester)).encode())
        except OSError as error:
            theirs.sendall(json.dumps([f"{EVERYTHING} ({error})"]).encode())
        finally:
            os._exit(0)
    theirs.close()
    try:
        text = _heard(mine, sandbox, tester)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        mine.close()
    found: list[str] = json.loads(text) if text else [f"{EVERYTHING} (the sandbox did not answer)"]
    return found


def _heard(sock: socket.socket, sandbox: Sandbox, tester: int) -> bytes:
    """What the fork says, while its calls are answered as the warden would."""
    text = b""
    listeners: list[int] = []
    while True:
        ready = select.select([sock.fileno(), *listeners], [], [], SECONDS)[0]
        if not ready:
            return b""
        for listener in listeners:
            if listener in ready:
                mediate.answer_one(listener, sandbox, tester)
        if sock.fileno() in ready:
            more, descriptors, _, _ = socket.recv_fds(sock, 65536, 1)
            listeners += descriptors
            if not more:
                for listener in listeners:
                    os.close(listener)
                return text
            text += more.removeprefix(b"entered")


def _done(root: Path, inside: Path, tester: int) -> list[str]:
    """What can be done that must not be, and what cannot that must be."""
    secret, parent = root / "secret", os.getppid()
    attempts: dict[str, Callable[[], object]] = {
        "read your files": secret.read_text,
        "write your files": lambda: secret.write_text(""),
        "empty your files": lambda: _emptied(secret),
        "change the mode and the times of your files": lambda: secret.chmod(0o600),
        "make files outside of its folder": (root / "new").touch,
        "reach the sockets of your session, of Docker and of other kernels": lambda: _connect(root / "socket"),
        "reach the network": lambda: socket.socket(socket.AF_INET).close(),
        "signal your processes": lambda: os.kill(parent, 0),
        "signal the process that tests it": lambda: os.kill(tester, 0),
        "look into your processes": lambda: _called("ptrace", 16, parent, 0, 0),
        "change the limits of your processes": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (64, 64)),
        "make user namespaces": lambda: _called("unshare", 0x10000000),
    }
    through = [what for what, attempt in attempts.items() if _works(attempt)]
    return through if _works(lambda: _work(inside)) else [*through, "not even work in its own folder"]


def _work(inside: Path) -> None:
    """Do what graded code does."""
    (inside / "file").touch(mode=0o600)
    (inside / "file").chmod(0o644)
    os.utime(inside / "file")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(inside / "socket"))
        server.listen()
        _connect(inside / "socket")
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS // 2)  # if it cannot be ended
        signal.pause()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _emptied(path: Path) -> None:
    """Empty it in one of the ways that need no right to open it for that."""
    ways: list[Callable[[], object]] = [
        lambda: os.truncate(path, 0),
        *(lambda access=access: os.close(os.open(path, access | os.O_TRUNC)) for access in (os.O_RDONLY, os.O_ACCMODE)),
    ]
    if not [way for way in ways if _works(way)]:
        raise PermissionError(errno.EPERM, "not in any")


def _connect(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.connect(str(path))


def _called(name: str, *arguments: int) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        raise OSError(ctypes.get_errno(), name)


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
