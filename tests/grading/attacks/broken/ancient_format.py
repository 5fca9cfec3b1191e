# /// case
# tries = "A notebook of format 3, with worksheets, as IPython wrote them until 2014."
# state = ["unreadable", "wrong", "tampered"]
# nbgrader = "has no score"
# ///

# %% maker
import json

cells = [
    {"cell_type": "code", "collapsed": False, "input": "x = 1", "language": "python", "metadata": {}, "outputs": []}
]
notebook.write_text(
    json.dumps(
        {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}
    )
)
