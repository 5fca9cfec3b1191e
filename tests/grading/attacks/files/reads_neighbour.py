# /// case
# tries = "Another student's answers are looked for, in what was handed in and in what was graded before, and run."
# state = "wrong"
# nbgrader = "gains 12"
# ///

# %% top
import json
from pathlib import Path

for root in [Path("@COURSE@"), *Path.cwd().parents]:
    for path in [
        *root.glob("submissions/ada/01-tiny/*.ipynb"),
        *root.glob("autograded/ada/01-tiny/*.ipynb"),
        *root.glob("ada/01-tiny/*.ipynb"),
    ]:
        try:
            cells = json.loads(path.read_text())["cells"]
        except OSError:
            continue
        for cell in cells:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                exec("".join(cell["source"]))

# %% maker
import json

made = json.loads(notebook.read_text())
for cell in made["cells"]:
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        cell["source"] = "pass"
notebook.write_text(json.dumps(made))
