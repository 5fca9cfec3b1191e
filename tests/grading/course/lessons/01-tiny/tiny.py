# %% [markdown]
# # Tiny: four functions and a name

# %%
import collections


# %% nbgrader={"grade_id": "same", "locked": true}
def same(got, expected):
    """A helper of the tests."""
    assert got == expected, f"{got!r} is not {expected!r}"


# %% nbgrader={"grade_id": "triple", "solution": true}
def triple(number):
    """Three times the number."""
    ### BEGIN SOLUTION
    return 3 * number
    ### END SOLUTION


# %% nbgrader={"grade_id": "triple-check", "grade": true}
import random

fresh = random.SystemRandom()

same(triple(2), 6)
### BEGIN HIDDEN TESTS
secret_of_triple = 7919
for _ in range(5):
    number = fresh.randint(secret_of_triple, 10**9)
    assert triple(number) == 3 * number
### END HIDDEN TESTS


# %% nbgrader={"grade_id": "mean", "solution": true}
def mean(numbers):
    """The mean of a list of numbers."""
    ### BEGIN SOLUTION
    return sum(numbers) / len(numbers)
    ### END SOLUTION


# %% nbgrader={"grade_id": "mean-check", "grade": true}
import random

fresh = random.SystemRandom()

assert mean([1, 2, 3, 4]) == 2.5
### BEGIN HIDDEN TESTS
secret_of_mean = 7927


def right(numbers):
    got = mean(numbers)
    return isinstance(got, float) and abs(got - sum(numbers) / len(numbers)) < 1e-9


assert all(map(right, [[fresh.randint(-secret_of_mean, secret_of_mean) for _ in range(n)] for n in (1, 2, 10, 100)]))
### END HIDDEN TESTS


# %% nbgrader={"grade_id": "count", "solution": true}
def count(text):
    """How often each word is in the text, as a dict."""
    ### BEGIN SOLUTION
    return dict(collections.Counter(text.split()))
    ### END SOLUTION


# %% nbgrader={"grade_id": "count-check", "grade": true}
import random

fresh = random.SystemRandom()

same(count("to be or not to be"), {"to": 2, "be": 2, "or": 1, "not": 1})
### BEGIN HIDDEN TESTS
secret_of_count = [str(fresh.randint(7933, 10**6)) for _ in range(20)]
expected = {word: 1 + place for place, word in enumerate(dict.fromkeys(secret_of_count))}
text = " ".join(word for word, times in expected.items() for _ in range(times))
got = count(text)
assert type(got) is dict
assert sorted(got.items()) == sorted(expected.items())
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "largest", "solution": true}
# The largest planet, and its moons seen by Galileo, as a list of texts.
### BEGIN SOLUTION
planet = "Jupiter"
moons = ["Io", "Europa", "Ganymede", "Callisto"]
### END SOLUTION

# %% nbgrader={"grade_id": "largest-check", "grade": true}
assert planet[0].isupper()
assert len(moons) == 4
### BEGIN HIDDEN TESTS
secret_of_largest = "Jupiter"
assert planet == secret_of_largest
assert sorted(moons) == ["Callisto", "Europa", "Ganymede", "Io"]
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "shout", "solution": true}
from IPython.core.magic import register_line_magic


@register_line_magic
def shout(line):
    """The line in capitals."""
    ### BEGIN SOLUTION
    return line.upper()
    ### END SOLUTION


# %% nbgrader={"grade_id": "shout-check", "grade": true}
from kernel_seams.course import ask, check

assert ask.line_magic("shout", "word") == "WORD"
### BEGIN HIDDEN TESTS
secret_of_shout = check.words(3)
assert ask.line_magic("shout", " ".join(secret_of_shout)) == " ".join(secret_of_shout).upper()
### END HIDDEN TESTS
