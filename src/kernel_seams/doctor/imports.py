"""``seams doctor import NAME``: where the terminal's Python finds it, where each kernel does, where each pip goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import exists, is_dir
from kernel_seams.doctor.names import DISTRIBUTIONS, import_name, provider
from kernel_seams.doctor.programs import environment_of, first_on_path, shebang
from kernel_seams.doctor.python import Found, Python
from kernel_seams.doctor.remedy import install
from kernel_seams.doctor.rules.absent import Absence, why_absent
from kernel_seams.doctor.rules.paths import modules_in, standard_names

COMPILED_FOR = re.compile(r"\.(?:cpython|pypy)-?(\d)(\d+)")


@dataclass(frozen=True)
class Place:
    """What one interpreter makes of the name: the file and its version, why it is that one, and what is wrong."""

    who: str
    python: Python
    found: Found | None
    version: str = ""
    origin: str = ""
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """The place as plain data."""
        return {
            "who": self.who,
            "python": self.python.executable,
            "prefix": self.python.prefix,
            "file": self.found.place if self.found else None,
            "version": self.version or None,
            "origin": self.origin or None,
            "problem": self.problem or None,
        }


def places(name: str, machine: Machine) -> list[Place]:
    """What the terminal's Python and each Python kernel make of the module `name`."""
    found: list[Place] = []
    terminal = machine.terminal.answer.python if machine.terminal.answer else None
    if terminal is not None:
        found.append(_place("terminal", name, terminal, machine.environment, machine))
    for kernel in machine.offered:
        if kernel.python is not None and kernel.runs_python:
            found += [_place(kernel.name, name, kernel.python, kernel.launch.environment, machine)]
    return found


def together(found: Iterable[Place]) -> list[tuple[str, Place]]:
    """(the kernels' names, what they make of it) with those of one answer named together."""
    rows: dict[tuple[str, ...], list[Place]] = {}
    for place in found:
        where = place.found.place if place.found else ""
        same = (place.who, "") if place.who == "terminal" else (place.python.prefix, where, place.origin, place.problem)
        rows.setdefault(same, []).append(place)
    return [(", ".join(place.who for place in row), row[0]) for row in rows.values()]


def pips(machine: Machine) -> list[tuple[str, str]]:
    """(what is typed, the environment it installs into) for each way to call pip."""
    rows = [("pip, in this terminal" + _path_of_pip(machine), _pip_of(machine.environment, machine))]
    if machine.terminal.uv:
        rows.append(("uv pip, in this terminal", _uv_of(machine)))
    for kernel in machine.offered:
        if kernel.python is None or not kernel.runs_python:
            continue
        own = kernel.python.prefix if kernel.python.flag("pip") else f"nowhere: {kernel.launch.python} has no pip"
        rows.append((f"!pip, in {kernel.name}", _pip_of(kernel.launch.environment, machine)))
        rows.append((f"%pip, in {kernel.name}", own))
    return rows


def import_findings(name: str, machine: Machine) -> Iterator[Finding]:
    """What keeps the kernels from importing `name`, each with the one command that mends it."""
    typed, top = name, name.split(".")[0]
    actual = import_name(typed)
    if actual is not None:
        yield Finding(
            id="import-name",
            severity="warning",
            title=f"{typed!r} is installed under that name and imported as {actual!r}",
            sees=f"ModuleNotFoundError: No module named {typed.replace('-', '_')!r}",
            evidence=(f"the distribution {typed} brings the module {actual}",),
            advice=f"Write `import {actual}`.",
            fix=(command("seams", "doctor", "import", actual),),
        )
        return
    seen = places(top, machine)
    terminal = next((place for place in seen if place.who == "terminal"), None)
    for names, place in together(place for place in seen if place is not terminal):
        kernel = next(one for one in machine.offered if one.python is place.python and one.name in names)
        if place.found is None:
            yield _missing(top, kernel, names, place, terminal, machine)
        elif place.problem:
            yield _wrong(top, kernel, names, place, machine)


def where_from(found: Found, python: Python, environment: Mapping[str, str], folder: Path) -> str:
    """Why it is this file that an import takes, in a few words; empty where it is simply installed there."""
    place = Path(found.place or "/")
    if found.file in {"built-in", "frozen"} or place.is_relative_to(python.text("stdlib") or "/none"):
        return "" if "site-packages" in place.parts else "the standard library"
    if place.is_relative_to(folder) and not any(place.is_relative_to(one) for one in python.path if one):
        return f"this folder, {folder}"
    entry = next((one for one in environment.get("PYTHONPATH", "").split(":") if one and place.is_relative_to(one)), "")
    if entry:
        return f"PYTHONPATH, {entry}"
    site = python.text("user_site")
    if site and place.is_relative_to(site):
        return f"your user site, {site}"
    return "" if any(place.is_relative_to(one) for one in python.path if one) else "a .pth file or an editable install"


def wrong_file(name: str, found: Found, python: Python, folder: Path) -> str:
    """Why the file that an import takes is not the one a person means; empty where it is."""
    place = Path(found.place or "/")
    if is_empty_folder(found):
        return f"the folder {place} is taken for it, which holds no Python file: the import brings nothing"
    if place.is_relative_to(folder) and not any(place.is_relative_to(one) for one in python.path if one):
        others = {one for entry in python.path if entry for one in modules_in(Path(entry))} | standard_names(python)
        return f"the file {place} beside the notebook takes the place of the real {name}" if name in others else ""
    tags = _compiled_for(found)
    if tags and python.text("implementation") == "cpython" and python.minor not in tags:
        return f"it was compiled for Python {', '.join(sorted(tags))}, and this is {python.minor}"
    return ""


def is_empty_folder(found: Found) -> bool:
    """Whether what is found is only a folder that has no Python file in it: the import brings nothing."""
    inside = [Path(one) for one in found.folders]
    if found.file or not inside or not all(is_dir(one) for one in inside):
        return False
    return not any(file.suffix in {".py", ".so", ".pyc"} for one in inside for file in sorted(one.rglob("*"))[:2000])


def _place(who: str, name: str, python: Python, environment: Mapping[str, str], machine: Machine) -> Place:
    found = python.found.get(name)
    if found is None:
        return Place(who, python, None)
    dist = provider(name, found.place, python.dists)
    origin = where_from(found, python, environment, machine.folder)
    problem = wrong_file(name, found, python, machine.folder)
    return Place(who, python, found, f"{dist.name} {dist.version}" if dist else "", origin, problem)


def _compiled_for(found: Found) -> set[str]:
    """The Pythons that the compiled parts of a package were built for, as far as their names say."""
    files: list[Path] = []
    for folder in found.folders[:3]:
        try:
            inside = sorted(Path(folder).iterdir())[:300]
            files += inside + [one for sub in inside[:80] if is_dir(sub) for one in sorted(sub.iterdir())[:200]]
        except OSError:
            continue
    matches = [COMPILED_FOR.search(file.name) for file in [*files, Path(found.file)] if file.suffix == ".so"]
    return {f"{match.group(1)}.{match.group(2)}" for match in matches if match}


def _missing(name: str, kernel: Kernel, who: str, place: Place, terminal: Place | None, machine: Machine) -> Finding:
    evidence = [
        f"{place.python.executable} (Python {place.python.full_version} in {place.python.prefix}) does not find it"
    ]
    here = terminal.found if terminal else None
    if terminal and here:
        why = f", from {terminal.origin}" if terminal.origin else ""
        evidence.append(f"the terminal's Python, {terminal.python.executable}, finds {here.place}{why}")
    why_not = why_absent(name, kernel, place.python, machine)
    if why_not is None and terminal and here and terminal.origin.startswith(("this folder", "PYTHONPATH", "a .pth")):
        advice = "Install your own package into the kernel's environment, so that it does not depend on a folder."
        why_not = Absence("not-importable", (), advice, _local_fix(kernel, here, machine))
    if why_not is None:
        dist = terminal.version.split(" ")[0] if terminal and terminal.version else DISTRIBUTIONS.get(name, name)
        known = bool(terminal and terminal.version) or name in DISTRIBUTIONS
        advice = f"Install {dist} for the interpreter of this kernel."
        advice += "" if known else " Look first whether the distribution is called like the module."
        fix = install(place.python, kernel.launch.python or "", [dist], machine)
        why_not = Absence("not-importable", (), advice, fix)
    return Finding(
        id=why_not.id,
        severity="error",
        title=f"No module {name!r} in: {who}",
        sees=f"ModuleNotFoundError: No module named {name!r}",
        evidence=(*evidence, *why_not.evidence),
        advice=why_not.advice,
        fix=why_not.fix,
        kernel=kernel.name,
    )


def _local_fix(kernel: Kernel, found: Found, machine: Machine) -> tuple[str, ...]:
    """The commands that make a package of the person's own importable from everywhere."""
    place = Path(found.place)
    root = next((one for one in place.parents if exists(one / "pyproject.toml") or exists(one / "setup.py")), None)
    if root is None or kernel.python is None:
        top = place.parents[1] if place.name == "__init__.py" else place.parent
        return (command("export", f"PYTHONPATH={top}"),)
    return tuple(
        line.replace(command(str(root)), f"-e {command(root)}")
        for line in install(kernel.python, kernel.launch.python or "", [str(root)], machine)
    )


def _wrong(name: str, kernel: Kernel, who: str, place: Place, machine: Machine) -> Finding:
    file = Path(place.found.place if place.found else "/")
    packages = [DISTRIBUTIONS.get(name, name)]
    again = install(place.python, kernel.launch.python or "", packages, machine, force=True)
    id_, advice, fix = "compiled-for-another", "Reinstall it for this Python.", again
    sees = f"ImportError: cannot import name ... from partially initialized module {name!r}"
    if "beside the notebook" in place.problem:
        id_, advice = "file-shadows-module", "Give the file another name."
        sees = f"AttributeError or ImportError when {name} is used."
        fix = (command("mv", "-n", "--", file, file.with_name(f"my_{file.name}")),)
    elif place.found and is_empty_folder(place.found):
        id_, advice = "folder-is-no-module", f"Install {packages[0]} for the interpreter of this kernel."
        sees = f"AttributeError: module {name!r} has no attribute ..."
        fix = install(place.python, kernel.launch.python or "", packages, machine)
    return Finding(
        id=id_,
        severity="error",
        title=f"{name!r} is not what it should be in: {who}",
        sees=sees,
        evidence=(f"it is {file}", place.problem),
        advice=advice,
        fix=fix,
        kernel=kernel.name,
    )


def _pip_of(environment: Mapping[str, str], machine: Machine) -> str:
    pip = first_on_path("pip", environment, str(machine.folder))
    if pip is None:
        return "nowhere: there is no pip on PATH"
    interpreter = shebang(pip, environment)
    if interpreter is None or Path(interpreter).name in {"bash", "sh"}:
        return machine.terminal.prefix or str(environment_of(pip))
    return str(environment_of(Path(interpreter)))


def _path_of_pip(machine: Machine) -> str:
    return f" ({machine.terminal.pip})" if machine.terminal.pip else ""


def _uv_of(machine: Machine) -> str:
    active = machine.environment.get("VIRTUAL_ENV") or machine.environment.get("CONDA_PREFIX")
    if active:
        return active
    for folder in (machine.folder, *machine.folder.parents):
        if exists(folder / ".venv" / "pyvenv.cfg"):
            return str(folder / ".venv")
    return "nowhere: no environment is active and there is no .venv here"
