# /// case
# tries = "The solution is looked for on the disk, by the path it has and from here upwards, and run."
# state = "wrong"
# nbgrader = "gains 12"
# ///

# %% top
import json
from pathlib import Path

for root in [Path("@COURSE@"), *Path.cwd().parents, Path.home()]:
    for path in root.glob("s*/01-tiny/tiny.ipynb"):
        try:
            cells = json.loads(path.read_text())["cells"]
        except OSError:
            continue
        for cell in cells:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                exec("".join(cell["source"]))

# %% triple
# %% maker
import json

made = json.loads(notebook.read_text())
for cell in made["cells"]:
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        cell["source"] = "pass"
notebook.write_text(json.dumps(made))
