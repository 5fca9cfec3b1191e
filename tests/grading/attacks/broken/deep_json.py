# /// case
# tries = "JSON of a hundred thousand lists in each other: whoever reads it recursively runs out of stack."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
deep = "[" * 100_000 + "]" * 100_000
notebook.write_text(notebook.read_text().replace('"metadata": {', f'"metadata": {{"deep": {deep}, ', 1))
