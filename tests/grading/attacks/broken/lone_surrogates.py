# /// case
# tries = "Half of a character that takes two: JSON can say it, UTF-8 cannot, and who writes it to a file fails."
# state = ["wrong", "unreadable"]
# points = {mean = 3}
# why = "The notebook can be read; what is in a comment of an own cell takes nothing from the answer."
# nbgrader = "has no score"
# ///

# %% top
# half a face: HALF

# %% mean
def mean(numbers):
    return sum(numbers) / len(numbers)


# %% maker
notebook.write_text(notebook.read_text().replace("HALF", "\\ud83d"))
