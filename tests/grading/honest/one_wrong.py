# /// case
# tries = "Nothing: four answers are right, the fifth is a little wrong, and one of the own cells fails."
# state = "wrong"
# solves = ["triple", "mean", "largest", "shout"]
# nbgrader = "as it should be"
# ///

# %% count
def count(text):
    return dict(collections.Counter(text))


# %% after count
assert count("a b") == {"a": 1, "b": 1}
