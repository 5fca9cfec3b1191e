# /// case
# tries = "Warnings on stderr, from a cell and from the functions that are tested."
# state = "ok"
# solves = "all"
# twice = true
# nbgrader = "loses 2"
# ///

# %% top
import sys
import warnings

print("set up", file=sys.stderr)
warnings.warn("this is going to change", stacklevel=1)


# %% triple
def triple(number):
    warnings.warn("multiplication is deprecated", DeprecationWarning, stacklevel=1)
    print("tripling", number, file=sys.stderr)
    return number + number + number
