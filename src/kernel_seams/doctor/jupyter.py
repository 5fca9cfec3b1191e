"""Which `jupyter` a person's shell runs, and which interpreter that is."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from kernel_seams.doctor.launchers import look_behind
from kernel_seams.doctor.look import exists, is_dir
from kernel_seams.doctor.programs import Trouble, all_on_path, first_on_path, is_python, shebang, shim_manager, why_not
from kernel_seams.doctor.shims import behind_shim

# What `jupyter lab` and its like run next: looked for beside `jupyter` first, then on PATH.
SERVERS = ("jupyter-lab", "jupyter-notebook", "jupyter-server")


@dataclass(frozen=True)
class Command:
    """A `jupyter` command: the file, the server command it goes on to, the interpreter, and who installed it.

    `others` are the further ones on PATH; `trouble` says why it would not start.
    """

    path: Path
    server: Path
    python: Path | None
    owner: str
    others: tuple[Path, ...] = ()
    trouble: Trouble | None = None


def shell_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the person's shell: `environment` without what ``uvx`` and the like put before PATH for us.

    A tool runner puts the folder of our own programs first on PATH. That
    environment has a `jupyter` (jupyter_core brings it) which can run no kernel
    and is not the person's.
    """
    shell = dict(environment)
    active = {shell.get("VIRTUAL_ENV"), shell.get("CONDA_PREFIX")}
    ours = os.path.join(sys.prefix, "bin")  # noqa: PTH118 (compared as text with PATH entries)
    entries = shell.get("PATH", os.defpath).split(os.pathsep)
    if entries[0] == ours and sys.prefix not in active and find_spec("jupyter_client") is None:
        shell["PATH"] = os.pathsep.join(entry for entry in entries if entry != ours)
    return shell


def find_command(environment: Mapping[str, str], folder: str, given: str | None = None) -> Command | None:
    """The `jupyter` at `given`, else the first on PATH, else the first of its servers there, else None."""
    found = [Path(folder, given)] if given else list(all_on_path("jupyter", environment, folder))
    # `uv tool install jupyterlab` and pipx put jupyter-lab on PATH and no jupyter.
    found = found or [path for name in SERVERS for path in all_on_path(name, environment, folder)]
    if not found:
        return None
    path, others = found[0], tuple(found[1:])
    if given and is_dir(path):
        path = path / "bin" / "jupyter" if exists(path / "bin" / "jupyter") else path / "jupyter"
    trouble = why_not(path, environment)
    if trouble is not None:
        return Command(path, path, None, "", others, trouble)
    real, trouble = behind_shim(path, environment, folder)
    if trouble is not None:
        return Command(path, path, None, shim_manager(path) or "", others, trouble)
    real, environment = _behind_script(real, environment, folder)
    if is_python(real):
        return Command(path, path, real, owner(real), others)
    server = _server(real, environment, folder)
    named = shebang(server, environment)
    trouble = why_not(server, environment)
    python = Path(named) if trouble is None and named and is_python(Path(named)) else None
    return Command(path, server, python, owner(python) if python else "", others, trouble)


def _behind_script(path: Path, environment: Mapping[str, str], folder: str) -> tuple[Path, Mapping[str, str]]:
    """The program that a script of the person's own called `jupyter` goes on to, and the environment it gives it."""
    behind = look_behind([str(path)], environment, folder)
    if behind.uncertain or behind.trouble or behind.argv[0] == str(path):
        return path, environment
    word = behind.argv[0]
    found = Path(folder, word) if "/" in word else first_on_path(word, behind.environment, folder)
    return (path, environment) if found is None else (found, behind.environment)


def _server(jupyter: Path, environment: Mapping[str, str], folder: str) -> Path:
    beside = [jupyter.parent, jupyter.resolve().parent]
    for name in SERVERS:
        for place in beside:
            if os.access(place / name, os.X_OK):
                return place / name
    on_path = (first_on_path(name, environment, folder) for name in SERVERS)
    return next((path for path in on_path if path is not None), jupyter)


def owner(python: Path) -> str:
    """Who made the environment of `python`, in a word or two: uv tool, pipx, conda, venv, pyenv, the system."""
    prefix = python.parent.parent
    marks = {
        "uv tool": prefix / "uv-receipt.toml",
        "pipx": prefix / "pipx_metadata.json",
        "conda": prefix / "conda-meta",
    }
    for name, mark in marks.items():
        if exists(mark):
            return name
    if exists(prefix / "pyvenv.cfg"):
        return "uv" if "uv = " in _read(prefix / "pyvenv.cfg") else "venv"
    if ".pyenv/versions" in str(prefix):
        return "pyenv"
    return "system" if str(prefix) in {"/usr", "/usr/local", "/"} else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[:10000]
    except OSError:
        return ""
