# /// case
# tries = "A cell prints a gigabyte, line by line; the answers above it are right."
# state = ["output limit", "timeout"]
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% after triple-check
for _ in range(1024 * 1024):
    print("all work and no play makes Jack a dull boy " * 24)
