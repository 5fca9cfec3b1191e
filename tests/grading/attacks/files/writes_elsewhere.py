# /// case
# tries = "Something is left wherever a user of this machine may write: the common temporary folders, and shared memory."
# state = "wrong"
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
