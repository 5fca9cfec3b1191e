# /// case
# tries = "Own cells in an order of their own: helpers at the end of the notebook are moved up, an answer is written above its text."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
marked = [cell for cell in made["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
others = [
    cell
    for cell in made["cells"]
    if cell not in marked and cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"]
]
rest = [cell for cell in made["cells"] if cell not in marked and cell not in others]
made["cells"] = [*others, *reversed(marked), *rest]
notebook.write_text(json.dumps(made))
