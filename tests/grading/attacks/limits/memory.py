# /// case
# tries = "A list that grows until the memory is full, of 6 GB at most so that a machine survives it."
# state = "memory"
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% after triple-check
hoard = [bytearray(64 * 1024 * 1024) for _ in range(96)]
