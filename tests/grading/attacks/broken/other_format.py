# /// case
# tries = "A notebook of a format that does not exist yet."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
notebook.write_text(notebook.read_text().replace('"nbformat": 4', '"nbformat": 99'))
