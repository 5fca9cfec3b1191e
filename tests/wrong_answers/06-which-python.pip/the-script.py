import shutil
from pathlib import Path


def pip_target(path):
    return str(Path(shutil.which("pip", path=path)).parent)
