import shutil
import subprocess


def pip_target(path):
    python = shutil.which("python", path=path)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()
