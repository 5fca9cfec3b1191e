# /// case
# tries = "Cells of experiments everywhere: plots of text, magics, a question to a friend, one that fails, one that asks for input."
# state = "ok"
# solves = "all"
# twice = true
# nbgrader = "as it should be"
# ///

# %% top
# %timeit -n1 -r1 sum(range(100))
# %who
[n * n for n in range(10)]

# %% after triple
triple(14)

# %% before mean
1 / 0

# %% after mean
mean([])

# %% before count [markdown]
# I do not understand this one, **ask Bea**.

# %% after count
name = input("Who are you? ")

# %% end
# !echo done
assert False, "to be continued"
