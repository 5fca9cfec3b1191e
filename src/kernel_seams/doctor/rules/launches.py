"""What argv[0] comes down to: a program that is not there, or another interpreter than the name says."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import exists, is_dir
from kernel_seams.doctor.programs import environment_of, is_python
from kernel_seams.doctor.remedy import edit, register, remove
from kernel_seams.doctor.rules.argv import mend, missing_script, named_by, python_in, shell_word, uv_project
from kernel_seams.doctor.rules.environments import throw_away

PLAIN_ARGUMENTS = re.compile(r"-f|\{connection_file\}|-Xfrozen_modules=off|-X|frozen_modules=off")


def no_program(machine: Machine) -> Iterator[Finding]:
    """The program that argv names cannot be run: the server says so at once, with HTTP 500."""
    for kernel in machine.offered:
        trouble = kernel.launch.trouble
        if trouble is None:
            continue
        word = kernel.launch.word
        if shell_word(kernel):
            continue
        title, advice, fix = mend(kernel, word, machine)
        yield Finding(
            id="no-interpreter" if is_python(Path(word.strip())) else "no-program",
            severity="error",
            title=f"The kernel {kernel.name!r} cannot start: {title}",
            sees=_refusal(trouble.code, word, behind=kernel.launch.behind is not None),
            evidence=(
                f"{kernel.spec.folder}/kernel.json: argv begins {kernel.spec.argv[0]!r}",
                *named_by(kernel),
                trouble.text,
            ),
            advice=advice,
            fix=fix,
            kernel=kernel.name,
        )


def _refusal(code: str, word: str, *, behind: bool = False) -> str:
    """What the server says of a program that cannot be run; one `behind` a launcher is the launcher's trouble."""
    if behind:
        return f"{word}: No such file or directory, in the server's log; then 'Kernel died'."
    error = "FileNotFoundError: [Errno 2] No such file or directory"
    if code in {"not-executable", "unreachable", "folder"}:
        error = "PermissionError: [Errno 13] Permission denied"
    if code == "loop":
        error = "OSError: [Errno 40] Too many levels of symbolic links"
    if code in {"no-shebang", "empty"}:
        error = "OSError: [Errno 8] Exec format error"
    return f"{error}: {word!r} (HTTP 500, 'Kernel error')"


def shell_words(machine: Machine) -> Iterator[Finding]:
    """An argv that is written for a shell: no shell reads it."""
    for kernel in machine.offered:
        word = shell_word(kernel)
        if not word:
            continue
        python = python_in(kernel)
        yield Finding(
            id="shell-syntax",
            severity="error",
            title=f"The kernel {kernel.name!r} cannot start: argv has {word!r}, and no shell reads argv",
            sees=_refusal("", kernel.spec.argv[0]) + "; or the kernel dies.",
            evidence=(
                f"{kernel.spec.folder}/kernel.json: argv is {list(kernel.spec.argv)}",
                "the first word is the program, and the others are its arguments as they stand",
            ),
            advice="Name the environment's interpreter itself; it needs no activation."
            if python
            else 'Name the program itself, or give the line to a shell: ["bash", "-c", "... && exec ..."].',
            fix=(register(kernel, machine, python),) if python else (edit(kernel.spec.folder / "kernel.json"),),
            kernel=kernel.name,
        )


def no_script(machine: Machine) -> Iterator[Finding]:
    """The argv gives the interpreter, of whatever language, a script that is not there."""
    for kernel in machine.offered:
        path = None if kernel.launch.trouble else missing_script(kernel, machine.folder)
        if path is None:
            continue
        program = kernel.launch.python or kernel.launch.program
        said = f"can't open file '{path}': [Errno 2] No such file or directory"
        yield Finding(
            id="no-script",
            severity="error",
            title=f"The kernel {kernel.name!r} cannot start: the script it runs is gone, {path}",
            sees=f"{program}: {said if kernel.is_python else f'Cannot find {path}'}; then the kernel dies.",
            evidence=(f"{kernel.spec.folder}/kernel.json: argv is {list(kernel.spec.argv)}", f"{path} does not exist"),
            advice="Put the script back (install the kernel again), or remove the kernelspec.",
            fix=(remove(kernel, machine),),
            kernel=kernel.name,
        )


def throw_aways(machine: Machine) -> Iterator[Finding]:
    """A kernel in an environment that a tool made for one run and may delete at any time."""
    for kernel in machine.offered:
        python = kernel.launch.python
        if python is None or kernel.launch.trouble or not throw_away(python) or kernel.launch.substituted:
            continue
        yield Finding(
            id="throw-away-environment",
            severity="warning",
            title=f"The kernel {kernel.name!r} lives in an environment that uv may delete at any time",
            sees="Packages of the project are missing, or vanish; one day FileNotFoundError for the interpreter.",
            evidence=(f"{python} lies in uv's cache (`uv run --with`, `uvx`)",),
            advice="Register the project's own environment instead (run this in the project).",
            fix=(uv_project(kernel),),
            kernel=kernel.name,
        )


def relative(machine: Machine) -> Iterator[Finding]:
    """An argv[0] that is a path from here: it leads elsewhere, or nowhere, from a notebook in another folder."""
    for kernel in machine.offered:
        word = kernel.spec.argv[0] if kernel.spec.argv else ""
        if "/" not in word or word.startswith(("/", "~", "{")) or kernel.launch.program is None:
            continue
        yield Finding(
            id="relative-path",
            severity="warning",
            title=f"The kernel {kernel.name!r} starts only from this folder: argv[0] is the relative path {word!r}",
            sees=f"FileNotFoundError: [Errno 2] No such file or directory: {word!r}",
            evidence=(
                f"{kernel.spec.folder}/kernel.json: argv[0] is {word!r}",
                "a kernel starts in its notebook's folder",
            ),
            advice="Write the path out.",
            fix=(register(kernel, machine, kernel.launch.program),),
            kernel=kernel.name,
        )


def substituted(machine: Machine) -> Iterator[Finding]:
    """A kernelspec of the person's own whose argv[0] is `python`: Jupyter puts its own interpreter there."""
    for kernel in machine.offered:
        spec, launched = kernel.spec, kernel.launch
        own = spec.folder.is_relative_to(machine.jupyter.prefix or "/none") or "site-packages" in spec.folder.parts
        if not launched.substituted or own or not launched.module.startswith("ipykernel"):
            continue
        rest = [part for part in spec.argv[1:] if part not in {"-m", launched.module}]
        if spec.env or not all(PLAIN_ARGUMENTS.fullmatch(part) for part in rest):
            continue  # it sets something: a variant of Jupyter's own kernel, on purpose
        shell, active = machine.terminal.python, machine.terminal.active
        if kernel.name == "python3" and not active:
            continue
        meant = Path(active) / "bin" / "python" if active else shell
        same = meant is None or environment_of(meant) == Path(machine.jupyter.prefix)
        yield Finding(
            id="python-is-jupyters",
            severity="note" if same else "warning",
            title=f"The kernel {kernel.name!r} runs the Python of Jupyter itself",
            sees=f"sys.executable in the notebook is {launched.program}, whatever environment is active.",
            evidence=(
                f"{spec.folder}/kernel.json: argv[0] is {spec.argv[0]!r}",
                f"Jupyter replaces it by its own interpreter, {launched.program}; PATH is never asked",
                *(() if same else (f"`python` in this shell is {meant}",)),
            ),
            advice="Write the path of the interpreter you mean into argv[0].",
            fix=(register(kernel, machine, meant),) if meant and not same else (),
            kernel=kernel.name,
        )


def name_of_another(machine: Machine) -> Iterator[Finding]:
    """A kernelspec called after one environment that launches the interpreter of another."""
    known = _environments(machine)
    for kernel in machine.offered:
        python, spec = kernel.launch.python, kernel.spec
        if python is None or kernel.launch.trouble or not kernel.launch.module.startswith("ipykernel"):
            continue
        here = environment_of(python)
        meant = next((place for name, place in known if name == kernel.name and place != here), None)
        if (
            meant is None
            or kernel.launch.substituted
            or any(place == here for name, place in known if name == kernel.name)
        ):
            continue
        other = meant / "bin" / "python"
        yield Finding(
            id="name-of-another",
            severity="warning",
            title=f"The kernel {kernel.name!r} is not the environment of that name",
            sees=f"sys.prefix in the notebook is {here}; what is installed in {meant} cannot be imported.",
            evidence=(
                f"{spec.folder}/kernel.json: argv[0] is {spec.argv[0]!r}",
                f"the environment {kernel.name!r} is {meant}",
            ),
            advice="Register that environment under this name.",
            fix=(_prepare(meant, machine) + register(kernel, machine, other),),
            kernel=kernel.name,
        )


def _prepare(environment: Path, machine: Machine) -> str:
    """The command that gives an environment its ipykernel, up to the ``&&``; empty where it has one."""
    site = next(iter(sorted(environment.glob("lib/python3*/site-packages"))), environment)
    if is_dir(site / "ipykernel"):
        return ""
    python = environment / "bin" / "python"
    pip = ["uv", "pip", "install", "--python", python] if machine.terminal.uv else [python, "-m", "pip", "install"]
    return f"{command(*pip, 'ipykernel')} && "


def _environments(machine: Machine) -> list[tuple[str, Path]]:
    """The environments that a kernelspec could be called after: (name, folder)."""
    found: list[tuple[str, Path]] = []
    if machine.terminal.active:
        place = Path(machine.terminal.active)
        names = {place.name, *([place.parent.name] if place.name in {".venv", "venv", "env"} else [])}
        found += [(name.lower(), place) for name in names]
    for root in (machine.home / ".virtualenvs", machine.home / ".pyenv/versions", machine.home / "miniconda3/envs"):
        try:
            found += [
                (place.name.lower(), place) for place in sorted(root.iterdir())[:500] if exists(place / "bin/python")
            ]
        except OSError:
            continue
    for kernel in machine.offered:
        found += [
            (kernel.name, environment_of(Path(value)))
            for value in _texts(kernel.spec.metadata)
            if is_python(Path(value)) and os.access(value, os.X_OK)
        ]
    return found


def _texts(value: object) -> Iterator[str]:
    """The absolute paths among the values of a spec's metadata, two levels deep."""
    for one in value.values() if isinstance(value, dict) else ():
        for text in one.values() if isinstance(one, dict) else (one,):
            if isinstance(text, str) and text.startswith("/"):
                yield text


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    no_program,
    shell_words,
    no_script,
    throw_aways,
    relative,
    substituted,
    name_of_another,
)
