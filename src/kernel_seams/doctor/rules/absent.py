"""Why an interpreter does not find a module, where more can be said than that it is not installed."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import command
from kernel_seams.doctor.look import exists
from kernel_seams.doctor.names import DISTRIBUTIONS, canonical
from kernel_seams.doctor.python import Python
from kernel_seams.doctor.remedy import install
from kernel_seams.doctor.rules.paths import modules_in, standard_names


@dataclass(frozen=True)
class Absence:
    """Why a module is not found: the finding's id, the evidence, what to do, the commands."""

    id: str
    evidence: tuple[str, ...]
    advice: str
    fix: tuple[str, ...]


def why_absent(name: str, kernel: Kernel, python: Python, machine: Machine) -> Absence | None:
    """What keeps `python` from finding the module `name`; None where it is simply not installed."""
    return (
        _other_case(name, python)
        or _moved_away(name, kernel, python, machine)
        or _lost_entries(name, kernel, python, machine)
        or _on_record(name, kernel, python, machine)
        or _misspelt(name, python)
    )


def _importable(python: Python) -> set[str]:
    return {*standard_names(python), *(name for entry in python.path if entry for name in modules_in(Path(entry)))}


def _other_case(name: str, python: Python) -> Absence | None:
    """Names are case-sensitive, though a file system may not be."""
    same = sorted(one for one in _importable(python) if one.lower() == name.lower() and one != name)
    if not same:
        return None
    return Absence("import-name", (f"it has {same[0]!r}; capital letters count",), f"Write `import {same[0]}`.", ())


def _moved_away(name: str, kernel: Kernel, python: Python, machine: Machine) -> Absence | None:
    """An editable install whose folder was moved or deleted: the record stays, the module is gone."""
    for file, folder, module in python.lost:
        called = {module, Path(folder).name, *(Path(folder).parent.name,)} - {""}
        ours = module == name or canonical(name) in canonical(Path(file).name) or (not module and name in called)
        if not ours:
            continue
        launched = kernel.launch.python or ""
        project = next(_projects(name, machine.folder), None)
        dist = python.dist(canonical(DISTRIBUTIONS.get(name, name)))
        fix: tuple[str, ...] = ()
        if project is not None:
            again = install(python, launched, [str(project)], machine)
            fix = tuple(line.replace(command(str(project)), f"-e {command(project)}") for line in again)
        elif dist is not None:
            fix = (command(launched, "-m", "pip", "uninstall", dist.name),)
        return Absence(
            "editable-gone",
            (f"{file} lends {folder}, which does not exist", *_record(dist)),
            f"Its folder was moved or deleted: install it again from where it is now (`pip install -e FOLDER`), "
            f"{'as here' if project else 'or take the record of it out'}.",
            fix,
        )
    return None


def _record(dist: object) -> tuple[str, ...]:
    name, version, folder = (getattr(dist, key, "") for key in ("name", "version", "folder"))
    return (f"{name} {version} is on record in {folder}",) if name else ()


def _projects(name: str, folder: Path) -> Iterator[Path]:
    """The projects here, above, or beside that bring the module `name`."""
    near = [folder, *list(folder.parents)[:3]]
    for place in near:
        inside = modules_in(place).keys() | modules_in(place / "src").keys()
        if name in inside and (exists(place / "pyproject.toml") or exists(place / "setup.py")):
            yield place


def _lost_entries(name: str, kernel: Kernel, python: Python, machine: Machine) -> Absence | None:
    """PYTHONPATH names folders that are not there: what they were to lend is missing."""
    value = kernel.launch.environment.get("PYTHONPATH", "")
    lost = [entry for entry in value.split(os.pathsep) if entry.startswith("/") and not exists(entry)]
    if not lost or python.flag("ignores_environment"):
        return None
    own = "PYTHONPATH" in kernel.spec.env
    where = f"{kernel.spec.folder}/kernel.json sets env.PYTHONPATH" if own else "PYTHONPATH is set in the environment"
    dist = DISTRIBUTIONS.get(name, name)
    return Absence(
        "not-importable",
        (where, *(f"it names {entry}, which does not exist" for entry in lost[:4])),
        f"If {name} was to come from there, name the folder where it is now; otherwise install {dist}.",
        install(python, kernel.launch.python or "", [dist], machine),
    )


def _on_record(name: str, kernel: Kernel, python: Python, machine: Machine) -> Absence | None:
    """The distribution is on record as installed, and its files are not there."""
    dist = python.dist(canonical(DISTRIBUTIONS.get(name, name)))
    if dist is None:
        return None
    return Absence(
        "not-importable",
        (f"{dist.name} {dist.version} is on record in {dist.folder}, and brings no module {name!r}",),
        "Half of it was removed: install it again. pip takes it for installed, so it has to be forced.",
        install(python, kernel.launch.python or "", [dist.name], machine, force=True),
    )


def _misspelt(name: str, python: Python) -> Absence | None:
    """A slip of the pen is not to be installed: an index may have something of that name."""
    if name in DISTRIBUTIONS or len(name) < 4:
        return None
    near = difflib.get_close_matches(name, sorted(_importable(python)), n=1, cutoff=0.86)
    if not near:
        return None
    words = f"Did you mean `import {near[0]}`? Otherwise look for the name before you install anything."
    return Absence("not-importable", (f"it has {near[0]!r}, which is nearly that",), words, ())
