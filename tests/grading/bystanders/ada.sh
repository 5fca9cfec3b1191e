# /// case
# tries = "Nothing: honest work that is graded before the others'."
# state = "ok"
# solves = "all"
# ///
