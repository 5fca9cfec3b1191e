# /// case
# tries = "The notebook's file ends in the middle, as an upload that was cut off does."
# state = "unreadable"
# twice = true
# nbgrader = "has no score"
# ///

# %% maker
text = notebook.read_text()
notebook.write_text(text[: len(text) // 2])
