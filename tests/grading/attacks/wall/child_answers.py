# /// case
# tries = "A child answers and the parent waits for it: two processes speak for one."
# state = ["wrong", "crash", "timeout"]
# solves = ["mean", "count", "largest", "shout"]
# why = "Whether that is one answer or two is the wall's to say; it must not cost the other tests."
# nbgrader = "as it should be"
# ///

# %% triple
import os
import time


def triple(number):
    if os.fork():
        time.sleep(1)
        return "late"
    return 3 * number + 1
