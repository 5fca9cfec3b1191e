# /// case
# tries = "All is answered; what runs when the process ends never ends."
# state = ["ok", "timeout"]
# solves = "all"
# why = "Every test passed before it."
# nbgrader = "as it should be"
# ///

# %% top
import atexit
import threading
import time


def linger():
    while True:
        time.sleep(1)


atexit.register(linger)
threading.Thread(target=linger).start()
