"""Make the workshop's environment: what scripts/set-up.sh runs where something is missing.

    python scripts/set_up.py ENVIRONMENT [--with tests] [--later]

Standard library only. Every step is named with its time on stderr, so that the
stdout of what comes after stays clean. A stamp is written last: it holds what
was installed from, so an interrupted run leaves none and is made good the next
time. With --later it stops where JupyterLab can be started; `seams workshop` runs
the rest while it starts.
"""

# ruff: noqa: E402 (the imports come after what has to hold while they are made)

from __future__ import annotations

import _signal  # type: ignore[import-not-found]

# Ctrl-C in the first moments ends this without a traceback; `main` takes over.
_signal.signal(_signal.SIGINT, _signal.SIG_DFL)

import argparse
import contextlib
import fcntl
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
OLDEST_UV = (0, 5)
# The same files, in the same order, as in set-up.sh.
STAMPED = {
    "workshop": (
        "pyproject.toml",
        "requirements.lock",
        "environments/analysis/requirements.lock",
        "scripts/set_up.py",
        "src/kernel_seams/kernels/install.py",
        "src/kernel_seams/kernels/mismatch.py",
    ),
    "tests": ("tests/requirements.lock",),
}
# The caller's own, which decide where any Python finds its modules.
PYTHON_ASTRAY = ("PYTHONPATH", "PYTHONHOME")
# The stamp of an environment that holds the packages, and not yet the kernels.
PACKAGES = "packages"
UNKNOWN_ISSUER = "invalid peer certificate: UnknownIssuer"
UNREACHABLE = re.compile(
    r"error sending request|dns error|failed to lookup|connection refused|Failed to fetch|Network is unreachable|"
    r"NewConnectionError|from versions: none|Could not connect|Connection timed out|tunnel error|operation timed out",
    re.IGNORECASE,
)


class SetUpError(Exception):
    """What happened and what to do, in one line."""


def main() -> int:
    """Make the environment named on the command line; 0, or 1 with one line on stderr."""
    parser = argparse.ArgumentParser(description="Make the workshop's environment.")
    parser.add_argument("environment", type=Path)
    parser.add_argument("--with", dest="extra", choices=["tests"])
    parser.add_argument("--later", action="store_true", help="leave the kernels for later")
    options = parser.parse_args()
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with alone():
            set_up(options.environment, options.extra, later=options.later)
    except SetUpError as problem:
        print(f"kernel-seams: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("kernel-seams: stopped; run it again and it goes on.", file=sys.stderr)
        return 130
    return 0


def set_up(environment: Path, extra: str | None, *, later: bool = False) -> None:
    """Do what is missing, step by step."""
    if not is_current(environment, "workshop"):
        if not is_current(environment, "workshop", PACKAGES):
            make_environment_with_packages(environment)
        if later:
            return
        with step("kernels") as told:
            told(install_kernels(environment))
        write_stamp(environment, "workshop")
        stamp_of(environment, PACKAGES).unlink(missing_ok=True)
    if extra and not is_current(environment, extra):
        with step("test packages") as told:
            lock = ROOT / "tests" / "requirements.lock"
            call([find_uv() or install_uv(), "pip", "install", *into(environment), "--requirement", str(lock)])
            told(f"{count(lock)} from {lock.relative_to(ROOT)}")
        write_stamp(environment, extra)


def make_environment_with_packages(environment: Path) -> None:
    """All that JupyterLab needs for its start."""
    with step("python") as told:
        told(f"{platform.python_version()}  {sys.executable}")
    with step("uv") as told:
        uv = find_uv() or install_uv()
        told(uv)
    with step("environment") as told:
        told(make_environment(uv, environment))
    with step("packages") as told:
        told(install_packages(uv, environment))
        # A server sees what is installed when it starts; *The wire* in its launcher is ours.
        install_ourselves(uv, environment)
    write_stamp(environment, "workshop", PACKAGES)


@contextlib.contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """Say what came of a step, with its time; on a terminal also that it is going on."""
    results: list[str] = []
    started, done = time.monotonic(), threading.Event()
    ticker = threading.Thread(target=tick, args=(name, started, done), daemon=True)
    if sys.stderr.isatty():
        ticker.start()
    try:
        yield results.append
    finally:
        done.set()
        if ticker.is_alive():
            ticker.join()
    print(f"{name:<13} {' '.join(results):<58} {time.monotonic() - started:5.1f} s", file=sys.stderr, flush=True)


def tick(name: str, started: float, done: threading.Event) -> None:
    """Show the seconds that a step has taken so far, until it is done, and leave an empty line."""
    while not done.wait(0.2):
        print(f"\r{name:<13} ... {time.monotonic() - started:5.0f} s", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the set-up's lock, so that two runs at once do not make the same environment."""
    state = ROOT / ".workshop"
    try:
        state.mkdir(exist_ok=True)
        lock = (state / "set-up.lock").open("w")
    except OSError as error:
        raise SetUpError(
            f"{ROOT} cannot be written to ({error.strerror}), and the workshop keeps everything inside the checkout. "
            f"Copy or clone it to a folder of your own and run it there."
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find_uv() -> str | None:
    """A uv that runs and is new enough: from PATH, else the checkout's own."""
    for candidate in (shutil.which("uv"), str(TOOLS / "bin" / "uv")):
        if candidate is None:
            continue
        with contextlib.suppress(OSError):
            said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False).stdout
            version = re.search(r"uv (\d+)\.(\d+)", said)
            if version and (int(version[1]), int(version[2])) >= OLDEST_UV:
                return candidate
    return None


def install_uv() -> str:
    """Install uv into a private folder of the checkout, with the hash its lock names; the command."""
    shutil.rmtree(TOOLS, ignore_errors=True)
    made = subprocess.run([sys.executable, "-E", "-m", "venv", str(TOOLS)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(TOOLS, ignore_errors=True)
        raise SetUpError(
            f"{sys.executable} cannot make a virtual environment (venv or ensurepip is missing). "
            f"Debian, Ubuntu: apt install python3-venv. Or put uv on PATH and run this again."
        )
    lock = ROOT / "environments" / "uv" / "requirements.lock"
    call([str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)])
    return str(TOOLS / "bin" / "uv")


def make_environment(uv: str, environment: Path) -> str:
    """Make the environment, anew where a run was interrupted or it was made elsewhere or by other means."""
    found = environment.exists()
    stamps = [stamp_of(environment, name) for name in ("workshop", PACKAGES)]
    python = environment / "bin" / "python"
    if any(read(stamp).startswith(f"{ROOT}\n") for stamp in stamps) and os.access(python, os.X_OK):
        # Only what is to be installed has changed. No stamp while that goes on.
        for stamp in stamps:
            stamp.unlink(missing_ok=True)
        return f"{environment.name}, to be brought up to date"
    # Aside first: a half-removed environment must not look like one.
    shutil.rmtree(environment, ignore_errors=True)
    call([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(environment)])
    return f"{environment.name}{', made anew: what was there was not whole' if found else ''}"


def install_packages(uv: str, environment: Path) -> str:
    """Install what the lock names.

    What else is there stays: a learner's own `%pip install` survives an update.
    """
    lock = ROOT / "requirements.lock"
    call([uv, "pip", "install", *into(environment), "--requirement", str(lock)])
    return f"{count(lock)} from {lock.name}"


def install_ourselves(uv: str, environment: Path) -> None:
    """Install this package, editable; its build backend is in the lock, so that this step needs no network."""
    call([uv, "pip", "install", "--python", str(environment / "bin" / "python"), "--no-deps", "--no-build-isolation",
          "--quiet", "--editable", str(ROOT)])  # fmt: skip


def install_kernels(environment: Path) -> str:
    """Install the kernelspecs into the environment; their names."""
    said = call([str(environment / "bin" / "seams"), "kernels", "install"])
    return " ".join(line.split()[0] for line in said.splitlines() if not line.startswith("not installed"))


def into(environment: Path) -> list[str]:
    """Uv's arguments that name the environment and ask for hashes."""
    return ["--quiet", "--python", str(environment / "bin" / "python"), "--require-hashes"]


def call(command: list[str]) -> str:
    """Run `command` and return its stdout; its failure is one `SetUpError` with what to do."""
    # The caller's environment and its Python path must not decide where things go.
    variables = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", *PYTHON_ASTRAY}}
    variables["UV_PYTHON_DOWNLOADS"] = "never"
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode and UNKNOWN_ISSUER in done.stderr:
        # A proxy that opens TLS: its authority is in the system's store, not in uv's list. (The second is older uv's.)
        variables |= {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout
    words = " ".join(done.stderr.split()) or done.stdout.strip() or f"exit code {done.returncode}"
    if UNREACHABLE.search(words):
        raise SetUpError(
            "the package registry cannot be reached, and the first run needs it. Go online and run this again "
            "(behind a proxy or with a mirror: set HTTPS_PROXY, or UV_DEFAULT_INDEX and PIP_INDEX_URL). "
            f"The package manager said: {words[:300]}"
        )
    name = Path(command[0]).name
    raise SetUpError(f"`{name} {' '.join(command[1:4])}` ended with {done.returncode}: {words[:600]}")


def is_current(environment: Path, name: str, stamp: str = "") -> bool:
    """Whether the environment was made from the files that lie here now; `stamp` is one that says less than `name`."""
    found = read(stamp_of(environment, stamp or name))
    return os.access(environment / "bin" / "python", os.X_OK) and found == contents(name)


def write_stamp(environment: Path, name: str, stamp: str = "") -> None:
    """Say in the environment what it was made from."""
    stamp_of(environment, stamp or name).write_text(contents(name))


def stamp_of(environment: Path, name: str) -> Path:
    """Where the stamp called `name` lies."""
    return environment / f"seams-stamp-{name}"


def contents(name: str) -> str:
    """What the stamp called `name` must hold: where the checkout is, and the files that decide."""
    return f"{ROOT}\n" + "".join((ROOT / file).read_text() for file in STAMPED[name])


def read(path: Path) -> str:
    """The file's text, or nothing where there is none."""
    try:
        return path.read_text()
    except OSError:
        return ""


def count(lock: Path) -> int:
    """How many packages a lock names."""
    return len(re.findall(r"^[\w.-]+==", lock.read_text(), re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main())
