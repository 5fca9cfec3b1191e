# /// case
# tries = "A good submission first, then a folder without the notebook."
# state = ["wrong", "unreadable", "tampered"]
# earlier = "all"
# nbgrader = "gains 12"
# ///

# %% maker
notebook.unlink()
(folder / "sorry.txt").write_text("I have it at home.")
