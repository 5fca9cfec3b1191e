# /// case
# tries = "Every descriptor is closed while it is asked; or is one that nobody expects."
# state = ["crash", "wrong"]
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% mean
import os


def mean(numbers):
    os.closerange(0, 256)
    for _ in range(64):
        os.open("/dev/zero", os.O_RDWR)
    return 2.5
