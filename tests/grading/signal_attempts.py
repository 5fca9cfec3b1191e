"""Runs as a cell in the sandbox: sends signals, prints what came of each as JSON; OUTSIDE, OTHER stand before it."""

import ctypes
import fcntl
import json
import multiprocessing
import os
import platform
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

SECRET = Path(OUTSIDE) / "secret"  # noqa: F821
ARM = platform.machine() == "aarch64"
NUMBERS = {"tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)}
libc = ctypes.CDLL(None, use_errno=True)
heard = []


def call(name, *arguments):
    number = NUMBERS[name][ARM] if name in NUMBERS else name
    if (result := libc.syscall(number, *arguments)) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def information(number, value=0):
    return struct.pack("=iiiiiIq", number, 0, -1, 0, os.getpid(), os.getuid(), value).ljust(128, b"\0")


def by_descriptor(process, number):
    descriptor = call(434, process, 0)
    try:
        call(424, descriptor, number, None, 0)
    finally:
        os.close(descriptor)


WAYS = {
    "kill": os.kill,
    "tkill": lambda process, number: call("tkill", process, number),
    "tgkill": lambda process, number: call("tgkill", process, process, number),
    "rt_sigqueueinfo": lambda process, number: call("rt_sigqueueinfo", process, number, information(number)),
    "rt_tgsigqueueinfo": lambda *it: call("rt_tgsigqueueinfo", it[0], *it, information(it[1])),
    "pidfd_send_signal": by_descriptor,
    "killpg": lambda process, number: os.killpg(os.getpgid(process), number),
    "F_SETOWN": lambda process, _: fcntl.fcntl(os.pipe()[0], 8, process),
    "F_SETOWN_EX": lambda process, _: fcntl.fcntl(os.pipe()[0], 15, struct.pack("ii", 1, process)),
    "FIOSETOWN": lambda process, _: fcntl.ioctl(os.pipe()[0], 0x8901, struct.pack("i", process)),
    "SIOCSPGRP": lambda process, _: fcntl.ioctl(os.pipe()[0], 0x8902, struct.pack("i", process)),
}


def beside():
    there = Path(f"/proc/{os.getppid()}/task/{os.getppid()}/children").read_text().split()
    return next(int(number) for number in there if int(number) != os.getpid())


def sleeper(**how):
    return subprocess.Popen(["sleep", "600"], **how)


def ended_by(end):
    child = sleeper()
    end(child)
    return child.wait(60)


def of_a_child(source):
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False, timeout=60)


def in_bash(source):
    done = subprocess.run(["bash", "-c", source], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() + done.stderr


def group_of_its_own():
    child = subprocess.Popen(["bash", "-c", "sleep 600 | sleep 600"], start_new_session=True)
    os.killpg(child.pid, signal.SIGKILL)
    return child.wait(60)


def hears(send):
    heard.clear()
    send()
    return len(heard)


def the_group_of_others():
    """A process that does not lead its group sends to all of it."""
    source = """
import os, signal, threading
came = threading.Event()
signal.signal(signal.SIGUSR1, lambda *_: came.set())
os.killpg(os.getpgrp(), signal.SIGUSR1)
came.wait(60) and print("heard", end="")
"""
    command = "trap : USR1; " + sys.executable + ' -c "$0"; true'
    return subprocess.run(
        ["bash", "-c", command, source], start_new_session=True, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def everybody():
    children = [sleeper(), sleeper(start_new_session=True)]
    os.kill(-1, signal.SIGKILL)
    return [child.wait(60) for child in children]


def a_daemon():
    """Its parent has ended, so it is a child of the warden's now."""
    number = int(in_bash("setsid sleep 600 >/dev/null 2>&1 & echo $!"))
    os.kill(number, signal.SIGKILL)
    deadline = time.monotonic() + 60
    with suppress(FileNotFoundError, ProcessLookupError):  # nobody is left to wait for it
        while time.monotonic() < deadline and "Z" not in Path(f"/proc/{number}/stat").read_text().split()[2]:
            time.sleep(0.01)
    return "ended" if time.monotonic() < deadline else "still there"


def with_a_value():
    source = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print(flush=True)
told = signal.sigwaitinfo([signal.SIGUSR1])
print(told.si_code, told.si_pid == os.getppid())
"""
    child = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    call("rt_sigqueueinfo", child.pid, signal.SIGUSR1, information(signal.SIGUSR1, 7))
    return child.communicate(timeout=60)[0].strip()


def a_process_of_multiprocessing():
    child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,))
    child.start()
    child.terminate()
    child.join(60)
    return child.exitcode


def a_thread():
    source = "import signal, threading, time; signal.signal(signal.SIGUSR1, lambda *_: print('heard', end='')); " \
        "t = threading.Thread(target=time.sleep, args=(0.2,)); t.start(); " \
        "signal.pthread_kill(t.ident, signal.SIGUSR1); t.join()"  # fmt: skip
    return of_a_child(source).stdout


def a_child_of_its_parent():
    """Whose end is told to that parent, the warden, by SIGKILL if it could be."""
    child = call(220 if ARM else 56, 0x8000 | signal.SIGKILL, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return "left to the warden"


def gone():
    child = sleeper()
    child.kill()
    child.wait(60)
    os.kill(child.pid, 0)


def emptied_here():
    Path("file").write_text("text")
    os.truncate("file", 2)
    left = Path("file").read_text()
    Path("file").write_text("")
    return left


def readable_here():
    """Outside nothing may be read that this user may write, so it is refused in here, too."""
    Path("file").write_text("text")
    return "file"


def attempt(function, *arguments):
    try:
        return str(function(*arguments))
    except BaseException as error:
        return type(error).__name__


signal.signal(signal.SIGUSR1, lambda *_: heard.append(1))
MUST = {
    "Popen.kill": lambda: ended_by(lambda child: child.kill()),
    "Popen.terminate": lambda: ended_by(lambda child: child.terminate()),
    **{name: (lambda name=name: ended_by(lambda child: WAYS[name](child.pid, signal.SIGTERM)))
       for name in ("tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")},
    "a group of its own": group_of_its_own,
    "its group": lambda: hears(lambda: os.kill(0, signal.SIGUSR1)),
    "its group by number": lambda: hears(lambda: os.killpg(os.getpgrp(), signal.SIGUSR1)),
    "itself": lambda: hears(lambda: os.kill(os.getpid(), signal.SIGUSR1)),
    "raise": lambda: hears(lambda: signal.raise_signal(signal.SIGUSR1)),
    "its main thread": lambda: hears(
        lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)),
    "a thread": a_thread,
    "the group of others": the_group_of_others,
    "everybody": everybody,
    "a daemon": a_daemon,
    "with a value": with_a_value,
    "multiprocessing": a_process_of_multiprocessing,
    "abort": lambda: of_a_child("import os; os.abort()").returncode,
    "a name that is no text": lambda: of_a_child(
        "import ctypes, signal; ctypes.CDLL(None).prctl(15, b'\\xff'); signal.raise_signal(15)").returncode,
    "a fault": lambda: of_a_child("import faulthandler as f; f.enable(); f._sigsegv()").returncode,
    "bash's kill": lambda: in_bash("sleep 600 & kill $!; wait $!; echo $?"),
    "bash's jobs": lambda: in_bash("set -m; sleep 600 | sleep 600 & kill %1; wait %1 2>/dev/null; echo $?"),
    "bash stops itself": lambda: in_bash("(sleep .1; kill -CONT $$) & kill -STOP $$; wait; echo on"),
    "timeout": lambda: in_bash("timeout .1 sleep 600; echo $?"),
    "who has ended": gone,
    "a group that is not there": lambda: os.killpg(2**22 + 1, 0),
    "no signal": lambda: os.kill(sleeper().pid, 99),
    "a child of its parent": a_child_of_its_parent,
    "truncate": emptied_here,
}  # fmt: skip
OTHERS = {"the warden": os.getppid(), "whoever tests": beside(), "another": OTHER}  # noqa: F821
MUST_NOT = {f"{way}: {who}": (lambda send=send, process=process: send(process, 0))
            for who, process in OTHERS.items() for way, send in WAYS.items()} | {
    "truncate": lambda: os.truncate(SECRET, 0),
    "open to read, emptied": lambda: os.open(readable_here(), os.O_RDONLY | os.O_TRUNC),
    "open for neither, emptied": lambda: os.open(SECRET, os.O_ACCMODE | os.O_TRUNC),
    "openat2, emptied": lambda: call(437, -100, bytes(SECRET), struct.pack("QQQ", os.O_TRUNC, 0, 0), 24),
    **{f"{way} ends {who}": (lambda send=WAYS[way], process=process: send(process, signal.SIGKILL))
       for who, process in OTHERS.items() for way in ("kill", "killpg")},
}  # fmt: skip
told = {kind: {name: attempt(each) for name, each in all_of_it.items()}
        for kind, all_of_it in (("must", MUST), ("must not", MUST_NOT))}  # fmt: skip
print(json.dumps(told))
