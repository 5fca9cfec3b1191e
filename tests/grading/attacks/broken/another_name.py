# /// case
# tries = "The notebook under names of the student's own: a copy, a backup, a folder."
# state = ["wrong", "unreadable", "tampered"]
# solves = []
# nbgrader = "has no score"
# ///

# %% maker
notebook.rename(folder / "tiny (1) final FINAL.ipynb")
(folder / "old").mkdir()
(folder / "old" / "tiny.ipynb").write_text("{}")
