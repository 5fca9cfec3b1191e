# /// case
# tries = "Files that belong to it: data, a module of helpers, a picture, a folder of old versions, what editors leave behind."
# state = "ok"
# solves = "all"
# nbgrader = "as it should be"
# ///

# %% top
import csv
from pathlib import Path

import helpers

with open("data.csv") as file:
    rows = list(csv.reader(file))
Path("result.txt").write_text(f"{len(rows)} rows")
print(Path("result.txt").read_text())


# %% triple
def triple(number):
    return helpers.times(3, number)


# %% maker
(folder / "data.csv").write_text("a,b\n1,2\n")
(folder / "helpers.py").write_text("def times(factor, number):\n    return factor * number\n")
(folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
(folder / "old").mkdir()
(folder / "old" / "tiny-1.ipynb").write_text("{}")
(folder / ".ipynb_checkpoints").mkdir()
(folder / ".ipynb_checkpoints" / "tiny-checkpoint.ipynb").write_text(notebook.read_text())
(folder / "__pycache__").mkdir()
(folder / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
