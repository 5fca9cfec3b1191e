# /// case
# tries = "Nothing: honest work that is graded after the others'."
# state = "wrong"
# solves = ["largest"]
# ///
