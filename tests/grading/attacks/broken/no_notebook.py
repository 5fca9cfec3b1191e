# /// case
# tries = "No notebook at all, a photograph of one."
# state = ["wrong", "unreadable", "tampered"]
# nbgrader = "has no score"
# ///

# %% maker
notebook.unlink()
(folder / "notebook.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(1000))
