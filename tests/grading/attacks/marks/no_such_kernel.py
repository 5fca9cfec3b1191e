# /// case
# tries = "The notebook names a kernel that is not installed."
# source = "jupyter/nbgrader#417"
# state = ["wrong", "tampered"]
# points = {triple = 2}
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    return number * 3


# %% maker
import json

made = json.loads(notebook.read_text())
made["metadata"]["kernelspec"] = {"name": "conda-env-thesis-py", "display_name": "Thesis", "language": "python"}
notebook.write_text(json.dumps(made))
