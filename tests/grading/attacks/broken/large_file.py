# /// case
# tries = "A data set of 120 MB beside the notebook, which is graded all the same."
# state = "wrong"
# solves = ["triple"]
# why = "What is too large is left out and named, and does not keep the notebook from being graded."
# nbgrader = "as it should be"
# ///

# %% maker
with (folder / "data.bin").open("wb") as file:
    file.truncate(120_000_000)
