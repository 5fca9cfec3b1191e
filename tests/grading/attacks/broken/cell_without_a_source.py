# /// case
# tries = "The last cell has everything that a cell has, but no source."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
made["cells"].append({"cell_type": "code", "id": "none", "metadata": {}, "outputs": [], "execution_count": None})
notebook.write_text(json.dumps(made))
