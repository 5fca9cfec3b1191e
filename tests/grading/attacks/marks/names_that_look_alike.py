# /// case
# tries = "Cells with marks whose names look like those of the tests: another alphabet, an accent apart, a space, nothing of width."
# state = "wrong"
# nbgrader = "has no score"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for cell in list(made["cells"]):
    mark = cell["metadata"].get("nbgrader", {})
    name = mark.get("grade_id", "")
    if mark.get("grade"):
        for number, alike in enumerate(
            (name.replace("e", "\u0435"), name + "\u200b", f" {name}", f"{name}\0", name.upper())
        ):
            look = {**mark, "grade_id": alike}
            made["cells"].append({**cell, "id": f"{name}-{number}", "source": "pass", "metadata": {"nbgrader": look}})
notebook.write_text(json.dumps(made))
