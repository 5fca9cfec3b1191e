# /// case
# tries = "One answer is no Python; what else is answered counts."
# state = "wrong"
# solves = ["mean", "count", "largest", "shout"]
# nbgrader = "as it should be"
# ///

# %% maker
notebook.write_text(notebook.read_text().replace("    raise NotImplementedError()", "    retrun 3 *", 1))
