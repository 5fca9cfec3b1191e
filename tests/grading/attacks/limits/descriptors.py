# /// case
# tries = "Files are opened until no more can be, and none is closed."
# state = ["wrong", "crash"]
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% mean
hoard = []


def mean(numbers):
    while True:
        hoard.append(open("/dev/null"))
