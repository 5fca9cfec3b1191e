# /// case
# tries = "An answer of two parts that both matter, split in JupyterLab: the first half defines what the second half uses."
# source = "jupyter/nbgrader#1083"
# state = "ok"
# solves = ["triple", "mean", "count", "shout"]
# points = {largest = 2}
# nbgrader = "has no score; zoe not graded"
# ///

# %% largest
planet = "Jupiter"

# %% after largest nbgrader={"grade_id": "largest", "grade": false, "locked": false, "solution": true, "task": false, "schema_version": 3}
moons = ["Io", "Europa", "Ganymede", "Callisto"]
