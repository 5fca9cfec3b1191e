import shutil
import subprocess


def pip_target(path):
    said = subprocess.run([shutil.which("pip", path=path), "--version"], capture_output=True, text=True).stdout
    return said.split()[3]
