"""Environments: which were moved, copied, thrown away, or made of a Python that is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.look import exists, is_dir
from kernel_seams.doctor.programs import environment_of, first_on_path, head, is_python, shebang
from kernel_seams.doctor.python import Python

# Where uv puts the environments of `uv run --with` and `uvx`; a temporary folder is no home either.
THROW_AWAY = re.compile(r"/(archive-v\d+|builds-v\d+|environments-v\d+)/|/uv[-/][^/]*/\.tmp|/\.tmp[A-Za-z0-9]{6}/")
VIRTUAL_ENV = re.compile(r"^\s*(?:export\s+)?VIRTUAL_ENV=['\"]?([^'\"\n$]+)['\"]?\s*$", re.MULTILINE)
VERSION_KEY = re.compile(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", re.MULTILINE)


def throw_away(python: Path) -> bool:
    """Whether the interpreter lies in an environment that a tool made for one run."""
    return THROW_AWAY.search(str(python)) is not None


def made_at(environment: Path) -> set[str]:
    """The folders that the environment's own files say it lies in: its activate script and the shebang of pip."""
    said = set(VIRTUAL_ENV.findall(_whole(environment / "bin" / "activate")))
    for name in ("pip", "pip3", "jupyter", "ipython"):
        interpreter = shebang(environment / "bin" / name, {"PATH": ""})
        if interpreter and interpreter.startswith("/") and is_python(Path(interpreter)):
            said.add(str(environment_of(Path(interpreter))))
            break
    return said


def moved_to(python: Path, machine: Machine) -> Path | None:
    """The interpreter that is now what `python` was: that of an environment which says it was made there."""
    old = str(environment_of(python))
    for place in _neighbours(Path(old), machine):
        candidate = place / "bin" / python.name
        if exists(candidate) and old in made_at(place):
            return candidate
    return None


def same_minor(environment: Path, machine: Machine) -> tuple[str, Path | None] | None:
    """(version, an interpreter of it on PATH or None) that the packages in `environment` were installed for."""
    folders = sorted((environment / "lib").glob("python3.*"))
    version = VERSION_KEY.search(head(environment / "pyvenv.cfg"))
    minor = version.group(1) if version else folders[-1].name.removeprefix("python") if folders else ""
    if not minor:
        return None
    return minor, first_on_path(f"python{minor}", machine.environment, str(machine.folder))


def outlived(python: Python) -> str | None:
    """The version an environment was made for, where its Python has become another and its packages are left behind."""
    found = VERSION_KEY.search(head(Path(python.prefix) / "pyvenv.cfg"))
    if found is None or found.group(1) == python.minor:
        return None
    return found.group(1) if is_dir(Path(python.prefix) / f"lib/python{found.group(1)}/site-packages") else None


def no_longer(python: Python, launched: Path) -> Path | None:
    """The environment `launched` lies in, where that has lost its pyvenv.cfg and is none any more."""
    place = environment_of(launched)
    packages = place / "lib" / f"python{python.minor}" / "site-packages"
    lost = exists(place / "bin/activate") and not exists(place / "pyvenv.cfg") and is_dir(packages)
    return place if lost and str(packages) not in python.path else None


def configured(environment: Path) -> dict[str, str]:
    """The keys of ``pyvenv.cfg``, in lower case; empty where there is none."""
    lines = (line.partition("=") for line in head(environment / "pyvenv.cfg").splitlines() if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in lines}


def _neighbours(old: Path, machine: Machine) -> Iterator[Path]:
    """Where an environment that was at `old` may be now: beside it, beside the folder it was in, here."""
    if machine.terminal.active:
        yield Path(machine.terminal.active)
    yield from (machine.folder / name for name in (".venv", "venv", "env"))
    inside = Path(*old.parts[-1:])
    for folder in old.parents[:3]:
        try:
            children = sorted(child for child in folder.iterdir() if is_dir(child))[:300]
        except OSError:
            continue
        for child in children:
            yield child
            yield child / inside
            yield child / ".venv"


def _whole(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(20000).decode("utf-8", "replace")
    except OSError:
        return ""
