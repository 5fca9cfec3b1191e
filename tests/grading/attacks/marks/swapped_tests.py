# /// case
# tries = "The tests change their grade_ids among each other: the one that passes stands for the one that is worth more."
# state = "tampered"
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
marks = {
    cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"]
    for cell in made["cells"]
    if "nbgrader" in cell["metadata"]
}
marks["triple-check"]["grade_id"], marks["count-check"]["grade_id"] = "count-check", "triple-check"
notebook.write_text(json.dumps(made))
