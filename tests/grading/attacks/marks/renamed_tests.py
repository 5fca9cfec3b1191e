# /// case
# tries = "The tests have other grade_ids, and cells that test nothing have theirs."
# state = "tampered"
# nbgrader = "has no score"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for cell in list(made["cells"]):
    mark = cell["metadata"].get("nbgrader", {})
    if mark.get("grade"):
        made["cells"].append({**cell, "id": mark["grade_id"], "source": "pass", "metadata": {"nbgrader": dict(mark)}})
        mark["grade_id"] += "-old"
notebook.write_text(json.dumps(made))
