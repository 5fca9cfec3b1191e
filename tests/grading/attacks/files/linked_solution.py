# /// case
# tries = "The notebook is a symbolic link to the solution, which whoever copies the folder follows."
# state = ["unreadable", "tampered", "wrong"]
# twice = true
# nbgrader = "gains 12"
# ///

# %% maker
notebook.unlink()
notebook.symlink_to("../../../solutions/01-tiny/tiny.ipynb")
