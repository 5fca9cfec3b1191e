# /// case
# tries = "The tests are no code any more: one is markdown, one is raw."
# state = "tampered"
# nbgrader = "as it should be"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for cell in made["cells"]:
    if cell["metadata"].get("nbgrader", {}).get("grade"):
        cell["cell_type"] = "raw" if "triple" in cell["metadata"]["nbgrader"]["grade_id"] else "markdown"
        del cell["outputs"], cell["execution_count"]
notebook.write_text(json.dumps(made))
