# /// case
# tries = "The one test that passes says it is worth a thousand points, and the one that fails less than nothing."
# state = ["wrong", "tampered"]
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% triple-check nbgrader={"points": 1000}
# %% mean-check nbgrader={"points": -1000}
# %% count-check nbgrader={"points": 0, "grade": false}
# %% largest-check nbgrader={"points": "NaN"}
