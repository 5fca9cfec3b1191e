# /// case
# tries = "JSON with keys twice: a notebook before the notebook, a mark before the mark; one reader takes the first, one the last."
# state = ["wrong", "tampered"]
# nbgrader = "as it should be"
# ///

# %% maker
text = notebook.read_text()
text = text.replace('"nbgrader": {', '"nbgrader": 5, "nbgrader": {"grade_id": "x", "points": 100}, "nbgrader": {')
text = text.replace('"grade": true', '"grade": false, "points": 100, "grade": true')
text = text.replace('"cells": [', '"cells": [], "nbformat": 3, "cells": [', 1)
notebook.write_text(text)
