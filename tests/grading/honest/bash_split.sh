# /// case
# tries = "An answer in Bash that was split in JupyterLab: the second half uses the first."
# state = "ok"
# solves = ["refuse"]
# points = {double = 2}
# nbgrader = "has no score; mia and zoe not graded"
# ///

# %% double
times() { echo $(( $1 * $2 )); }

# %% after double nbgrader={"grade_id": "double", "grade": false, "locked": false, "solution": true, "task": false, "schema_version": 3}
double() { times 2 "$1"; }
