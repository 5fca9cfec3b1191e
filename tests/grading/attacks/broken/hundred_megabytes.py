# /// case
# tries = "A notebook of 100 MB: one output that somebody forgot to clear."
# source = "jupyter/nbgrader: max_file_size, 100 MB by default"
# state = "unreadable"
# why = "A notebook is read whole, so there is a limit to it, which the row names; nbgrader's exchange takes none of it either."
# nbgrader = "gains 2"
# ///

# %% triple
def triple(number):
    return number * 3


# %% maker
import json

made = json.loads(notebook.read_text())
cell = next(cell for cell in made["cells"] if cell["cell_type"] == "code")
cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "all work and no play makes Jack\n" * 3_300_000}]
notebook.write_text(json.dumps(made))
