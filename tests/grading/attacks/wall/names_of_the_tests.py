# /// case
# tries = "The names that only the tests make, `got`, `expected`, `fresh`, `number`, are the student's, and cannot be assigned to."
# state = "wrong"
# nbgrader = "as it should be"
# ///

# %% top
class Names(dict):
    def __setitem__(self, name, value):
        if name not in ("got", "expected", "number", "numbers", "fresh", "secret_of_largest"):
            super().__setitem__(name, value)


class Equal:
    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return lambda *arguments: self

    def items(self):
        return []


got = expected = fresh = secret_of_largest = Equal()
__name__ = "__main__"
__builtins__ = {**vars(__builtins__), "AssertionError": Warning, "__debug__": False}


# %% triple
def triple(number):
    return 6


# %% mean
def mean(numbers):
    return got


# %% count
def count(text):
    return got


# %% largest
planet = secret_of_largest
