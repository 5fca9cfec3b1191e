# /// case
# tries = "Two thousand cells of the student's own."
# state = "wrong"
# solves = ["triple"]
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
made["cells"][1:1] = [{**cell, "id": f"own-{number}", "source": f"x{number} = {number}"} for number in range(2000)]
notebook.write_text(json.dumps(made))
