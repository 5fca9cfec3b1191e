# /// case
# tries = "Own names that the tests use as well: `expected`, `number`, `got`, `text`, `check`, and a variable called `list`."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
expected = 42
number = got = text = "mine"
list = [1, 2, 3]
check = True


# %% triple
def triple(x):
    return x * 3


# %% mean
def mean(numbers):
    return sum(numbers) / len(numbers)
