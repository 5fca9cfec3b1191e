# /// case
# tries = "Cells whose source is a number, nothing, a list of numbers, an object; in a notebook that is one otherwise."
# state = "unreadable"
# nbgrader = "has no score"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for number, source in enumerate((5, None, [1, 2], {"text": "x = 1"})):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    made["cells"].append({**cell, "id": f"odd-{number}", "source": source})
notebook.write_text(json.dumps(made))
