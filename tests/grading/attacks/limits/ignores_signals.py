# /// case
# tries = "Every signal that can be ignored is, an alarm is cleared, and then nothing ends any more."
# state = "timeout"
# solves = ["triple"]
# waits = true
# nbgrader = "has no score"
# ///

# %% mean
import signal
import time


def mean(numbers):
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.alarm(0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    while True:
        time.sleep(1)
