# /// case
# tries = "The name in which the tests remember a failure cannot be assigned to: no failure is remembered."
# state = ["wrong", "crash"]
# ///

# %% top
readonly check_failed=
