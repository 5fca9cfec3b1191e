import subprocess
from pathlib import Path


def pip_target(path):
    scripts = [Path(place, "pip") for place in path.split(":")]
    script = next(script for script in scripts if script.exists())
    python = script.read_text().splitlines()[0].removeprefix("#!")
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()
