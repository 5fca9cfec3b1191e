# /// case
# tries = "A list that never ends, one item after the other; each is as short as an item should be."
# state = ["timeout", "wrong"]
# solves = ["triple"]
# waits = true
# nbgrader = "has no score"
# ///

# %% largest
import itertools


class Endless:
    def __len__(self):
        return 4

    def __iter__(self):
        return itertools.repeat("Io")

    def __getitem__(self, key):
        return "I"


planet = "Jupiter"
moons = Endless()
