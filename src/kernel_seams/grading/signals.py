"""Signals that graded code sends, where Landlock does not hold them: only its own processes get any.

The calls are handed over to the warden. What a process sends to itself, and to
the group that it leads, the kernel does after all: their numbers cannot become
another's while it waits. Every other process is pinned by a descriptor, then
judged, then sent the signal by that descriptor, whoever has its number by then.
One for a thread of another process is one for that process.

The call is answered first. A signal interrupts who waits for an answer, be it
the SIGCHLD of a child that has just been killed, and it would ask again.

Source: kill(2), pidfd_send_signal(2), rt_sigqueueinfo(2), seccomp_unotify(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.grading.listener import Call, memory, respond, see_it_waits
from kernel_seams.grading.processes import descendants
from kernel_seams.grading.seccomp import ARCHITECTURES, NUMBERS
from kernel_seams.grading.users import User, as_user, reaching_as

__all__ = ["answer"]

PIDFD_OPEN, PIDFD_SEND_SIGNAL = 434, 424  # the same on every architecture; not every Python was built to have them
SI_QUEUE, SI_TKILL = -1, -6
INFORMATION = 128  # bytes of a siginfo_t
ROUNDS = 20  # of looking who has joined a group that is being killed

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class _Wish:
    """Who is to be sent what: `whom` is a process, as kill(2) has it, `thread` one of its threads or 0."""

    whom: int
    thread: int
    signal: int
    information: int = 0  # the address of a siginfo_t


def answer(listener: int, call: Call, user: User | None, grader: int) -> None:
    """Answer a call of SIGNALS, and send what it asks for to those that are below this process and not `grader`'s.

    `OSError` if the call is to fail: nothing was sent then.
    """
    caller = _process_of(call.process)
    group = os.getpgid(caller)
    see_it_waits(listener, call)
    wish = _wish(call, user)
    if _is_about_itself(call, wish, caller, group):
        respond(listener, call, let_through=True)
        return
    if not 0 <= wish.signal <= signal.NSIG - 1:
        raise OSError(errno.EINVAL, "no signal")
    if call.name == "tkill" and _process_of(wish.thread) == caller:
        # By its own process's number, which is held by the caller, who waits.
        _as(user, lambda: _send_to_thread(caller, wish))
        respond(listener, call)
        return
    information = _information(call, wish, caller, user)
    pinned = _pinned(call, wish, caller, user, grader)
    try:
        see_it_waits(listener, call)
        respond(listener, call)
        if wish.signal:
            _send(pinned, wish.signal, information, user)
    finally:
        for descriptor in pinned.values():
            os.close(descriptor)
    if wish.signal == signal.SIGKILL and wish.whom < -1:  # of -1 it would be what the caller starts afterwards, too
        _send_to_who_came_later(wish, {*pinned, caller}, information, user, grader)


def _wish(call: Call, user: User | None) -> _Wish:
    first, second, third, fourth = (struct.unpack("=i", struct.pack("=I", each & 0xFFFFFFFF))[0]
                                    for each in call.arguments[:4])  # fmt: skip
    if call.name == "kill":
        return _Wish(first, 0, second)
    if call.name == "rt_sigqueueinfo":
        wish = _Wish(first, 0, second, call.arguments[2])
    elif call.name == "tkill":
        wish = _Wish(first, first, second)
    elif call.name == "pidfd_send_signal":
        if fourth:
            raise OSError(errno.EINVAL, "flags")
        wish = _Wish(_by_descriptor(call, user), 0, second, call.arguments[2])
    else:
        wish = _Wish(first, second, third, call.arguments[3] if call.name == "rt_tgsigqueueinfo" else 0)
        if wish.thread <= 0:
            raise OSError(errno.EINVAL, "no thread")
    if wish.whom <= 0:
        raise OSError(errno.ESRCH if call.name == "rt_sigqueueinfo" else errno.EINVAL, "no process")
    return wish


def _is_about_itself(call: Call, wish: _Wish, caller: int, group: int) -> bool:
    """Whether the kernel may do it: what the number stands for cannot change, and is the sandbox's."""
    if call.name == "pidfd_send_signal":  # the descriptor may be another one by then
        return False
    if call.name == "tkill":
        return wish.thread == call.process
    return wish.whom == caller or (wish.whom == -caller and group == caller)


def _by_descriptor(call: Call, user: User | None) -> int:
    """The process that a descriptor of the caller's is for."""
    path = Path(f"/proc/{call.process}/fdinfo/{call.arguments[0] & 0xFFFFFFFF}")
    lines: list[str] = []
    with reaching_as(user), suppress(FileNotFoundError):
        lines = path.read_text().splitlines()
    number = next((int(line.split()[1]) for line in lines if line.startswith("Pid:")), 0)
    if number <= 0:
        raise OSError(errno.ESRCH if number < 0 else errno.EBADF, "no process")
    return number


def _information(call: Call, wish: _Wish, caller: int, user: User | None) -> bytes:
    """What goes with the signal: what the caller gave, or that it is the caller who sends it."""
    if not wish.information:
        number = os.getuid() if user is None else user.number
        return struct.pack("=iiiiiI", wish.signal, 0, SI_QUEUE, 0, caller, number).ljust(INFORMATION, b"\0")
    with reaching_as(user):
        given = memory(call.process, wish.information, INFORMATION)
    if len(given) != INFORMATION:
        raise OSError(errno.EFAULT, "no information")
    code = struct.unpack("=i", given[8:12])[0]
    if code >= 0 or code == SI_TKILL:  # what only the kernel says
        raise PermissionError(errno.EPERM, "not a code of its own")
    return struct.pack("=i", wish.signal) + given[4:]


def _pinned(call: Call, wish: _Wish, caller: int, user: User | None, grader: int) -> dict[int, int]:
    """A descriptor for each process that is meant; `OSError` if there is none, or one that is not the sandbox's."""
    if wish.whom < 0:
        found = _pin_all(_members(wish.whom, caller, grader))
        if not found:
            if wish.whom != -1:
                os.killpg(-wish.whom, 0)  # ESRCH or EPERM, as it should be
                raise PermissionError(errno.EPERM, "a group outside of the sandbox")
            raise ProcessLookupError(errno.ESRCH, "no other process")
        return found
    process = _process_of(wish.whom)
    descriptor = _pin(process)
    try:
        if not Path(f"/proc/{process}/task/{wish.thread or wish.whom}").exists():
            raise ProcessLookupError(errno.ESRCH, "no such thread")
        if call.name == "pidfd_send_signal" and _by_descriptor(call, user) != process:
            raise ProcessLookupError(errno.ESRCH, "it has ended")
        # Twice: one may be handed to another parent while they are counted.
        if not any(process in descendants(os.getpid(), [grader]) for _ in range(2)):
            raise PermissionError(errno.EPERM, "a process outside of the sandbox")
    except BaseException:
        os.close(descriptor)
        raise
    return {process: descriptor}


def _members(whom: int, caller: int, grader: int) -> list[int]:
    """The sandbox's processes of a group, or all but the caller."""
    there = descendants(os.getpid(), [grader])
    if whom == -1:
        return [process for process in there if process != caller]
    found = []
    for process in there:
        with suppress(ProcessLookupError):
            found += [process] if os.getpgid(process) == -whom else []
    return found


def _pin_all(processes: Iterable[int]) -> dict[int, int]:
    pinned = {}
    for process in processes:
        with suppress(ProcessLookupError):
            pinned[process] = _pin(process)
    return pinned


def _send_to_who_came_later(wish: _Wish, known: set[int], information: bytes, user: User | None, grader: int) -> None:
    """Kill those that a process has forked while it was about to be killed itself: the kernel lets none slip away."""
    for _ in range(ROUNDS):
        later = _pin_all(process for process in _members(wish.whom, 0, grader) if process not in known)
        if not later:
            return
        try:
            _send(later, wish.signal, information, user)
        finally:
            for descriptor in later.values():
                os.close(descriptor)
        known |= set(later)


def _send(pinned: dict[int, int], number: int, information: bytes, user: User | None) -> None:
    def send() -> None:
        for descriptor in pinned.values():
            with suppress(OSError):  # it has ended
                _call(PIDFD_SEND_SIGNAL, descriptor, number, information, 0)

    _as(user, send)


def _as(user: User | None, work: Callable[[], None]) -> None:
    """Do it as that user: who may become another has not always the right to send it a signal. `OSError` if it fails.

    By a fork: if this process were that user for a moment, it could be sent signals itself.
    """

    def work_and_tell() -> int:
        try:
            work()
        except OSError as error:
            return error.errno or errno.EPERM
        return 0

    error = work_and_tell() if user is None else as_user(user, work_and_tell)
    if error:
        raise OSError(error, os.strerror(error))


def _send_to_thread(process: int, wish: _Wish) -> None:
    _call(NUMBERS["tgkill"][ARCHITECTURES[platform.machine()][0]] or 0, process, wish.thread, wish.signal)


def _process_of(thread: int) -> int:
    """The process that a thread is of."""
    try:
        lines = Path(f"/proc/{thread}/status").read_bytes().splitlines()  # a name may be no text
    except FileNotFoundError:
        raise ProcessLookupError(errno.ESRCH, "no such process") from None
    return next(int(line.split()[1]) for line in lines if line.startswith(b"Tgid:"))


def _pin(process: int) -> int:
    return _call(PIDFD_OPEN, process, 0)


def _call(number: int, *arguments: int | bytes) -> int:
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
