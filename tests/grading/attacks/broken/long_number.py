# /// case
# tries = "A number of ten thousand digits, which Python refuses to read, and one that is not a number."
# state = ["unreadable", "wrong"]
# nbgrader = "has no score"
# ///

# %% maker
long = "9" * 10_000
notebook.write_text(notebook.read_text().replace('"metadata": {', f'"metadata": {{"long": {long}, "nan": NaN, ', 1))
