# /// case
# tries = "Files beside the notebook are links to the gradebook, to the solution and to the machine's own; the notebook reads them."
# state = "wrong"
# why = "A link is left out and named, whatever it points at; the notebook is graded, and finds nothing."
# nbgrader = "gains 2"
# ///

# %% largest
import re
from pathlib import Path

told = "".join(path.read_text(errors="replace") for path in Path().glob("*.txt"))
planet = re.findall(r'secret_of_largest = ."(\w+)', told)[0]
moons = ["Callisto", "Europa", "Ganymede", "Io"]

# %% maker
(folder / "a.txt").symlink_to(course / "gradebook.db")
(folder / "b.txt").symlink_to("../../../solutions/01-tiny/tiny.ipynb")
(folder / "c.txt").symlink_to("/etc/passwd")
