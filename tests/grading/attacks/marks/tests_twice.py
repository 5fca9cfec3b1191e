# /// case
# tries = "Each test is there twice, with the same mark: an empty one before and one after the real one."
# source = "jupyter/nbgrader#1083: one duplicated grade_id ends the batch"
# state = ["wrong", "tampered"]
# nbgrader = "has no score; mia and zoe not graded"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for cell in list(made["cells"]):
    if cell["metadata"].get("nbgrader", {}).get("grade"):
        place = made["cells"].index(cell)
        for where in (place, place + 2):
            made["cells"].insert(where, {**cell, "id": f"copy-{len(made['cells'])}", "source": "pass"})
notebook.write_text(json.dumps(made))
