# /// case
# tries = "Saved by an older Jupyter: format 4.4, in which cells have no id, and without the language's description."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
made["nbformat_minor"] = 4
del made["metadata"]["language_info"]
for cell in made["cells"]:
    cell.pop("id")
notebook.write_text(json.dumps(made))
