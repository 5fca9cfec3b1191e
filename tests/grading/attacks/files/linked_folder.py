# /// case
# tries = "Folders beside the notebook are links: one to all of the machine's libraries, one to itself."
# state = "wrong"
# solves = ["triple"]
# why = "Links are left out and named; the notebook is graded."
# nbgrader = "as it should be"
# ///

# %% maker
(folder / "libraries").symlink_to("/usr/lib")
(folder / "again").symlink_to(".")
