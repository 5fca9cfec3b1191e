# /// case
# tries = "Timers without number, each with a signal that waits: a user may have so many, and others are that user, too."
# state = ["wrong", "crash"]
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% top
import ctypes
import resource
import signal

libc = ctypes.CDLL(None, use_errno=True)
signal.pthread_sigmask(signal.SIG_BLOCK, range(34, 60))
made = 0
while made < 50_000 and libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())) == 0:
    made += 1
print(made, resource.getrlimit(resource.RLIMIT_SIGPENDING))
