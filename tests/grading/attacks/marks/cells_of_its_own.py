# /// case
# tries = "A test of the student's own, worth a hundred points."
# state = "wrong"
# nbgrader = "has no score"
# ///

# %% end nbgrader={"grade_id": "bonus-check", "grade": true, "locked": true, "solution": false, "task": false, "points": 100, "schema_version": 3}
assert True

# %% end nbgrader={"grade_id": "bonus", "grade": true, "locked": false, "solution": true, "task": false, "points": 100, "schema_version": 3}
100.0
