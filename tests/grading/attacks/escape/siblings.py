# /// case
# tries = "Processes whose parent is the one above this one, with a signal to it at their end; and a process that adopts all others."
# state = ["wrong", "crash"]
# solves = ["triple"]
# nbgrader = "4 processes left behind"
# ///

# %% top
import ctypes
import os
import platform
import signal
import time

libc = ctypes.CDLL(None, use_errno=True)
CLONE_PARENT, SUBREAPER, CLONE = 0x8000, 36, {"x86_64": 56, "aarch64": 220}[platform.machine()]
print(libc.prctl(SUBREAPER, 1, 0, 0, 0))
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, 0):
    child = libc.syscall(CLONE, CLONE_PARENT | number, 0, 0, 0, 0)
    if child == 0:
        grandchild = libc.syscall(CLONE, CLONE_PARENT | number, 0, 0, 0, 0)
        if grandchild == 0:
            os.setsid()
            time.sleep(600)
        os._exit(0)
    print(child, os.strerror(ctypes.get_errno()))
