# /// case
# tries = "A good submission first, then a folder without the notebook."
# state = ["wrong", "unreadable", "tampered"]
# earlier = "all"
# ///

# %% maker
notebook.unlink()
(folder / "sorry.txt").write_text("I have it at home.")
