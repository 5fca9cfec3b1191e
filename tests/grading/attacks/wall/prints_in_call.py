# /// case
# tries = "Each answer comes with fifteen megabytes of print: one is harmless, and all of them are kept."
# state = ["output limit", "wrong", "timeout"]
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% mean
def mean(numbers):
    print("all work and no play makes Jack a dull boy\n" * 350_000)
    return 0.0


# %% count
def count(text):
    print("x" * 15_000_000)
    return {}
