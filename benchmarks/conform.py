"""What does it cost to hold a kernel to the rules?

    python benchmarks/conform.py [--runs N] [--json]

Rival, in the same run: jupyter_kernel_test on the same kernel, ipykernel, with every attribute set
(target: within 1.5 times its time, with at least four times its rules).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RIVAL = """
import unittest
import jupyter_kernel_test as jkt


class IPythonKernel(jkt.KernelTests):
    kernel_name = "python3"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = [{"text": "zi", "matches": {"zip"}}]
    complete_code_samples = ["1", "print('hello, world')"]
    incomplete_code_samples = ["print('''hello", "def f(x):"]
    invalid_code_samples = ["import = 7q"]
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result = [{"code": "1+2", "result": "3"}]
    code_display_data = [{"code": "from IPython.display import HTML; display(HTML('<b>1</b>'))", "mime": "text/html"}]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "search")  # as ipykernel itself has it
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class IopubWelcome(jkt.IopubWelcomeTests):
    kernel_name = "python3"
    support_iopub_welcome = True


unittest.main()
"""


def ours(folder: Path) -> tuple[float, int]:
    """Seconds, and how many rules passed."""
    command = [sys.executable, "-m", "kernel_seams", "conform", "python3", "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return time.perf_counter() - started, json.loads(done.stdout)["counts"]["passed"]


def theirs(folder: Path) -> tuple[float, int]:
    """Seconds, and how many tests passed."""
    (folder / "rival.py").write_text(RIVAL)
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "rival.py"], capture_output=True, text=True, check=False, cwd=folder)
    seconds = time.perf_counter() - started
    ran = re.search(r"Ran (\d+) tests", done.stderr)
    if done.returncode or ran is None:
        sys.exit(f"jupyter_kernel_test did not pass; is it there (./scripts/test installs it)?\n{done.stderr[-2000:]}")
    return seconds, int(ran[1])


def main() -> None:
    """Run both in turns, so that noise falls on both, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seams-bench-") as folder:
        os.environ.update(IPYTHONDIR=folder, JUPYTER_RUNTIME_DIR=folder)
        runs = [(ours(Path(folder)), theirs(Path(folder))) for _ in range(options.runs)]
    mine, other = (statistics.median(run[who][0] for run in runs) for who in (0, 1))
    rules, tests = runs[0][0][1], runs[0][1][1]
    result = {"seconds": mine, "rival": other, "ratio": mine / other, "rules": rules, "tests": tests}
    if options.json:
        print(json.dumps(result))
        return
    print(f"seams conform python3   {mine:6.2f} s  {rules:4} rules")
    print(f"jupyter_kernel_test     {other:6.2f} s  {tests:4} tests")
    print(f"time: {mine / other:.2f} times (target 1.5), rules: {rules / tests:.1f} times (target at least 4)")


if __name__ == "__main__":
    main()
