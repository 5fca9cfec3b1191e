# /// case
# tries = "All cells have one and the same id, which the notebook format forbids."
# source = "jupyter/nbgrader#1331"
# state = ["wrong", "tampered", "unreadable"]
# points = {triple = 2}
# why = "Honest work by a broken editor, or an attempt to have cells mixed up; either way the answer is there."
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    return number * 3


# %% maker
import json

made = json.loads(notebook.read_text())
for cell in made["cells"]:
    cell["id"] = "one"
notebook.write_text(json.dumps(made))
