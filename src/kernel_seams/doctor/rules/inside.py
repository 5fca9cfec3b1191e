"""What a kernel's own words show: what became of an import there, and what has changed since it started."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kernel_seams.doctor.errors import explain
from kernel_seams.doctor.facts import Kernel, Machine, Terminal
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.imports import import_findings
from kernel_seams.doctor.inside import Inside, as_kernel
from kernel_seams.doctor.look import exists
from kernel_seams.doctor.names import DISTRIBUTIONS, provider
from kernel_seams.doctor.remedy import install
from kernel_seams.doctor.rules import paths, pips
from kernel_seams.doctor.rules.paths import standard_names
from kernel_seams.doctor.running import installed_since

FILE_LINE = re.compile(r'^  File "([^"]+)", line (\d+)', re.MULTILINE)
NOWHERE = Terminal(None, None, None, "", None)


def seen_from(inside: Inside, machine: Machine) -> Machine:
    """`machine` with that kernel alone, in its own folder; another machine's kernel has no terminal to compare with."""
    terminal = machine.terminal if inside.here else NOWHERE
    return replace(machine, kernels=(as_kernel(inside, machine),), folder=Path(inside.folder), terminal=terminal)


def inside_findings(inside: Inside, machine: Machine) -> Iterator[Finding]:
    """What is wrong with the kernel that said this; `machine` as `seen_from` has it."""
    kernel = machine.kernels[0]
    if inside.wanted:
        yield from _imported(inside, kernel, machine)
    if inside.here:
        yield from _changed(inside, kernel)
    yield from _beside(inside, kernel)
    yield from paths.pythonpath(machine)
    if inside.pip:
        yield from pips.pips(replace(machine, terminal=replace(machine.terminal, pip=Path(inside.pip))))


def _imported(inside: Inside, kernel: Kernel, machine: Machine) -> Iterator[Finding]:
    top = inside.wanted.partition(".")[0]
    found = inside.python.found.get(top)
    if inside.error and found is not None:
        yield _fails(inside, kernel, machine)
        return
    yield from import_findings(inside.wanted, machine)
    dist = provider(top, found.place, inside.python.dists) if found and inside.here else None
    if dist and inside.loaded_version not in {"", dist.version} and inside.loaded == found_file(inside):
        yield Finding(
            id="running-packages-newer",
            severity="warning",
            title=f"The kernel still has {top} {inside.loaded_version}; installed is {dist.version}",
            sees="The old version stays until the kernel is restarted.",
            evidence=(
                f"{top}.__version__ is {inside.loaded_version!r}",
                f"{dist.folder} holds {dist.name} {dist.version}",
            ),
            advice="Restart the kernel (Kernel, Restart Kernel).",
            kernel=kernel.name,
        )


def found_file(inside: Inside) -> str:
    """The file that an import of what is wanted would take."""
    found = inside.python.found.get(inside.wanted.partition(".")[0])
    return found.file if found else ""


def _fails(inside: Inside, kernel: Kernel, machine: Machine) -> Finding:
    """The module is found, and its import ends in an exception."""
    lines = [line for line in inside.error.strip().splitlines() if line.strip()]
    last = lines[-1].strip() if lines else "an exception without a text"
    frames = FILE_LINE.findall(inside.error)
    advice, fix = _mend(inside, last, kernel, machine)
    return Finding(
        id="import-fails",
        severity="error",
        title=f"{inside.wanted!r} is there, and importing it fails",
        sees=last,
        evidence=(f"it is {found_file(inside) or inside.wanted}", *(f"{file}:{line}" for file, line in frames[-1:])),
        advice=advice,
        fix=fix,
        kernel=kernel.name,
    )


def _mend(inside: Inside, last: str, kernel: Kernel, machine: Machine) -> tuple[str, tuple[str, ...]]:
    """What to do about an import that fails with the line `last`, and the commands."""
    top, missing = inside.wanted.partition(".")[0], inside.missing.partition(".")[0]
    python, launched = inside.python, kernel.launch.python or ""
    if missing not in {"", top} and last.startswith("ModuleNotFoundError"):
        advice = f"Install {missing}, which {top} needs, for this interpreter."
        return advice, install(python, launched, [DISTRIBUTIONS.get(missing, missing)], machine)
    told = explain(inside.error)
    if told:
        return f"{told[0].title}. {told[0].advice}", told[0].fix
    packages = [DISTRIBUTIONS.get(top, top)]
    return "Reinstall it for this interpreter.", install(python, launched, packages, machine, force=True)


def _changed(inside: Inside, kernel: Kernel) -> Iterator[Finding]:
    """The interpreter is gone, or packages are younger than the kernel."""
    program = Path(inside.python.executable or "/")
    if not exists(program):
        yield Finding(
            id="running-interpreter-gone",
            severity="warning",
            title=f"The interpreter of this kernel has been removed: {program}",
            sees="Imports that were not made yet fail; the kernel cannot be restarted.",
            evidence=(f"sys.executable is {program}, which does not exist",),
            advice="Save what the kernel holds; make its environment anew.",
            kernel=kernel.name,
        )
        return
    newer = installed_since(program, inside.connected) if inside.connected else []
    if newer:
        yield Finding(
            id="running-packages-newer",
            severity="warning",
            title=f"Packages were installed after this kernel started: {', '.join(newer[:5])}",
            sees="The old version stays until the kernel is restarted; or an import mixes the two.",
            evidence=(f"{inside.python.prefix} has changed since the kernel's connection file was written",),
            advice="Restart the kernel (Kernel, Restart Kernel).",
            kernel=kernel.name,
        )


def _beside(inside: Inside, kernel: Kernel) -> Iterator[Finding]:
    """Files of the notebook's folder that the kernel has loaded in place of a module of that name."""
    others = standard_names(inside.python) | {dist.name.replace("-", "_") for dist in inside.python.dists}
    for name in sorted(set(inside.beside) & others - {inside.wanted}):
        file = Path(inside.beside[name])
        yield Finding(
            id="file-shadows-module",
            severity="warning",
            title=f"The kernel has loaded {file.name} from its own folder in place of the module {name!r}",
            sees=f"AttributeError: module {name!r} has no attribute ...",
            evidence=(f"sys.modules[{name!r}] is {file}",),
            advice="Give the file another name, and restart the kernel.",
            fix=(command("mv", "-n", "--", file, file.with_name(f"my_{file.name}")),),
            kernel=kernel.name,
        )
