# /// case
# tries = "A dict whose keys all have the same hash: who builds it again compares each with all others, for hours."
# source = "n.runs/oCERT-2011-003; numbers are hashed modulo 2**61 - 1 to this day"
# state = ["timeout", "wrong", "output limit"]
# solves = ["triple", "mean"]
# waits = true
# nbgrader = "as it should be"
# ///

# %% top
import sys

keys = [number * (2**61 - 1) for number in range(150_000)]
SLOW = {"$": "dict", "of": [[{"$": "int", "of": hex(key)}, 0] for key in keys]}


class Slow:
    """This process has no such dict: what is said in its place is written down as the wall writes it."""


for module in [module for name, module in sys.modules.items() if name.startswith("kernel_seams.grading")]:
    if hasattr(module, "encode"):
        real = module.encode
        module.encode = lambda value, *rest: SLOW if type(value) is Slow else real(value, *rest)


# %% count
def count(text):
    return Slow()


# %% largest
planet = moons = Slow()
