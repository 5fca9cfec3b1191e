# /// case
# tries = "A notebook of no bytes."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
notebook.write_bytes(b"")
