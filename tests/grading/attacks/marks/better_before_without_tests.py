# /// case
# tries = "A good submission first, then the same notebook without answers and without tests."
# state = "tampered"
# earlier = "all"
# nbgrader = "gains 12"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
made["cells"] = [cell for cell in made["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")]
notebook.write_text(json.dumps(made))
