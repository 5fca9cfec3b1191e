"""Which file an import really takes: PYTHONPATH before everything, and files beside the notebook."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, Severity, command
from kernel_seams.doctor.look import exists, is_dir
from kernel_seams.doctor.python import Python
from kernel_seams.doctor.remedy import edit, register
from kernel_seams.doctor.rules.blame import blames, lent_by

OTHER_PACKAGES = re.compile(r"/lib(?:64)?/python(\d+\.\d+)/(?:site|dist)-packages/?$")
# IPython loads these when they are first needed, with the notebook's folder first on the path again.
LOADED_LATER = {
    "jedi": "completion",
    "parso": "completion",
    "stack_data": "tracebacks",
    "executing": "tracebacks",
    "asttokens": "tracebacks",
    "pure_eval": "tracebacks",
    "pexpect": "`!command`",
    "ptyprocess": "`!command`",
}
SHOWN = 6


def pythonpath(machine: Machine) -> Iterator[Finding]:
    """A folder on PYTHONPATH hides modules of the kernel, or holds packages built for another Python."""
    told: set[tuple[str, str]] = set()
    for kernel in machine.offered:
        python = kernel.python
        value = kernel.launch.environment.get("PYTHONPATH", "")
        if python is None or not value or python.flag("ignores_environment") or blames(kernel) or lent_by(kernel):
            continue
        own = "PYTHONPATH" in kernel.spec.env
        for entry in dict.fromkeys(value.split(os.pathsep)):
            key = (entry, kernel.name if own else python.prefix)
            if key in told or not Path(entry).is_absolute():
                continue
            told.add(key)
            yield from _entry(kernel, python, entry, own, machine)


def beside_the_notebook(machine: Machine) -> Iterator[Finding]:
    """A file here takes the place of a module that a kernel loads while it starts."""
    here = modules_in(machine.folder)
    for name in sorted(here):
        stopped = [kernel.name for kernel in machine.offered if name in replaceable(kernel)]
        later = LOADED_LATER.get(name) if any(_from_folder(kernel) for kernel in machine.offered) else None
        if not stopped and later is None:
            continue
        file = here[name]
        yield Finding(
            id="file-shadows-module",
            severity="error" if stopped else "warning",
            title=f"{file.name} in this folder takes the place of the module {name!r}"
            + ("" if stopped else f", which IPython needs for {later}"),
            sees=f"ImportError: cannot import name ... from '{name}' ({file}); then the kernel dies."
            if stopped
            else f"AttributeError: module '{name}' has no attribute ...",
            evidence=(
                f"a kernel starts in the notebook's folder and Python looks there first: {file}",
                *((f"it stops {', '.join(stopped[:SHOWN])}",) if stopped else ()),
            ),
            advice="Give the file another name.",
            fix=(command("mv", "-n", "--", file, file.with_name(f"my_{file.name}")),),
        )


def modules_in(folder: Path) -> dict[str, Path]:
    """The modules that Python would find in `folder`: name and file."""
    found: dict[str, Path] = {}
    try:
        names = sorted(os.listdir(folder))[:5000]  # noqa: PTH208
    except OSError:
        return found
    for name in names:
        path = folder / name
        if name.endswith(".py") and name[:-3].isidentifier():
            found.setdefault(name[:-3], path)
        elif name.isidentifier() and exists(path / "__init__.py"):
            found[name] = path
        elif name.endswith((".so", ".pyd")) and name.split(".")[0].isidentifier():
            found.setdefault(name.split(".")[0], path)
    return found


def replaceable(kernel: Kernel) -> frozenset[str]:
    """The modules that a file in the notebook's folder would take the place of while this kernel starts."""
    python, answer, launched = kernel.python, kernel.answer, kernel.launch
    if python is None or answer is None or not _from_folder(kernel):
        return frozenset()
    entries = launched.environment.get("PYTHONPATH", "/").split(os.pathsep)
    stays = "" in entries and "PYTHONPATH" in launched.environment and not python.flag("ignores_environment")
    # ipykernel_launcher takes the folder off the path at once; nothing else does. It is itself looked for there.
    own = {launched.module.split(".")[0]} - {""}
    if stays or (launched.module and launched.module != "ipykernel_launcher"):
        return python.early | answer.loaded | own
    return python.early | own if launched.module else frozenset()


def standard_names(python: Python) -> frozenset[str]:
    """The names of this interpreter's standard library; those of ours where it is too old to say."""
    return frozenset(python.texts("stdlib_names") or sys.stdlib_module_names)


def _from_folder(kernel: Kernel) -> bool:
    return kernel.python is not None and not kernel.python.flag("safe_path") and bool(kernel.launch.module)


def _entry(kernel: Kernel, python: Python, entry: str, own: bool, machine: Machine) -> Iterator[Finding]:
    where = f"{kernel.spec.folder}/kernel.json sets env.PYTHONPATH" if own else "PYTHONPATH in the environment"
    other = OTHER_PACKAGES.search(entry)
    if other and other.group(1) != python.minor and is_dir(entry):
        title = f"PYTHONPATH gives Python {python.minor} the packages of Python {other.group(1)}"
        yield _pythonpath(kernel, "warning", title, (f"{where}: {entry}",), own, machine)
        return
    hidden = sorted(set(modules_in(Path(entry))) & _installed(python, entry))
    if hidden:
        names = ", ".join(hidden[:SHOWN]) + (f" and {len(hidden) - SHOWN} more" if len(hidden) > SHOWN else "")
        title = f"PYTHONPATH hides modules of {python.prefix}: {names}"
        evidence = (
            f"{where}: {entry}",
            f"{entry} comes before the standard library and site-packages, and holds {names}",
        )
        yield _pythonpath(kernel, "warning", title, evidence, own, machine)


def _pythonpath(
    kernel: Kernel, severity: Severity, title: str, evidence: tuple[str, ...], own: bool, machine: Machine
) -> Finding:
    python = kernel.launch.python or ""
    again = register(kernel, machine, python) if kernel.launch.module.startswith("ipykernel") else ""
    fix = (again or edit(kernel.spec.folder / "kernel.json"),) if own else ("unset PYTHONPATH",)
    return Finding(
        id="pythonpath-hides",
        severity=severity,
        title=title,
        sees="A package has another version in the notebook than in the terminal, or fails to import.",
        evidence=evidence,
        advice="Take PYTHONPATH out of the kernelspec; this writes it anew without it."
        if own
        else "Start Jupyter without it; a package of your own is better installed with `pip install -e`.",
        fix=fix,
        kernel=kernel.name if own else None,
    )


def _installed(python: Python, entry: str) -> frozenset[str]:
    """The modules of the standard library and of the other folders on the interpreter's path."""
    names: set[str] = set(standard_names(python)) - {"this", "antigravity"}
    for folder in python.path:
        if folder.endswith(("site-packages", "dist-packages")) and not _same_file(folder, entry):
            names.update(modules_in(Path(folder)))
    return frozenset(names)


def _same_file(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (pythonpath, beside_the_notebook)
