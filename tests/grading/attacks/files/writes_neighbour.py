# /// case
# tries = "What others have handed in is emptied before it is graded, and what was graded already is changed."
# state = "wrong"
# nbgrader = "mia and zoe not graded; 4 files written elsewhere; 3 files of the course changed"
# ///

# %% top
from pathlib import Path

for root in (Path("@COURSE@"), Path("../../..")):
    for path in [*root.glob("submissions/[amz]*/*/*.ipynb"), *root.glob("autograded/[amz]*/*/*.ipynb")]:
        try:
            path.chmod(0o644)
            path.write_text("{}")
            path.with_name("pwned.txt").write_text("hello")
        except OSError as error:
            print(error)
