# /// case
# tries = "The process answers, and stops itself before it is asked for more: a long question stays in the pipe, and who asks waits."
# state = ["timeout", "crash"]
# solves = ["triple"]
# ///

# %% mean
import os
import signal
import threading
import time


def stop():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGSTOP)


threading.Thread(target=stop).start()

# %% after mean
# LONG

# %% maker
notebook.write_text(notebook.read_text().replace("# LONG", "x = '" + "long " * 1_000_000 + "'"))
