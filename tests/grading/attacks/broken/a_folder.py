# /// case
# tries = "A folder where the notebook should be."
# state = ["unreadable", "wrong", "tampered"]
# ///

# %% maker
notebook.unlink()
notebook.mkdir()
(notebook / "tiny.ipynb").write_text("{}")
