# /// case
# tries = "A function that is tested writes a gigabyte to the descriptors of stdout and stderr, past Python."
# state = ["output limit", "timeout", "wrong"]
# solves = ["triple"]
# nbgrader = "has no score; the batch ends: exit -9; mia and zoe not graded"
# ///

# %% mean
import os


def mean(numbers):
    for _ in range(512):
        os.write(1, b"x" * 1024 * 1024)
        os.write(2, b"x" * 1024 * 1024)
    return 0.0
