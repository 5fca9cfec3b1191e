# /// case
# tries = "Nothing: honest work that is graded amid the others'."
# state = "wrong"
# solves = ["double"]
# ///
