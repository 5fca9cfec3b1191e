"""``seams doctor notebook FILE``: which kernel it will get on this machine, and what that kernel lacks for it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.imports import is_empty_folder, where_from, wrong_file
from kernel_seams.doctor.look import exists
from kernel_seams.doctor.names import DISTRIBUTIONS, HOSTED, hosted
from kernel_seams.doctor.remedy import install, register, safe_name
from kernel_seams.doctor.rules.absent import why_absent
from kernel_seams.doctor.rules.paths import modules_in
from kernel_seams.errors import SeamsError
from kernel_seams.kernels.specs import NATIVE_KERNEL

MAX_BYTES = 256 * 1024 * 1024
PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%snakeviz")
IMPORT_LINE = re.compile(r"^\s*(?:import\s+([\w.]+(?:\s*,\s*[\w.]+)*)|from\s+(\w[\w.]*)\s+import\b)", re.MULTILINE)


@dataclass(frozen=True)
class Notebook:
    """What a notebook says of itself: the kernel it wants, and (module, cell number) for each import."""

    path: Path
    kernel: str | None
    display_name: str
    language: str
    imports: tuple[tuple[str, int], ...]


def read_notebook(path: Path) -> Notebook:
    """The notebook at `path`; a `SeamsError` where it is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SeamsError(f"{path} is larger than {MAX_BYTES} bytes and was not read.")
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise SeamsError(f"The notebook {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise SeamsError(f"{path} is not a notebook: {_why_not_json(path, error)}") from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise SeamsError(f"{path} is not a notebook: it has no nbformat.")
    metadata = _dict(content.get("metadata"))
    spec, language = _dict(metadata.get("kernelspec")), _dict(metadata.get("language_info"))
    name = spec.get("name")
    return Notebook(
        path,
        name if isinstance(name, str) and name else None,
        str(spec.get("display_name", "")),
        str(language.get("name") or spec.get("language") or "python").lower(),
        tuple(dict(reversed(list(_imports(content)))).items()),
    )


def _why_not_json(path: Path, error: Exception) -> str:
    """What the file is instead, and what to do, where that can be seen."""
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    if not any(line.strip() for line in lines):
        return "it is empty. Take it from a copy (.ipynb_checkpoints beside it, git), or begin a new one in JupyterLab."
    for number, line in enumerate(lines, 1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            words = (
                "line {} is a mark of a merge that git could not finish ({}). Take one side: git checkout --ours {}."
            )
            return words.format(number, line[:40].strip(), command(path))
    return f"it is not JSON ({error})."


def kernel_of(notebook: Notebook, machine: Machine) -> Kernel | None:
    """The kernel that the notebook gets on this machine, None where there is none of that name."""
    name = (notebook.kernel or NATIVE_KERNEL).lower()
    return next((kernel for kernel in machine.offered if kernel.name == name), None)


def notebook_findings(notebook: Notebook, machine: Machine) -> Iterator[Finding]:
    """What is wrong between the notebook and the kernel it gets."""
    kernel = kernel_of(notebook, machine)
    if kernel is None:
        yield _no_kernel(notebook, machine)
        return
    if kernel.python is None or not notebook.language.startswith(("python", "ipython")):
        return
    for name, number in sorted(notebook.imports, key=lambda pair: pair[1]):
        found = kernel.python.found.get(name)
        if found is None and name in HOSTED:
            yield _hosted(kernel, name, number)
            continue
        if found is None or is_empty_folder(found):
            yield _missing(kernel, name, number, machine)
            continue
        beside = modules_in(machine.folder).get(name)
        wrong = wrong_file(name, found, kernel.python, machine.folder)
        if beside is not None and kernel.answer is not None and name in kernel.answer.loaded:
            yield _ignored(kernel, name, number, beside)
        elif wrong:
            yield _shadowed(kernel, name, number, Path(found.place), wrong)


def _no_kernel(notebook: Notebook, machine: Machine) -> Finding:
    wanted = notebook.kernel or NATIVE_KERNEL
    alike = [kernel for kernel in machine.offered if kernel.spec.language.lower() == notebook.language]
    names = ", ".join(kernel.name for kernel in alike[:5]) or "none"
    own = next(
        (folder / ".venv" for folder in notebook.path.resolve().parents if exists(folder / ".venv/bin/python")), None
    )
    place = own or (Path(machine.terminal.active) if machine.terminal.active else None)
    fix = []
    if place is not None:
        python = place / "bin" / "python"
        name = command("--name", safe_name(wanted), "--display-name", notebook.display_name or wanted)
        fix = [
            f"{command(python, '-m', 'pip', 'install', 'ipykernel')} && "
            f"{command(python, '-m', 'ipykernel', 'install', '--user')} {name}"
        ]
    return Finding(
        id="no-such-kernel",
        severity="error",
        title=f"This notebook wants the kernel {wanted!r}, and there is none of that name here",
        sees=f"No such kernel named {wanted}; 'The {wanted!r} kernel is not available.'",
        evidence=(
            f"{notebook.path}: metadata.kernelspec.name is {wanted!r}"
            if notebook.kernel
            else f"{notebook.path} names no kernel, so that it gets {NATIVE_KERNEL!r}",
            f"kernels here for {notebook.language}: {names}",
        ),
        advice="Choose one of these in the notebook (Kernel, Change Kernel), or register its environment.",
        fix=tuple(fix),
    )


def _missing(kernel: Kernel, name: str, number: int, machine: Machine) -> Finding:
    python, launched = kernel.python, kernel.launch.python or ""
    above = next((folder for folder in list(machine.folder.parents)[:5] if name in modules_in(folder)), None)
    evidence = [f"cell {number} imports it; {launched} does not find it"]
    fix: tuple[str, ...] = ()
    if above is not None:
        evidence.append(f"{modules_in(above)[name]} is in a folder above, and a kernel starts in {machine.folder}")
        project = exists(above / "pyproject.toml") or exists(above / "setup.py")
        own = kernel.launch.wrapper is None
        again = register(kernel, machine, launched) + f" {command('--env', 'PYTHONPATH', above)}" * own
        fix = (command(launched, "-m", "pip", "install", "-e", above),) if project else (again,)
    why_not = why_absent(name, kernel, python, machine) if python is not None and above is None else None
    if why_not is not None:
        evidence.extend(why_not.evidence)
        fix = why_not.fix
    elif python is not None and above is None:
        fix = install(python, launched, [DISTRIBUTIONS.get(name, name)], machine)
    terminal = machine.terminal.answer.python if machine.terminal.answer else None
    here = terminal.found.get(name) if terminal else None
    if terminal is not None and here is not None and above is None:
        origin = where_from(here, terminal, machine.environment, machine.folder)
        evidence.append(
            f"the terminal's {terminal.executable} finds {here.place}" + (f", from {origin}" if origin else "")
        )
    advice = why_not.advice if why_not else "Install it for the interpreter of this kernel."
    return Finding(
        id="module-in-parent" if above else why_not.id if why_not else "not-importable",
        severity="error",
        title=f"The kernel {kernel.name!r} cannot import {name!r}",
        sees=f"ModuleNotFoundError: No module named {name!r}",
        evidence=tuple(evidence),
        advice="Make the folder above importable for this kernel." if above else advice,
        fix=fix,
        kernel=kernel.name,
    )


def _hosted(kernel: Kernel, name: str, number: int) -> Finding:
    return Finding(
        id="hosted-module",
        severity="warning",
        title=f"Cell {number} imports {name!r}, which exists in the notebooks of {HOSTED[name]} only",
        sees=f"ModuleNotFoundError: No module named {name!r}",
        evidence=(f"{HOSTED[name]} puts it into its own kernels; what an index has under that name is another",),
        advice="Leave that cell out here, or put the import into `try: ... except ImportError: ...`.",
        kernel=kernel.name,
    )


def _ignored(kernel: Kernel, name: str, number: int, file: Path) -> Finding:
    return Finding(
        id="file-ignored",
        severity="warning",
        title=f"`import {name}` does not take {file.name}: the kernel has loaded another {name} before",
        sees=f"AttributeError: module {name!r} has no attribute ...",
        evidence=(f"cell {number} imports {name!r}, which a kernel loads while it starts", f"{file} is never read"),
        advice="Give the file another name.",
        fix=(command("mv", "-n", "--", file, file.with_name(f"my_{file.name}")),),
        kernel=kernel.name,
    )


def _shadowed(kernel: Kernel, name: str, number: int, file: Path, why: str) -> Finding:
    inside = file.parent if file.name == "__init__.py" else file
    return Finding(
        id="file-shadows-module",
        severity="error",
        title=f"In cell {number} {name!r} is not what it should be",
        sees=f"AttributeError: module {name!r} has no attribute ...; or ImportError",
        evidence=(why,),
        advice="Give the file another name.",
        fix=(command("mv", "-n", "--", inside, inside.with_name(f"my_{inside.name}")),),
        kernel=kernel.name,
    )


def _imports(content: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """(top-level module, number of the code cell) for each import of the notebook."""
    sheets = content.get("worksheets") if isinstance(content.get("worksheets"), list) else [content]
    number = 0
    for sheet in sheets or ():
        cells = _dict(sheet).get("cells")
        for cell in cells if isinstance(cells, list) else ():
            if _dict(cell).get("cell_type") == "code":
                number += 1
                source = cell.get("source", cell.get("input", ""))
                text = "".join(map(str, source)) if isinstance(source, list) else str(source)
                yield from ((name, number) for name in imported(text))


def imported(text: str) -> list[str]:
    """The top-level modules that the text of a cell imports, outside of any ``try``."""
    first = text.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not first.startswith(PYTHON_CELLS):
        return []
    lines = [("pass" if re.match(r"\s*[%!?]", line) else line) for line in text.split("\n")]
    kept = "\n".join(lines)
    try:
        tree = ast.parse(kept)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        matches = IMPORT_LINE.findall(kept)
        return [_module(one.strip()) for pair in matches for one in (pair[0] or pair[1]).split(",")]
    return list(dict.fromkeys(_from_tree(tree.body)))


def _from_tree(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from (_module(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inside = (hosted(f"{node.module}.{alias.name}") for alias in node.names)
            yield next((name for name in inside if name), None) or _module(node.module)
        elif isinstance(node, ast.If | ast.With | ast.For):
            yield from _from_tree(node.body)


def _module(name: str) -> str:
    """The module to look for where `name` is imported: the top-level one, or one of a service's own."""
    return hosted(name) or name.split(".")[0]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
