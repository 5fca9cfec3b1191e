"""What the shell runs: the `jupyter` command, and the environment that is active."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.jupyter import Command
from kernel_seams.doctor.look import exists, is_dir
from kernel_seams.doctor.programs import environment_of
from kernel_seams.doctor.remedy import install, safe_name
from kernel_seams.doctor.rules.environments import configured, made_at

HOME_ENTRY = re.compile(r"(?:~|\$HOME|\$\{HOME\})(?=/|$)")


def jupyter_fails(machine: Machine) -> Iterator[Finding]:
    """The `jupyter` that the shell runs does not start."""
    found, answer, trial = machine.jupyter.command, machine.jupyter.answer, machine.jupyter.trial
    if found is None:
        return
    failure = answer.python.raw.get("jupyter", {}).get("failure") if answer and answer.python else None
    if trial is not None:
        yield _lent_to_jupyter(trial.name, found, machine)
    elif failure:
        yield _jupyter_broken(f"{failure['kind']}: {failure['message']}", found)
    elif found.trouble is not None or (answer is not None and answer.python is None):
        last = answer.ran.last_words or str(answer.ran.error or "no answer") if answer else ""
        why = found.trouble.text if found.trouble else f"its interpreter {found.python} fails: {last}"
        yield Finding(
            id="jupyter-fails",
            severity="error",
            title=f"`jupyter` does not start: {why}",
            sees="bad interpreter: No such file or directory; cannot execute: required file not found; or a traceback.",
            evidence=(f"the first `jupyter` on PATH is {found.path}", why),
            advice="Run it through the environment's interpreter, and make its scripts anew.",
            fix=_mend_scripts(found.path),
        )


def terminal_fails(machine: Machine) -> Iterator[Finding]:
    """The shell's `python` does not start because of a variable; where Jupyter's does not either, it is told there."""
    trial, jupyter = machine.terminal.trial, machine.jupyter.trial
    if trial is None or (jupyter is not None and jupyter.name == trial.name):
        return
    where = f"{trial.name}={machine.environment.get(trial.name, '')!r} in the environment"
    yield Finding(
        id="environment-breaks",
        severity="error",
        title=f"`python` does not start because of {where}",
        sees="Fatal Python error, or a traceback, before anything else.",
        evidence=(where, f"without it {machine.terminal.python} starts"),
        advice=f"Take {trial.name} out; look for it in your shell's start files.",
        fix=(f"unset {trial.name}",),
    )


def path_not_filled_in(machine: Machine) -> Iterator[Finding]:
    """Entries of PATH that stand as they were quoted: bash alone fills in `~`, and nothing fills in `$HOME`."""
    entries = machine.environment.get("PATH", "").split(os.pathsep)
    meant = [HOME_ENTRY.sub(lambda _: str(machine.home), one) for one in entries]
    # macOS has `~/.dotnet/tools` there from an installer: what concerns Jupyter is a folder that holds some of it.
    missed = (
        (one, real) for one, real in zip(entries, meant, strict=True) if real not in entries and _has_python(real)
    )
    odd, real = next(missed, ("", ""))
    if not odd:
        return
    better = os.pathsep.join(meant)
    yield Finding(
        id="path-not-filled-in",
        severity="warning",
        title=f"PATH holds {odd!r} as it stands, which {'only bash' if odd[0] == '~' else 'nothing'} fills in",
        sees="A command runs in the terminal, and Jupyter says: No such file or directory, or executable not found.",
        evidence=(f"PATH={machine.environment['PATH']}", f"{real} is meant, where Jupyter or a Python lies"),
        advice="In your shell's start file leave the quotation marks out, or write $HOME.",
        fix=(f"export PATH={command(better)}",),
    )


def _has_python(folder: str) -> bool:
    """Whether a Jupyter or a Python lies in a folder."""
    try:
        return any(name.startswith(("jupyter", "python", "ipython")) for name in os.listdir(folder))  # noqa: PTH208
    except OSError:
        return False


def _lent_to_jupyter(name: str, found: Command, machine: Machine) -> Finding:
    where = f"{name}={machine.environment.get(name, '')!r} in the environment"
    return Finding(
        id="environment-breaks",
        severity="error",
        title=f"`jupyter` does not start because of {where}",
        sees="A traceback, before anything else.",
        evidence=(where, f"without it {found.python} imports jupyter_core"),
        advice=f"Start Jupyter without {name}; look for it in your shell's start files.",
        fix=(f"unset {name}",),
    )


def _jupyter_broken(why: str, found: Command) -> Finding:
    return Finding(
        id="jupyter-fails",
        severity="error",
        title=f"`jupyter` does not start: {found.python} cannot import jupyter_core",
        sees=why,
        evidence=(f"the first `jupyter` on PATH is {found.path}", why),
        advice="Reinstall it with all that it needs.",
        fix=(command(found.python, "-m", "pip", "install", "--force-reinstall", "jupyter-core"),),
    )


def active_without_kernel(machine: Machine) -> Iterator[Finding]:
    """An environment is active, and neither is Jupyter in it nor does any kernel run its interpreter."""
    active, jupyter = machine.terminal.active, machine.jupyter
    if not active or jupyter.python is None or same_folder(active, jupyter.prefix):
        return
    if not is_dir(active):
        yield Finding(
            id="active-environment-gone",
            severity="warning",
            title=f"The environment that is active in this shell is gone: {active}",
            sees="`python` is another one than the prompt says.",
            evidence=(f"VIRTUAL_ENV={active}", f"{active} does not exist"),
            advice="Leave it.",
            fix=("deactivate || unset VIRTUAL_ENV",),
        )
        return
    if any(
        kernel.launch.python and same_folder(environment_of(kernel.launch.python), active) for kernel in machine.offered
    ):
        return
    python, found = Path(active) / "bin" / "python", jupyter.command
    answer = machine.terminal.answer.python if machine.terminal.answer else None
    packages = install(answer, python, ["ipykernel"], machine) if answer and same_folder(answer.prefix, active) else ()
    first = packages[0] if packages else command(python, "-m", "pip", "install", "ipykernel")
    register = command(python, "-m", "ipykernel", "install", "--user", "--name", environment_name(Path(active)))
    yield Finding(
        id="active-without-kernel",
        severity="warning",
        title=f"{active} is active, and no kernel runs it",
        sees="An import works with `python` in the terminal; the notebook says ModuleNotFoundError.",
        evidence=(
            f"VIRTUAL_ENV or CONDA_PREFIX is {active}",
            f"`jupyter` is {found.path if found else '?'}, which runs {jupyter.python.executable}",
            "no kernelspec launches an interpreter of the active environment",
            *_own_specs(Path(active)),
        ),
        advice="Make the active environment a kernel, then choose it in the notebook.",
        fix=(f"{first} && {register}",),
    )


def _own_specs(environment: Path) -> Iterator[str]:
    """The kernelspecs that lie in the environment itself, where only a Jupyter of its own looks."""
    folder = environment / "share/jupyter/kernels"
    try:
        names = sorted(path.parent.name for path in folder.glob("*/kernel.json"))
    except OSError:
        return
    if names:
        yield f"{', '.join(names[:4])} in {folder} is found by a Jupyter in that environment only"


def environment_name(environment: Path) -> str:
    """What people call an environment: its folder's name, or the project's where that says nothing."""
    generic = environment.name in {".venv", "venv", "env", ".env"}
    return safe_name((environment.parent.name if generic else environment.name).lower()) or "environment"


def moved_or_copied(machine: Machine) -> Iterator[Finding]:
    """The scripts of an environment belong to another folder: it was moved, or it is a copy."""
    places = [str(environment_of(kernel.launch.python)) for kernel in machine.offered if kernel.launch.python]
    places += [machine.terminal.active, machine.terminal.prefix]
    for place in dict.fromkeys(filter(None, places)):
        if not exists(Path(place) / "pyvenv.cfg"):
            continue
        said = sorted(one for one in made_at(Path(place)) if not same_folder(one, place))
        if not said:
            continue
        copy = is_dir(said[0])
        python = Path(place) / "bin" / "python"
        yield Finding(
            id="environment-copied" if copy else "environment-moved",
            severity="warning",
            title=f"{place} {'is a copy of' if copy else 'was moved from'} {said[0]}: its scripts act there",
            sees="Packages that were installed are not there; they are in the original."
            if copy
            else "bad interpreter: No such file or directory; cannot execute: required file not found.",
            evidence=(f"{place}/bin/activate or the first line of {place}/bin/pip says {said[0]}",),
            advice="Write its scripts anew, and call pip as `python -m pip`.",
            fix=_new_scripts(Path(place), python),
        )


def backend(machine: Machine) -> Iterator[Finding]:
    """MPLBACKEND was inherited from a notebook, and the shell's Python has not what it names."""
    value = machine.environment.get("MPLBACKEND", "")
    python = machine.terminal.answer.python if machine.terminal.answer else None
    module = value.removeprefix("module://").split(".")[0]
    if not value.startswith("module://") or python is None or python.found.get("matplotlib") is None:
        return
    if python.found.get(module) is None:
        yield Finding(
            id="backend-inherited",
            severity="warning",
            title=f"MPLBACKEND names {module}, which {machine.terminal.python} does not have",
            sees=f"ValueError: Key backend: '{value}' is not a valid value for backend.",
            evidence=(f"MPLBACKEND={value}",),
            advice="A notebook's kernel sets it, and what it starts inherits it.",
            fix=("unset MPLBACKEND",),
        )


def same_folder(one: str | Path, other: str | Path) -> bool:
    """Whether two folders are one; an environment's own links are folders' links, not its interpreter's."""
    return bool(one) and bool(other) and os.path.realpath(one) == os.path.realpath(other)


def _mend_scripts(jupyter: Path) -> tuple[str, ...]:
    python = jupyter.parent / "python"
    if not os.access(python, os.X_OK):
        return (command("type", "-a", "jupyter"),)
    run = command(python, "-m", "jupyter", "--version")
    again = command(python, "-m", "pip", "install", "--force-reinstall", "--no-deps", "jupyter-core")
    return run, again


def _new_scripts(place: Path, python: Path) -> tuple[str, ...]:
    made = configured(place)
    base = Path(made.get("home", "/usr/bin")) / "python3"
    if not exists(base):  # a system's only Python may have no name but python3.14
        base = Path(os.path.realpath(python))
    if "uv" in made:
        return (f"uv venv --allow-existing --python {command(base)} {command(place)}",)
    pip = command(python, "-m", "pip", "install", "--force-reinstall", "--no-deps", "pip")
    return (f"{command(base, '-m', 'venv', place)} && {pip}",)


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    jupyter_fails,
    terminal_fails,
    path_not_filled_in,
    active_without_kernel,
    moved_or_copied,
    backend,
)
