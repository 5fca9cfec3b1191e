"""Shims of version managers (pyenv, asdf, mise): what one stands for depends on the folder and on variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kernel_seams.doctor.process import run
from kernel_seams.doctor.programs import Trouble, first_on_path, shim_manager

SECONDS = 10.0


def behind_shim(path: Path, environment: Mapping[str, str], folder: str) -> tuple[Path, Trouble | None]:
    """The program that a shim stands for in `folder`, asked of its manager; itself where `path` is no shim."""
    name = shim_manager(path)
    if name is None:
        return path, None
    beside = path.parent.parent / "bin" / name
    manager = beside if os.access(beside, os.X_OK) else first_on_path(name, environment, folder)
    if manager is None:
        return path, Trouble("shim", f"{path} is a shim of {name}, and {name} itself is not on PATH")
    ran = run([str(manager), "which", path.name], environment=environment, seconds=SECONDS, folder=folder)
    line = ran.stdout.strip().splitlines()[-1] if ran.code == 0 and ran.stdout.strip() else ""
    if line:
        return Path(line), None
    said = (ran.stderr.strip().splitlines() or ["nothing"])[0]
    return path, Trouble("shim-refuses", f"{path} is a shim of {name}, which says in {folder}: {said}")
