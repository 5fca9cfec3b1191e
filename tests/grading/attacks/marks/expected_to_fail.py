# /// case
# tries = "The tag `raises-exception` on the tests: an error is expected there, they say."
# state = ["wrong", "tampered"]
# nbgrader = "as it should be"
# ///

# %% triple-check tags=["raises-exception", "nbval-skip", "remove_cell", "no tag skips a cell when it is graded"]
# %% mean-check tags=["raises-exception", "nbval-skip", "remove_cell", "no tag skips a cell when it is graded"]
# %% count-check tags=["raises-exception", "nbval-skip", "remove_cell", "no tag skips a cell when it is graded"]
