"""A seccomp filter: the system calls that graded code has no use for are refused; what they would reach stays whole.

The filter is a small BPF program, assembled here: the one binding there is on
the package index needs libseccomp on the machine and has not been touched since
2021. Source: docs.kernel.org/userspace-api/seccomp_filter.html

    load the architecture     another one than this file knows: the process is killed
    load the number           newer than the tables below: ENOSYS
    one step for each call    refused, refused for some arguments, or handed to the warden
    what is left              allowed
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
import sys
from collections.abc import Collection, Iterable

__all__ = ["EMPTYING", "HANDED_OVER", "NUMBERS", "SIGNALS", "install", "knows_this_machine", "program"]

# name: the number on x86_64, on aarch64 (None: that architecture has no such call).
NUMBERS: dict[str, tuple[int | None, int | None]] = {
    # Other processes, and this one's limits and privileges.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "move_pages": (279, 239), "migrate_pages": (256, 238), "modify_ldt": (154, None), "perf_event_open": (298, 241),
    "prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118), "sched_setattr": (314, 274), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "prctl": (157, 167),
    # Namespaces and mounts.
    "unshare": (272, 97), "setns": (308, 268), "clone": (56, 220), "clone3": (435, 435), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "open_tree_attr": (467, 467), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    # The machine.
    "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "syslog": (103, 116), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171), "vhangup": (153, 58),
    # Large surfaces of the kernel.
    "bpf": (321, 280), "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "io_setup": (206, 0),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # Memory and messages that outlive a process, and memory that no process seems to have.
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193),
    "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188),
    "msgctl": (71, 187), "mq_open": (240, 180), "mq_unlink": (241, 181), "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # The network, and terminals.
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "ioctl": (16, 29),
    # What is told of files that may not be opened, and who opens one's own has to wait for it.
    "inotify_init": (253, None), "inotify_init1": (294, 26), "fcntl": (72, 25),
    # What can be done to a file without opening it, of which Landlock says nothing.
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "setxattrat": (463, 463), "removexattrat": (466, 466), "file_setattr": (469, 469),
    # What Landlock holds, if it is new enough, and this where it is not: signals, and files that are emptied.
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424),
    "truncate": (76, 45), "open": (2, None), "openat": (257, 56), "openat2": (437, 437),
}  # fmt: skip
NEWEST = 470  # of the calls that were looked at; the kernel gives numbers in order

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
X32 = 0x40000000  # x86_64 has every call a second time under these numbers

MISSING = {"clone3", "memfd_create", "memfd_secret", "io_uring_setup", "io_uring_enter", "io_uring_register",
           "io_setup", "inotify_init", "inotify_init1", "openat2"}  # fmt: skip
SOME = {"clone", "prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr",
        "setpriority", "ioprio_set", "prctl", "socket", "socketpair", "ioctl", "fcntl", "kill", "open",
        "openat"}  # fmt: skip
# The warden does these in the process's place, once it has seen that the path is inside the sandbox.
HANDED_OVER = ("connect", "chmod", "fchmod", "fchmodat", "fchmodat2", "utime", "utimes", "futimesat", "utimensat")
# These as well where Landlock does not hold them; what comes to the same is refused then.
SIGNALS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")
EMPTYING = ("truncate",)
ONLY_WITH = dict.fromkeys(SIGNALS, SIGNALS) | dict.fromkeys((*EMPTYING, "open", "openat", "openat2"), EMPTYING)

NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
PR_SET_PDEATHSIG = 1
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # a key pressed in somebody's terminal
SETLEASE, NOTIFY_OF = 1024, 1026  # on a file: whoever opens it waits for up to 45 s; what becomes of a folder
OWNERS = {"ioctl": (0x8901, 0x8902), "fcntl": (8, 15)}  # FIOSETOWN, SIOCSPGRP; F_SETOWN(_EX): who is sent a signal
ACCESS = 3  # of the flags of `open`: 0 to read, 1 to write, 2 both; 3 gives neither, and asks Landlock for neither

LOAD, JUMP, JUMP_EQUAL, JUMP_GREATER, JUMP_SET, AND, RETURN = 0x20, 0x05, 0x15, 0x25, 0x45, 0x54, 0x06
ALLOW, NOTIFY, ERRNO, KILL = 0x7FFF0000, 0x7FC00000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

PR_SET_NO_NEW_PRIVS, SET_MODE_FILTER, NEW_LISTENER, WAIT_KILLABLE = 38, 1, 1 << 3, 1 << 5
SECCOMP = {"x86_64": 317, "aarch64": 277}

Step = tuple[int, int, int, int]  # code, steps to skip if true, if false, operand


def knows_this_machine() -> bool:
    """Whether the tables hold this architecture, and the kernel is Linux."""
    return sys.platform == "linux" and platform.machine() in ARCHITECTURES


def program(machine: str, *, loopback: bool = False, hand_over: Collection[str] = ()) -> bytes:
    """The filter for `machine`, x86_64 or aarch64.

    Sockets are AF_UNIX streams; with `loopback` of the internet too. Those calls
    of HANDED_OVER that are in `hand_over` go to whoever holds the listener, the
    others are allowed. With SIGNALS or EMPTYING in it, what else sends a signal
    or empties a file is refused; without them there is not a step about either.
    """
    column, architecture = ARCHITECTURES[machine]
    steps: list[Step] = [_load(ARCHITECTURE), (JUMP_EQUAL, 1, 0, architecture), _return(KILL), _load(NUMBER)]
    for name, numbers in NUMBERS.items():
        number = numbers[column]
        if number is None or not set(ONLY_WITH.get(name, ())) <= set(hand_over):
            continue
        if name in SOME:
            then = _some(name, loopback, signals="kill" in hand_over)
        elif name in (*HANDED_OVER, *SIGNALS, *EMPTYING):
            then = [_return(NOTIFY if name in hand_over else ALLOW)]
        else:
            then = [_return(ERRNO | _error(name))]
        steps += [(JUMP_EQUAL, 0, len(then), number), *then]
    # x32's numbers are above NEWEST as well.
    steps += [(JUMP_GREATER, 0, 1, NEWEST), _return(ERRNO | errno.ENOSYS), _return(ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _error(name: str) -> int:
    """What a call fails with. A library lives on without what is missing; that it may not is an error to it."""
    if name in MISSING:
        return errno.ENOSYS
    return errno.EOPNOTSUPP if "xattr" in name else errno.EPERM


def install(filter_program: bytes, *, listen: bool = False, patient: bool = False) -> int:
    """Put the filter on this thread and its descendants, for good: the listener's descriptor, or 0 without `listen`.

    Who is `patient` is not interrupted by a signal while a call is answered, where the kernel has that, since 5.19.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    text = ctypes.create_string_buffer(filter_program)
    described = struct.pack("HxxxxxxQ", len(filter_program) // 8, ctypes.addressof(text))
    call = SECCOMP[platform.machine()]
    flags = NEW_LISTENER if listen else 0
    result = int(libc.syscall(call, SET_MODE_FILTER, flags | WAIT_KILLABLE, described)) if listen and patient else -1
    if result < 0:
        result = int(libc.syscall(call, SET_MODE_FILTER, flags, described))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"seccomp: {os.strerror(error)}")
    return result


def _some(name: str, loopback: bool, *, signals: bool) -> list[Step]:
    """The steps for a call that is refused for some of its arguments, once its number has been found."""
    allow, refuse = _return(ALLOW), _return(ERRNO | errno.EPERM)
    if name == "clone":
        return [_argument(0), (JUMP_SET, 0, 1, NAMESPACES), refuse, allow]
    if name == "prctl":
        return [_argument(0), (JUMP_EQUAL, 0, 1, PR_SET_PDEATHSIG), refuse, allow]
    if name == "kill":  # its own group, which is below the process that made the sandbox's session
        return [_argument(0), (JUMP_EQUAL, 0, 1, 0), allow, _return(NOTIFY)]
    if name in ("open", "openat"):
        flags, emptied = _argument(1 if name == "open" else 2), _return(ERRNO | errno.EACCES)
        unasked = [(JUMP_EQUAL, 1, 0, os.O_TRUNC), (JUMP_EQUAL, 0, 1, os.O_TRUNC | ACCESS)]
        return [flags, (AND, 0, 0, os.O_TRUNC | ACCESS), *unasked, emptied, allow]
    if name in ("ioctl", "fcntl"):
        one, other = {"ioctl": (TIOCSTI, TIOCLINUX), "fcntl": (SETLEASE, NOTIFY_OF)}[name]
        owners = [step for each in OWNERS[name] for step in ((JUMP_EQUAL, 0, 1, each), refuse)] if signals else []
        return [_argument(1), *owners, (JUMP_EQUAL, 1, 0, one), (JUMP_EQUAL, 0, 1, other), refuse, allow]
    if name in ("setpriority", "ioprio_set"):  # of one process, and that is oneself
        process = {"setpriority": 0, "ioprio_set": 1}[name]
        return [_argument(0), (JUMP_EQUAL, 0, 3, process), _argument(1), (JUMP_EQUAL, 0, 1, 0), allow, refuse]
    if name in ("socket", "socketpair"):
        # A datagram socket of AF_UNIX sends to any path without a `connect`.
        kinds = [socket.SOCK_STREAM] if name == "socket" else [socket.SOCK_STREAM, socket.SOCK_SEQPACKET]
        others = [socket.AF_INET, socket.AF_INET6] if loopback and name == "socket" else []
        unix = [_argument(1), (AND, 0, 0, 0xF), *_allowed(kinds), refuse]
        # Where libzmq cannot list interfaces it lives on without them if that is the reason, else it aborts.
        netlink = [(JUMP_EQUAL, 0, 1, int(socket.AF_NETLINK)), _return(ERRNO | errno.EOPNOTSUPP)]
        return [_argument(0), (JUMP_EQUAL, 0, len(unix), socket.AF_UNIX), *unix, *_allowed(others), *netlink, refuse]
    if name.startswith("sched_"):  # libzmq gives up where its thread's own priority cannot be set: let it think so
        refuse = _return(ERRNO)
    return [_argument(0), (JUMP_EQUAL, 0, 1, 0), allow, refuse]  # the number of a process; 0 is oneself


def _allowed(values: Iterable[int]) -> list[Step]:
    """Allow the call if what was loaded is one of `values`."""
    return [step for value in values for step in ((JUMP_EQUAL, 0, 1, int(value)), _return(ALLOW))]


def _load(offset: int) -> Step:
    return LOAD, 0, 0, offset


def _argument(number: int) -> Step:
    """Load the lower half of an argument: the kernel looks at no more of these."""
    return _load(ARGUMENTS + 8 * number)


def _return(action: int) -> Step:
    return RETURN, 0, 0, action
