# /// case
# tries = "A notebook in Latin-1: a name with an umlaut is no UTF-8."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
notebook.write_bytes(notebook.read_text().replace("Tiny", "Gr\u00f6\u00dfe").encode("latin-1"))
