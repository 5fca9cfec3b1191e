"""How soon is a kernel ready, and how fast does Bash run a cell?

    python benchmarks/kernel_boot.py [--runs N] [--json]

Rivals, in the same run: the workshop's python3 kernel for the time to ready
(target: our bash within 1.4 times), and stock bash_kernel started the stock
way for a cell of twenty lines (target: ours at least 10 times faster).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import start_new_kernel

CELL = "\n".join(f"x{line}=$(( {line} * 2 ))" for line in range(20))
STOCK = {
    "argv": [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"],
    "display_name": "Bash (stock)",
    "language": "bash",
    "env": {"PS1": "$"},
}


def measure(name: str) -> tuple[float, float]:
    """Seconds from launch to ready, and seconds for the cell of twenty lines."""
    started = time.perf_counter()
    manager, client = start_new_kernel(kernel_name=name, stderr=-3)
    ready = time.perf_counter() - started
    try:
        started = time.perf_counter()
        if name != "python3":
            client.execute_interactive(CELL, timeout=60, allow_stdin=False)
        return ready, time.perf_counter() - started
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def main() -> None:
    """Measure the three kernels in turns, so that noise falls on all of them, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "kernels" / "stock-bash").mkdir(parents=True)
        (Path(folder) / "kernels" / "stock-bash" / "kernel.json").write_text(json.dumps(STOCK))
        os.environ.update(JUPYTER_PATH=folder, IPYTHONDIR=folder, JUPYTER_RUNTIME_DIR=folder)
        names = ("python3", "bash", "stock-bash")
        runs = [{name: measure(name) for name in names} for _ in range(options.runs)]
    ready = {name: statistics.median(run[name][0] for run in runs) for name in names}
    cell = {name: statistics.median(run[name][1] for run in runs) for name in names[1:]}
    result = {
        "runs": options.runs,
        "ready_seconds": ready,
        "cell_seconds": cell,
        "bash_ready_over_python3": ready["bash"] / ready["python3"],
        "stock_cell_over_bash": cell["stock-bash"] / cell["bash"],
    }
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for name in names:
        print(
            f"{name:<12} ready in {ready[name]:.2f} s" + (f", 20 lines in {cell[name]:.3f} s" if name in cell else "")
        )
    print(f"bash ready / python3 ready      {result['bash_ready_over_python3']:6.2f}   target at most 1.4")
    print(f"stock bash's cell / bash's cell {result['stock_cell_over_bash']:6.1f}   target at least 10")


if __name__ == "__main__":
    main()
