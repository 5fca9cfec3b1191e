# /// case
# tries = "A notebook in UTF-16, as an editor on Windows may save it."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
notebook.write_text(notebook.read_text(), encoding="utf-16")
