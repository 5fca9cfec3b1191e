# /// case
# tries = "Photographs of a whiteboard, pasted into the text: twenty megabytes of it, and no code."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
picture = "![whiteboard](data:image/png;base64," + "iVBORw0KGgo" * 900_000 + ")"
text = {"cell_type": "markdown", "metadata": {}, "source": picture}
made["cells"][1:1] = [{**text, "id": f"picture-{number}"} for number in range(2)]
notebook.write_text(json.dumps(made))
