# /// case
# tries = "A process in a session of its own, with a parent that is gone, is left behind to mine coins."
# source = "jupyter/nbgrader: a background process outlives the kernel"
# state = "wrong"
# twice = true
# nbgrader = "1 process left behind"
# ///

# %% top
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        while True:
            time.sleep(1)
    os._exit(0)
