"""Runs as a cell in the sandbox: tries things, prints what came of each as JSON; OUTSIDE, TERMINAL stand before it."""

import ctypes
import fcntl
import json
import os
import platform
import resource
import socket
import struct
import subprocess
import sys
from contextlib import closing
from pathlib import Path

OUTSIDE = Path(OUTSIDE)  # noqa: F821
SECRET, SOCKET, INSIDE = OUTSIDE / "secret", OUTSIDE / "socket", Path.cwd()
ARM = platform.machine() == "aarch64"
libc = ctypes.CDLL(None, use_errno=True)


def called(function, *arguments):
    """What a function of the C library gives; OSError if it fails."""
    result = function(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def connected(path):
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.connect(str(path))
        return "connected"


def connected_here():
    with closing(socket.socket(socket.AF_UNIX)) as server, closing(socket.socket(socket.AF_UNIX)) as client:
        server.bind("socket")
        server.listen()
        client.connect(str(INSIDE / "socket"))
        server.accept()[0].sendall(b"heard")
        return client.recv(5).decode()


def connected_to_the_network():
    """The address of another family, with a socket of this one."""
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        address = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", 9, socket.inet_aton("127.0.0.1"))
        return called(libc.connect, sock.fileno(), address, len(address))


def of_a_child(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def mode_of(path, mode):
    path.touch()
    path.chmod(mode)
    return oct(path.stat().st_mode & 0o777)


def through_a_link():
    Path("link").symlink_to(SECRET)
    Path("link").chmod(0o600)


def moved_out():
    Path("mine").touch()
    Path("mine").rename(OUTSIDE / "mine")


def beside():
    """The other children of the parent: one goes through the tests."""
    there = Path(f"/proc/{os.getppid()}/task/{os.getppid()}/children").read_text().split()
    return next(int(number) for number in there if int(number) != os.getpid())


def leased(path):
    path.touch()
    return fcntl.fcntl(os.open(path, os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)


def times():
    Path("timed").touch()
    os.utime("timed", (1, 2))
    return Path("timed").stat().st_mtime


def in_a_terminal():
    """What a line with `!` prints in a kernel that was started here."""
    from jupyter_client import BlockingKernelClient

    from kernel_seams.course.kernels import given_kernel

    heard = []
    with given_kernel() as connection_file:
        client = BlockingKernelClient(connection_file=str(connection_file))
        client.load_connection_file()
        client.start_channels(hb=False)
        client.wait_for_ready(timeout=60)
        client.execute_interactive("!test -t 1 && printf ran", output_hook=heard.append, timeout=60)
        client.stop_channels()
    return "".join(message["content"].get("text", "") for message in heard)


MUST_NOT = {
    "read": SECRET.read_text,
    "list": lambda: list(OUTSIDE.iterdir()),
    "write": lambda: SECRET.write_text("changed"),
    "truncate": lambda: os.truncate(SECRET, 0),
    "delete": SECRET.unlink,
    "make": lambda: (OUTSIDE / "new").touch(),
    "hard link": lambda: os.link(SECRET, "hard"),
    "move out": moved_out,
    "chmod": lambda: SECRET.chmod(0o600),
    "chmod by a link": through_a_link,
    "chmod of the interpreter": lambda: os.fchmod(os.open(sys.executable, os.O_RDONLY), 0o700),
    "times": lambda: os.utime(SECRET, (1, 1)),
    "attribute": lambda: os.setxattr(SECRET, "user.mine", b""),
    "owner": lambda: os.chown("timed", 65533, 65533),
    "connect": lambda: connected(SOCKET),
    "network": lambda: socket.socket(socket.AF_INET),
    "network by a handed-over call": connected_to_the_network,
    "datagrams": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    "datagram pair": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "signal": lambda: os.kill(os.getppid(), 0),
    "signal to whoever tests": lambda: os.kill(beside(), 0),
    "look into whoever tests": lambda: Path(f"/proc/{beside()}/mem").read_bytes(),
    "limits": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (64, 64)),
    "own limits": lambda: resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY,) * 2),
    "trace": lambda: called(libc.ptrace, 16, os.getppid(), 0, 0),
    "memory": lambda: Path(f"/proc/{os.getppid()}/mem").read_bytes(),
    "environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "namespace": lambda: called(libc.unshare, 0x10000000),
    "namespace of a clone": lambda: called(libc.syscall, 220 if ARM else 56, 0x10000000 | 17, 0, 0, 0, 0),
    "outlive": lambda: called(libc.prctl, 1, 0, 0, 0, 0),
    "io_uring": lambda: called(libc.syscall, 425, 1, None),
    "memfd": lambda: os.memfd_create("memory"),
    "shared memory": lambda: called(libc.syscall, 194 if ARM else 29, 0, 4096, 0o1600),
    "open by a handle": lambda: called(libc.syscall, 265 if ARM else 304, os.open("/", os.O_RDONLY), bytes(64), 0),
    "make others wait for a file": lambda: leased(INSIDE / "leased"),
    "hear of files": lambda: called(libc.inotify_init1, 0),
    "asynchronous input": lambda: called(libc.syscall, 0 if ARM else 206, 1, ctypes.byref(ctypes.c_ulong())),
    "newer call": lambda: called(libc.syscall, 480),
    "terminal of others": lambda: os.open(TERMINAL, os.O_NOCTTY | os.O_NONBLOCK),  # noqa: F821
    "be root": lambda: os.setuid(0) if os.getuid() else called(libc.capset, 0, 0),
}
MUST = {
    "write": lambda: Path("file").write_text("x"),
    "chmod": lambda: mode_of(INSIDE / "file", 0o640),
    "chmod from here": lambda: mode_of(Path("file"), 0o604),
    "fchmod": lambda: os.fchmod(os.open("file", os.O_RDONLY), 0o600) or oct(Path("file").stat().st_mode & 0o777),
    "times": times,
    "copy with mode and times": lambda: of_a_child("cp", "-p", "/bin/sh", "copy"),
    "run the copy": lambda: of_a_child("./copy", "-c", "printf ran"),
    "connect": connected_here,
    "python": lambda: of_a_child(sys.executable, "-c", "import json; print('ran', end='')"),
    "a child of a child": lambda: of_a_child("bash", "-c", "cat <(printf ran) | cat"),
    "processes": lambda: of_a_child(sys.executable, "-c", "import psutil; print(psutil.Process().name()[:6], end='')"),
    "terminal": in_a_terminal,
    "thread": lambda: of_a_child(sys.executable, "-c", "import threading as t; t.Thread(target=print).start()"),
}


def attempt(function):
    """What came of it, or the name of the exception."""
    try:
        return str(function() or "done")
    except BaseException as error:
        return type(error).__name__


told = {kind: {name: attempt(each) for name, each in all_of_it.items()}
        for kind, all_of_it in (("must not", MUST_NOT), ("must", MUST))}  # fmt: skip
print(json.dumps(told | {"user": os.getuid(), "uids": os.getresuid(), "groups": os.getgroups(), "folder": str(INSIDE)}))
