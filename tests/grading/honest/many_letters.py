# /// case
# tries = "Names in every alphabet, a docstring of three hundred kilobytes, a line of fifty thousand characters, form feeds."
# state = "ok"
# solves = ["largest", "shout", "count"]
# points = {triple = 2, mean = 3}
# nbgrader = "as it should be"
# ///

# %% triple
def triple(ﬁnal):
    """LONG"""
    größe, 数, ℌ = final, 3, None
    return größe * 数 if H is None else 0


# %% mean
def mean(ξ):
    table = [LINE]

    return sum(ξ) / len(ξ)


# %% maker
text = notebook.read_text()
text = text.replace("LONG", "all work and no play " * 15_000).replace("LINE", "1, " * 16_000)
notebook.write_text(text)
