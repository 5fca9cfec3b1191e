"""The deliberate mismatch: an environment `analysis`, and a kernelspec that only says it is it.

    kernelspec analysis        says      Python (analysis)
                               launches  the workshop's interpreter
    environments/analysis      holds     seams_tides, which the workshop's environment lacks

The environment is real, with ipykernel of its own, so that pointing the
kernelspec at it mends the mismatch. It lies inside the workshop's environment
and goes with it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.errors import SpecError

NAME = "analysis"
DISPLAY_NAME = "Python (analysis)"
PACKAGE = "seams_tides"
BUILD_SECONDS = 900
# What uv says behind a proxy that opens TLS, and what makes it ask the system's store, new and old.
UNKNOWN_ISSUER = "invalid peer certificate: UnknownIssuer"
SYSTEM_STORE = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}


def environment_folder(prefix: Path) -> Path:
    """Where the `analysis` environment of the workshop environment `prefix` lies."""
    return prefix / "environments" / NAME


def make_environment(checkout: Checkout, prefix: Path) -> Path:
    """The interpreter of the `analysis` environment, made or made anew where it is not as its lock says.

    Needs the network (or the package manager's cache) for what the lock names;
    the small package is built from the checkout, without the network.
    """
    folder, source = environment_folder(prefix), checkout.environments / NAME
    python, stamp = folder / "bin" / "python", folder / "seams-stamp"
    wanted = f"{folder}\n{(source / 'requirements.lock').read_text()}"
    if _read(stamp) == wanted and os.access(python, os.X_OK):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="seams-wheel-") as wheels:
        _call([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels], source / PACKAGE)
        _install(folder, source / "requirements.lock", next(Path(wheels).glob("*.whl")), _find_uv(checkout))
    stamp.write_text(wanted)
    return python


def kernelspec(interpreter: Path) -> dict[str, object]:
    """What the mismatched spec changes of a Python kernelspec: the name it shows, not what it launches."""
    return {
        "display_name": DISPLAY_NAME,
        "metadata": {
            "debugger": True,
            "supported_encryption": ["curve"],
            "kernel_seams": {"environment": str(interpreter)},
        },
    }


def remove_environment(prefix: Path) -> None:
    """Remove the `analysis` environment of `prefix`, if it is there."""
    shutil.rmtree(environment_folder(prefix), ignore_errors=True)


def _install(folder: Path, lock: Path, wheel: Path, uv: str | None) -> None:
    """Make the environment with uv, or where there is none with what Python brings."""
    python = str(folder / "bin" / "python")
    if uv is not None:
        _call([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(folder)])
        pip = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        _call([sys.executable, "-m", "venv", str(folder)])
        pip = [python, "-m", "pip", "install", "--quiet"]
    _call([*pip, "--require-hashes", "--requirement", str(lock)])
    _call([*pip, "--no-deps", "--no-index", str(wheel)])


def _find_uv(checkout: Checkout) -> str | None:
    private = checkout.root / ".tools" / "bin" / "uv"
    return shutil.which("uv") or (str(private) if os.access(private, os.X_OK) else None)


def _call(command: list[str], folder: Path | None = None) -> None:
    """Run `command`; a failure becomes one `SpecError` with the command's last words."""
    # VIRTUAL_ENV of the caller must not decide where things go: each command names its environment.
    environment = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "PYTHONPATH"}}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS
        )

    done = run()
    if done.returncode != 0 and UNKNOWN_ISSUER in done.stderr:
        environment |= SYSTEM_STORE
        done = run()
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise SpecError(
            f"The `{NAME}` environment could not be made: `{' '.join(command[:4])} ...` ended with: {words[-1]}. "
            f"Is the package registry in reach? Then `seams kernels install {NAME}` again."
        )


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None
