# /// case
# tries = "A cell of the student's own never ends; the answers above it are right, those below it never come."
# state = "timeout"
# solves = ["triple"]
# why = "What passed before is kept."
# waits = true
# nbgrader = "as it should be"
# ///

# %% after triple-check
while True:
    pass
