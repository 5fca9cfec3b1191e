# /// case
# tries = "Programs are started while a function is asked, each detached in another way; the answer is right."
# state = ["ok", "wrong", "crash"]
# solves = "all"
# why = "To start a process is no crime; to leave one is of no use."
# nbgrader = "12 processes left behind"
# ///

# %% triple
import os
import subprocess
import sys


def triple(number):
    nothing = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(86400)"], start_new_session=True, **nothing)
        subprocess.Popen("nohup setsid sleep 86401 &", shell=True, **nothing)
    except OSError:
        pass
    return 3 * number
