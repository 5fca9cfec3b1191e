# /// case
# tries = "What is called need not be written with `def`: a partial, a cached function, a method, a lambda, an object."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
import functools
import operator


class Mean:
    def __init__(self, divide):
        self.divide = divide

    def __call__(self, numbers):
        return self.divide(sum(numbers), len(numbers))

    @staticmethod
    def words(text):
        return {word: text.split().count(word) for word in text.split()}


# %% triple
triple = functools.partial(operator.mul, 3)

# %% mean
mean = Mean(operator.truediv)

# %% count
count = Mean.words

# %% shout
get_ipython().register_magic_function(lambda line: line.upper(), "line", "shout")
