# /// case
# tries = "Something is left wherever a user of this machine may write: the common temporary folders, and shared memory."
# state = "wrong"
# nbgrader = "5 files written elsewhere; 1 files of the course changed"
# ///

# %% top
import os
from pathlib import Path

places = [
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    os.environ.get("TMPDIR", "/tmp"),
    "@COURSE@",
    "@COURSE@/..",
    "..",
    "../..",
    "../../..",
]
for place in places:
    try:
        Path(place, "pwned-elsewhere").write_text("hello")
    except OSError as error:
        print(error)
