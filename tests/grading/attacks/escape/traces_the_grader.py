# /// case
# tries = "The parent is attached to as a debugger does, and its memory is written to."
# state = ["wrong", "crash"]
# nbgrader = "as it should be"
# ///

# %% top
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
READV, WRITEV, PIDFD_OPEN, PIDFD_GETFD = {"x86_64": (310, 311, 434, 438), "aarch64": (270, 271, 434, 438)}[
    platform.machine()
]
for pid in (os.getppid(), os.getpid() - 1, os.getpid() - 2):
    print(libc.ptrace(PTRACE_SEIZE, pid, 0, 0), libc.ptrace(PTRACE_ATTACH, pid, 0, 0), ctypes.get_errno())
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    print(libc.syscall(WRITEV, pid, vector, 1, vector, 1, 0), ctypes.get_errno())
    descriptor = libc.syscall(PIDFD_OPEN, pid, 0)
    print(descriptor, [libc.syscall(PIDFD_GETFD, descriptor, number, 0) for number in range(16)])
    try:
        with open(f"/proc/{pid}/mem", "r+b") as memory:
            print("open", memory)
    except OSError as error:
        print(error)
