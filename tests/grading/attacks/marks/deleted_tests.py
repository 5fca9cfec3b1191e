# /// case
# tries = "The tests are deleted: what is not there cannot fail."
# state = "tampered"
# nbgrader = "has no score"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
made["cells"] = [
    cell for cell in made["cells"] if "nbgrader" not in cell["metadata"] or not cell["metadata"]["nbgrader"]["locked"]
]
notebook.write_text(json.dumps(made))
