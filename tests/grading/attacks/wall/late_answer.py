# /// case
# tries = "One call is answered only after its time is up: the answer may be taken for that of the next one."
# state = "timeout"
# waits = true
# nbgrader = "as it should be"
# ///

# %% top
import threading
import time

calls = []


# %% triple
def triple(number):
    calls.append(number)
    if len(calls) == 1:
        time.sleep(300)
    return 6


# %% mean
def mean(numbers):
    time.sleep(300)
    return 2.5
