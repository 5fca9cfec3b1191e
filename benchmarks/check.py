"""How much more than running the notebooks does `seams check` cost?

    python benchmarks/check.py [--runs N] [--json] [LESSON ...]

The rival, in the same run: nbclient alone on the same solved notebooks, one
process that starts a kernel for each (target: at most 1.15 times its time).
Both run everything, the checks included; `seams check` besides makes a copy of
the learner's folder, puts the released checks in, and judges.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kernel_seams.checkout import Checkout, require_checkout
from kernel_seams.course.table import read_table

TARGET = 1.15
BARE = """
import sys
from pathlib import Path
import nbformat
from nbclient import NotebookClient
for name in sys.argv[1:]:
    resources = {"metadata": {"path": str(Path(name).parent)}}
    NotebookClient(nbformat.read(name, as_version=4), timeout=120, allow_errors=True, resources=resources).execute()
"""


def solved(ours: Checkout, root: Path) -> Checkout:
    """A checkout at `root` with our code, whose learner has solved everything."""
    for name in ("src", "scripts", "exercises", "workshop.toml"):
        (root / name).symlink_to(ours.root / name)
    shutil.copytree(ours.solutions, root / "work")
    return Checkout(root)


def measure(command: list[str], mine: Checkout) -> float:
    """Seconds that `command` takes; it has to succeed."""
    variables = {**os.environ, **mine.jupyter_environment(), "PYTHONPATH": str(mine.root / "src")}
    started = time.perf_counter()
    done = subprocess.run(command, env=variables, cwd=mine.root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(
            f"`{' '.join(command[:4])} ...` ended with {done.returncode}: {done.stderr[-500:]}{done.stdout[-500:]}"
        )
    return time.perf_counter() - started


def main() -> None:
    """Measure both in turns, so that noise falls on both, and print the ratio with its target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", metavar="LESSON")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    ours = require_checkout("benchmarks/check.py")
    lessons = options.lessons or [lesson.id for lesson in read_table(ours.table).lessons if lesson.tasks]
    rows = {}
    with tempfile.TemporaryDirectory(prefix="seams-benchmark-") as folder:
        mine = solved(ours, Path(folder))
        for lesson in lessons:
            notebooks = sorted(map(str, (mine.work / lesson).glob("*.ipynb")))
            check = [sys.executable, "-m", "kernel_seams", "check", lesson]
            bare = [sys.executable, "-c", BARE, *notebooks]
            runs = [(measure(check, mine), measure(bare, mine)) for _ in range(options.runs)]
            rows[lesson] = [statistics.median(column) for column in zip(*runs, strict=True)]
    check_seconds, bare_seconds = (sum(column) for column in zip(*rows.values(), strict=True))
    ratio = check_seconds / bare_seconds
    if options.json:
        print(json.dumps({"runs": options.runs, "seconds": rows, "check_over_nbclient": ratio, "target": TARGET}))
        return
    for lesson, (ours_took, theirs_took) in rows.items():
        print(
            f"{lesson:<16} seams check {ours_took:6.1f} s, nbclient {theirs_took:6.1f} s: {ours_took / theirs_took:.2f}"
        )
    print(f"seams check / nbclient alone {ratio:6.2f}   target at most {TARGET}")


if __name__ == "__main__":
    main()
