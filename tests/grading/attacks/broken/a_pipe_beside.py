# /// case
# tries = "A named pipe beside the notebook: who copies the folder waits for ever."
# state = "wrong"
# solves = ["triple"]
# twice = true
# why = "What is no file is left out and named; the notebook is graded."
# nbgrader = "has no score"
# ///

# %% maker
import os

os.mkfifo(folder / "data.csv")
