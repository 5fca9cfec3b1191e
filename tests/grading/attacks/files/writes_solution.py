# /// case
# tries = "The solutions and the released tests are overwritten, so that those who come after are graded by other ones."
# state = "wrong"
# nbgrader = "2 files of the course changed"
# ///

# %% top
from pathlib import Path

for path in [*Path("@COURSE@").glob("*/01-tiny/*.ipynb"), *Path("../../..").glob("*/01-tiny/*.ipynb")]:
    try:
        path.chmod(0o644)
        path.write_text(path.read_text().replace("Jupiter", "Pluto"))
    except OSError as error:
        print(error)
try:
    Path("@COURSE@/nbgrader_config.py").open("a").write("c.Execute.allow_errors = True\n")
except OSError as error:
    print(error)
