import subprocess
import sys

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


def in_python(source):
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    name = done.stderr.strip().splitlines()[-1].partition(":")[0] if done.returncode else None
    return {"exception": name, "stdout": done.stdout}


def in_ipython(source):
    name = None
    with capture_output() as written:
        result = InteractiveShell.instance().run_cell(source, store_history=True)
    try:
        result.raise_error()
    except BaseException as error:
        name = type(error).__name__
    return {"stdout": written.stdout, "exception": name}
