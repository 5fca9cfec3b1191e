# /// case
# tries = "A time stamp that is none: handed in before the course began, in the year 9999, and in a file of a megabyte."
# source = "nbgrader reads timestamp.txt of the submission with dateutil, and ends the batch at what it cannot read"
# state = ["wrong", "ok", "tampered", "unreadable"]
# solves = ["triple"]
# why = "What it says of the time is not to be believed; the answer is there, and counts."
# twice = true
# nbgrader = "has no score"
# ///

# %% maker
(folder / "timestamp.txt").write_text("yesterday, " * 100_000 + "\n9999-99-99 25:61:61.000000 Mars/Olympus")
