# /// case
# tries = "A notebook of no bytes."
# state = "unreadable"
# ///

# %% maker
notebook.write_bytes(b"")
