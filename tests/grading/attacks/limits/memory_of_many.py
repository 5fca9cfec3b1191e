# /// case
# tries = "Twelve processes take half a gigabyte each: every one stays below the limit of a process."
# state = ["memory", "wrong", "crash", "timeout"]
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% count
import os
import time


def count(text):
    for _ in range(12):
        if os.fork() == 0:
            hoard = b"x" * (512 * 1024 * 1024)
            time.sleep(600)
            os._exit(0)
    time.sleep(2)
    return {}
