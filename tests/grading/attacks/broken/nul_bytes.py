# /// case
# tries = "A notebook whose second half is zeros, as a full disk leaves it."
# state = "unreadable"
# ///

# %% maker
half = notebook.read_bytes()[:4000]
notebook.write_bytes(half + bytes(4000))
