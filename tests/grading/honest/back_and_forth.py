# /// case
# tries = "Cells that were made text and code again: without outputs, with attachments, a test that was text for a while."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for cell in made["cells"]:
    cell.pop("outputs", None)
    cell.pop("execution_count", None)
    cell["attachments"] = {}
    cell["metadata"]["trusted"] = True
    cell["metadata"]["jupyter"] = {"outputs_hidden": True, "source_hidden": True}
notebook.write_text(json.dumps(made))
