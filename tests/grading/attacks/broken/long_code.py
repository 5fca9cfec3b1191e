# /// case
# tries = "A cell of seventeen megabytes of code: more than one message between the grader's processes holds."
# state = "unreadable"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
made["cells"][1]["source"] = "x = 1  # " + "x" * 17_000_000
notebook.write_text(json.dumps(made))
