# /// case
# tries = "The tests say that they are answers, unlocked, to be graded by hand."
# state = ["wrong", "tampered"]
# nbgrader = "has no score"
# ///

# %% triple-check nbgrader={"locked": false, "solution": true}
pass

# %% mean-check nbgrader={"locked": false, "solution": true, "task": true}
pass

# %% count-check nbgrader={"locked": false, "solution": true, "grade": true}
pass
