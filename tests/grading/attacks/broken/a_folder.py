# /// case
# tries = "A folder where the notebook should be."
# state = ["unreadable", "wrong", "tampered"]
# nbgrader = "has no score"
# ///

# %% maker
notebook.unlink()
notebook.mkdir()
(notebook / "tiny.ipynb").write_text("{}")
