# /// case
# tries = "Recursion to a depth of eight hundred, a hundred megabytes of memory, a big number on the way."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
table = [float(n) for n in range(3_000_000)]
power = 3**100_000


# %% triple
def triple(number, depth=800):
    return 3 * number if depth == 0 else triple(number, depth - 1)
