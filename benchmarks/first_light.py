"""From a fresh clone to the first answered cell, against the same packages installed by hand.

    python benchmarks/first_light.py [--runs N] [--json]

Both start from an empty directory with a warm package cache, in the same run:

  ours   git clone, ./scripts/workshop --no-browser, one cell in python3 over the server's WebSocket
  rival  uv venv, uv pip install of the same lock, a bare `jupyter lab`, the same cell

Target: at most 1.2 times the rival. Ours makes a second environment and four
kernelspecs in that time; the rival makes neither.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kernel_seams.workshop.rest import Server, execute_request, printed

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 300


async def answered_cell(server: Server) -> None:
    """Start a python3 kernel and run one cell in it, as a browser would."""
    kernel = await server.request("POST", "api/kernels", {"name": "python3"})
    async with server.channels(kernel["id"]) as channels:
        messages = await channels.ask("execute_request", execute_request("print(6 * 7)"))
    assert printed(messages) == "42\n"


def wait_for(find: object, process: subprocess.Popen[bytes]) -> str:
    """What `find` finds, once it does."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = find()  # type: ignore[operator]
        if found:
            return str(found)
        assert process.poll() is None, "it ended"
        time.sleep(0.02)
    raise TimeoutError


def ours(folder: Path, variables: dict[str, str]) -> float:
    """Seconds from the clone to the answered cell, by the one command."""
    log = folder / "log"
    started = time.perf_counter()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "clone")], check=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["./scripts/workshop", "--no-browser"],
            cwd=folder / "clone", env=variables, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip

    def address() -> str:
        found = re.search(r"(http://127\.0\.0\.1:\d+/)lab\?token=(\S+)\n", log.read_text())
        return " ".join(found.groups()) if found else ""

    try:
        url, token = wait_for(address, process).split()
        asyncio.run(answered_cell(Server(url, token, log)))
        return time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def rival(folder: Path, variables: dict[str, str], uv: str) -> float:
    """Seconds for the same by hand: an environment, the same packages, a bare JupyterLab."""
    env, token = folder / "env", secrets.token_hex(16)
    lock = str(ROOT / "requirements.lock")
    started = time.perf_counter()
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(env)], env=variables, check=True)
    install = [uv, "pip", "install", "--quiet", "--python", str(env / "bin" / "python"), "--requirement", lock]
    subprocess.run(install, env=variables, check=True)
    runtime = folder / "runtime"
    process = subprocess.Popen(
        [str(env / "bin" / "jupyter"), "lab", "--no-browser", "--allow-root", "--port=0"],
        cwd=folder,
        env={**variables, "JUPYTER_TOKEN": token, "JUPYTER_RUNTIME_DIR": str(runtime), "IPYTHONDIR": str(folder / "i")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip

    def address() -> str:
        for info in runtime.glob("jpserver-*.json"):
            text = info.read_text()
            if text.endswith("}"):
                url = str(json.loads(text)["url"]).replace("localhost", "127.0.0.1")
                return url if asyncio.run(Server(url, token, info).answers()) else ""
        return ""

    try:
        url = wait_for(address, process)
        asyncio.run(answered_cell(Server(url, token, folder)))
        return time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def main() -> None:
    """Warm the cache with one run of each, then measure in turns and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    times: dict[str, list[float]] = {"ours": [], "rival": []}
    for turn in range(options.runs + 1):
        for name in times:
            with tempfile.TemporaryDirectory() as folder:
                # uv is given to both: how it gets there without one is a one-time cost of four seconds.
                path = f"{Path(uv).parent}{os.pathsep}{os.environ['PATH']}"
                variables = {**os.environ, "HOME": folder, "PATH": path}
                variables.setdefault("UV_CACHE_DIR", str(Path("~/.cache/uv").expanduser()))
                arguments = (Path(folder), variables)
                seconds = ours(*arguments) if name == "ours" else rival(*arguments, uv)
            if turn:
                times[name].append(seconds)
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["ours"] / medians["rival"]
    if options.json:
        print(json.dumps({"runs": options.runs, "seconds": times, "medians": medians, "ratio": ratio}, indent=2))
        return
    for name, seconds in medians.items():
        print(f"{name:<6} {seconds:5.1f} s from nothing to the first answered cell (median of {options.runs})")
    print(f"ours / rival {ratio:5.2f}   target at most 1.2")


if __name__ == "__main__":
    main()
