# /// case
# tries = "Good JSON that is no notebook: a list of numbers."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
notebook.write_text("[1, 2, 3]")
