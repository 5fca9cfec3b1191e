# /// case
# tries = "A function that keeps what it has seen, changes what it is given, uses chance, and prints on the way."
# state = "ok"
# solves = "all"
# nbgrader = "loses 3"
# ///

# %% top
import random

random.seed(4)
seen = {}


# %% triple
def triple(number):
    if number not in seen:
        seen[number] = sum(random.choice([number]) for _ in range(3))
        print("new:", number)
    return seen[number]


# %% mean
def mean(numbers):
    """The mean of `numbers`, which is empty afterwards."""
    length, total = len(numbers), 0
    while numbers:
        total += numbers.pop()
    return total / length
