"""Write the workshop's kernelspecs into the environment's own prefix, and remove them.

Each recipe writes one kernelspec folder. A recipe whose interpreter is not on
the machine raises `MissingError`, which says what is missing and how to get it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kernel_seams.checkout import require_checkout
from kernel_seams.errors import SpecError
from kernel_seams.kernels import mismatch
from kernel_seams.kernels.specs import Kernelspec, read_kernelspec

ASK_SECONDS = 60
MINE = "mine"


class MissingError(SpecError):
    """What a kernel needs is not on this machine; the message says how to get it."""


@dataclass(frozen=True)
class Installed:
    """What came of one recipe: the kernelspec, or what is `missing` and how to get it."""

    name: str
    spec: Kernelspec | None
    missing: str | None = None


def kernels_folder(prefix: Path) -> Path:
    """Where kernelspecs lie below an environment's prefix."""
    return prefix / "share" / "jupyter" / "kernels"


def install(names: Iterable[str] | None = None, prefix: Path | None = None) -> list[Installed]:
    """Install the kernelspecs `names` (default: all this machine has an interpreter for) into `prefix`.

    `mine`, the learner's own, is installed only where it is named. A kernel that was asked for by name and is missing
    raises `MissingError`. An installed spec of ours is replaced, so the mismatch is restored.
    """
    prefix = prefix or Path(sys.prefix)
    installed = []
    for name in names or [each for each in RECIPES if each != MINE]:
        try:
            installed.append(Installed(name, _install_one(name, prefix)))
        except MissingError as reason:
            if names:
                raise
            installed.append(Installed(name, None, str(reason)))
    return installed


def remove(names: Iterable[str], prefix: Path | None = None) -> list[Path]:
    """Remove kernelspecs of ours from `prefix`; the folders that went."""
    prefix = prefix or Path(sys.prefix)
    removed = []
    for name in names:
        folder = kernels_folder(prefix) / name
        if not folder.is_dir():
            raise SpecError(f"There is no kernelspec {name!r} in {folder.parent}. `seams kernels list` shows what is.")
        shutil.rmtree(folder)
        if name == mismatch.NAME:
            mismatch.remove_environment(prefix)
        removed.append(folder)
    return removed


def _install_one(name: str, prefix: Path) -> Kernelspec:
    """Make the spec aside and swap it in, so that no half-written spec is ever found."""
    target = kernels_folder(prefix) / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".seams-", dir=target.parent.parent) as aside:
            fresh = Path(aside) / name
            RECIPES[name](fresh, prefix)
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
    except OSError as error:
        raise SpecError(f"The kernelspec {name!r} cannot be written to {target}: {error.strerror}.") from None
    return read_kernelspec(target)


def _python3(folder: Path, prefix: Path) -> None:
    from ipykernel.kernelspec import write_kernel_spec

    # The interpreter is named by its path: a bare "python" would be whichever one runs Jupyter.
    write_kernel_spec(folder, {"argv": _ipykernel_argv(_python_of(prefix))})


def _analysis(folder: Path, prefix: Path) -> None:
    from ipykernel.kernelspec import write_kernel_spec

    interpreter = mismatch.make_environment(require_checkout("seams kernels install analysis"), prefix)
    write_kernel_spec(folder, {"argv": _ipykernel_argv(_python_of(prefix)), **mismatch.kernelspec(interpreter)})


def _bash(folder: Path, prefix: Path) -> None:
    if shutil.which("bash") is None:
        raise MissingError("bash: there is no `bash` on PATH. Install it with the system's package manager.")
    argv = [_python_of(prefix), "-m", "kernel_seams.kernels.bash", "-f", "{connection_file}"]
    _write_spec(folder, argv, "Bash", "bash", env={"PS1": "$"})
    # Found and not imported: importing bash_kernel 0.10 warns about its own source on Python 3.12 and later.
    package = find_spec("bash_kernel")
    if package is None or not package.submodule_search_locations:
        raise MissingError("bash: this Python has no bash_kernel. `pip install bash_kernel` brings it.")
    for logo in Path(package.submodule_search_locations[0]).glob("resources/logo-*"):
        shutil.copy(logo, folder)


def _deno(folder: Path, prefix: Path) -> None:
    # The wheel puts deno beside the interpreter, which need not be on PATH.
    deno = shutil.which("deno", path=f"{prefix}/bin{os.pathsep}{sys.prefix}/bin") or shutil.which("deno")
    if deno is None:
        raise MissingError("deno: there is no `deno` beside this Python or on PATH. `pip install deno` brings one.")
    with tempfile.TemporaryDirectory(prefix="seams-deno-") as home:
        # Deno installs into the home folder only: it is given one of its own, and the result is moved.
        _ask([deno, "jupyter", "--install"], {"HOME": home, "DENO_DIR": home, "XDG_DATA_HOME": home, "NO_COLOR": "1"})
        made = next(Path(home).rglob("kernel.json"), None)
        if made is None:
            raise SpecError(f"`{deno} jupyter --install` made no kernelspec. Does `{deno} jupyter --help` answer?")
        shutil.copytree(made.parent, folder)
    content = json.loads((folder / "kernel.json").read_text())
    # SIGINT ends Deno and all its variables; it does know interrupt_request, which its own kernelspec does not say.
    _write_json(folder, {"interrupt_mode": "message", **content, "argv": [deno, *content["argv"][1:]]})


def _pypy(folder: Path, prefix: Path) -> None:
    # The image has an environment of its own for it, where the mismatch has its own.
    own = mismatch.environment_folder(prefix).with_name("pypy") / "bin" / "pypy3"
    pypy = str(own) if os.access(own, os.X_OK) else shutil.which("pypy3")
    if pypy is None:
        raise MissingError("pypy: there is no `pypy3` on PATH. Debian and Ubuntu: `apt install pypy3`; then ipykernel.")
    if _ask([pypy, "-c", "import ipykernel_launcher"]) is None:
        raise MissingError(f"pypy: {pypy} has no ipykernel. Make it an environment with `pip install ipykernel`.")
    _write_spec(folder, _ipykernel_argv(pypy), "Python (PyPy)", "python")


def _ir(folder: Path, prefix: Path) -> None:  # noqa: ARG001 (a recipe takes both)
    command = shutil.which("R")
    if command is None:
        raise MissingError("ir: there is no `R` on PATH. Debian and Ubuntu: `apt install r-cran-irkernel`.")
    source = _ask([command, "--vanilla", "-s", "-e", 'cat(system.file("kernelspec", package="IRkernel"))'])
    if not source:
        raise MissingError(f"ir: {command} has no package IRkernel. Debian and Ubuntu: `apt install r-cran-irkernel`.")
    shutil.copytree(source, folder)
    content = json.loads((folder / "kernel.json").read_text())
    _write_json(folder, {**content, "argv": [command, *content["argv"][1:]]})


def _julia(folder: Path, prefix: Path) -> None:  # noqa: ARG001
    command = shutil.which("julia")
    if command is None:
        raise MissingError("julia: there is no `julia` on PATH. Get it from julialang.org, then add IJulia to it.")
    package = _ask([command, "--startup-file=no", "-e", 'print(something(Base.find_package("IJulia"), ""))'])
    if not package:
        raise MissingError(f'julia: {command} has no package IJulia. In Julia: `import Pkg; Pkg.add("IJulia")`.')
    start = str(Path(package).with_name("kernel.jl"))
    _write_spec(folder, [command, "-i", "--color=yes", "--project=@.", start, "{connection_file}"], "Julia", "julia")


def _mine(folder: Path, prefix: Path) -> None:
    kernel = require_checkout("seams kernels install mine").work / "08-kernel" / "kernel.py"
    if not kernel.is_file():
        raise MissingError(f"mine: there is no {kernel}. `./scripts/workshop` lays it out, lesson 08 is to write it.")
    _write_spec(folder, [_python_of(prefix), str(kernel), "-f", "{connection_file}"], "Mine", "python")


RECIPES: dict[str, Callable[[Path, Path], None]] = {
    "python3": _python3,
    "bash": _bash,
    "deno": _deno,
    "analysis": _analysis,
    "pypy": _pypy,
    "ir": _ir,
    "julia": _julia,
    MINE: _mine,
}


def _python_of(prefix: Path) -> str:
    """The interpreter of the environment: by its path in the prefix, never the one that path links to."""
    beside = prefix / "bin" / "python"
    return str(beside) if os.access(beside, os.X_OK) else sys.executable


def _ipykernel_argv(python: str) -> list[str]:
    return [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]


def _write_spec(folder: Path, argv: list[str], display_name: str, language: str, **more: Any) -> None:
    folder.mkdir()
    _write_json(folder, {"argv": argv, "display_name": display_name, "language": language, **more})


def _write_json(folder: Path, content: dict[str, Any]) -> None:
    (folder / "kernel.json").write_text(json.dumps(content, indent=1) + "\n")


def _ask(command: list[str], variables: dict[str, str] | None = None) -> str | None:
    """The command's stdout, or None where it fails or says nothing within a minute."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
