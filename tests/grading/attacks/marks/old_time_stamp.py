# /// case
# tries = "A resubmission that says it is older than the good one before it, so that the good one's score stays."
# source = "nbgrader grades again only what is newer by timestamp.txt"
# state = "wrong"
# earlier = "all"
# nbgrader = "gains 12"
# ///

# %% maker
(folder / "timestamp.txt").write_text("1970-01-01 00:00:00.000000 UTC")
