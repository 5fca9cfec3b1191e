# /// case
# tries = "The tests in another order than they were in: all of them at the end, the last one first."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
tests = [cell for cell in made["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
made["cells"] = [cell for cell in made["cells"] if cell not in tests] + tests[::-1]
notebook.write_text(json.dumps(made))
