# /// case
# tries = "Whoever grades is killed: the processes above this one, its group, and all that look like a grader."
# state = ["wrong", "crash"]
# nbgrader = "has no score; the batch ends: exit -9; mia and zoe not graded"
# ///

# %% top
import os
import signal
from pathlib import Path


def parents(pid):
    """The processes above `pid`, as far as they are this student's to see."""
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return
        yield pid


victims = set(parents(os.getpid())) | {os.getppid()}
for path in Path("/proc").glob("[0-9]*/cmdline"):
    try:
        text = path.read_text()
    except OSError:
        continue
    if "nbgrader" in text or "seams" in text or "otter" in text:
        victims.add(int(path.parent.name))
for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
    for pid in victims - {os.getpid(), 0, 1}:
        try:
            if "batch.py" not in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, number)
        except OSError as error:
            print(pid, error)
