# /// case
# tries = "The visible tests are answered by heart, in the order in which they come, and the last answer again and again."
# source = "Kratzke 2020: overfitting"
# state = "wrong"
# nbgrader = "as it should be"
# ///

# %% top
def in_order(*answers):
    left = list(answers)

    def function(*arguments):
        return left.pop(0) if len(left) > 1 else left[0]

    return function


# %% triple
triple = in_order(6, 3)

# %% mean
mean = in_order(2.5, 0.0)

# %% count
count = in_order({"to": 2, "be": 2, "or": 1, "not": 1}, {})
