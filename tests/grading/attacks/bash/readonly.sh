# /// case
# tries = "The name in which the tests remember a failure cannot be assigned to: no failure is remembered."
# state = ["wrong", "crash"]
# nbgrader = "gains 4"
# ///

# %% top
readonly check_failed=
