# /// case
# tries = "Ten thousand displays, each a picture of a hundred kilobytes: what a notebook keeps of its outputs is a gigabyte."
# state = ["output limit", "timeout", "wrong", "memory"]
# solves = ["triple"]
# nbgrader = "has no score"
# ///

# %% after triple-check
from IPython.display import HTML, display

for _ in range(10_000):
    display(HTML("<img src='data:image/png;base64," + "A" * 100_000 + "'>"))
