# /// case
# tries = "A data set of 120 MB beside the notebook, which is graded all the same."
# state = ["wrong", "unreadable"]
# solves = ["triple"]
# why = "What is handed in besides may be left out, and must not keep the notebook from being graded."
# ///

# %% maker
with (folder / "data.bin").open("wb") as file:
    file.truncate(120_000_000)
