# /// case
# tries = "The process answers, and stops itself before it is asked for more: a long question stays in the pipe, and who asks waits."
# state = ["timeout", "crash"]
# solves = ["triple"]
# waits = true
# nbgrader = "as it should be"
# ///

# %% mean
import os
import signal
import sys

frames = sys.modules.get("kernel_seams.grading.frames")
if frames:
    real = frames.Channel.send

    def send(self, message, *rest):
        real(self, message, *rest)
        os.kill(os.getpid(), signal.SIGSTOP)

    frames.Channel.send = send

# %% after mean
# LONG

# %% maker
notebook.write_text(notebook.read_text().replace("# LONG", "x = '" + "long " * 1_000_000 + "'"))
