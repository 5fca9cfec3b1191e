# /// case
# tries = "The shape of a notebook with values of other types in it: cells without a source, metadata that are lists."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
made["cells"][1]["metadata"] = []
made["cells"][2]["source"] = 5
made["cells"][3] = None
made["metadata"] = "none"
made["nbformat_minor"] = "five"
notebook.write_text(json.dumps(made))
