# /// case
# tries = "Half of a character that takes two, wherever a text may come from: printed, returned, raised, the name of a class, of a file."
# state = ["wrong", "crash"]
# solves = ["count"]
# nbgrader = "as it should be"
# ///

# %% top
HALF = "\ud83d"
print(HALF)
HALF


# %% triple
def triple(number):
    return HALF


# %% mean
def mean(numbers):
    print(HALF)
    raise type("Half" + HALF, (Exception,), {})(HALF)


# %% largest
from IPython.display import HTML, display

display(HTML(HALF), metadata={HALF: HALF})
planet, moons = HALF, [HALF]
open(b"\xff\xfe", "w").close()
