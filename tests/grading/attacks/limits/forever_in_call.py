# /// case
# tries = "A function that is tested never returns; the other answers are right."
# source = "Every class that has met `while`"
# state = "timeout"
# solves = ["mean", "count", "largest", "shout"]
# waits = true
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    result = 0
    while result != 3 * number + 1:
        result += 0
    return result
