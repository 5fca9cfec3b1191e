# /// case
# tries = "Two processes that watch each other: whoever kills one finds another."
# state = "wrong"
# nbgrader = "2 processes left behind"
# ///

# %% top
import os
import signal
import time


def watch(other):
    """Live until the other one is gone, then make a new one."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            os.kill(other, 0)
        except OSError:
            me = os.getpid()
            other = os.fork() or watch(me)
        time.sleep(0.001)


if os.fork() == 0:
    os.setsid()
    me = os.getpid()
    watch(os.fork() or watch(me))
