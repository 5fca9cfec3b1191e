# /// case
# tries = "The notebook asks for the Bash kernel, where `assert` is a command that is not found, and that goes unnoticed."
# state = ["wrong", "tampered"]
# points = {triple = 2}
# why = "The notebook runs on the kernel that the assignment has."
# nbgrader = "as it should be"
# ///

# %% triple
def triple(number):
    return number * 3


# %% maker
import json

made = json.loads(notebook.read_text())
made["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash", "language": "bash"}
made["metadata"]["language_info"] = {"name": "bash"}
notebook.write_text(json.dumps(made))
