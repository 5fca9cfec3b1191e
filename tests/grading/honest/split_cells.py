# /// case
# tries = "An answer that was split into two cells in JupyterLab, which gives both of them the same mark."
# source = "jupyter/nbgrader#1083"
# state = "ok"
# solves = "all"
# twice = true
# nbgrader = "has no score; zoe not graded"
# ///

# %% maker
import json

made = json.loads(notebook.read_text())
for name, first in (("count", "import collections as c\n"), ("triple", "factor = 3\n")):
    place = next(
        n for n, cell in enumerate(made["cells"]) if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    cell = made["cells"][place]
    made["cells"].insert(place, {**json.loads(json.dumps(cell)), "source": first, "id": f"split-{name}"})
notebook.write_text(json.dumps(made))
