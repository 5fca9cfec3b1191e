# /// case
# tries = "A notebook whose second half is zeros, as a full disk leaves it."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
half = notebook.read_bytes()[:4000]
notebook.write_bytes(half + bytes(4000))
