"""What the shell runs: the `jupyter` command, the active environment, and the several programs called pip."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.jupyter import Command
from kernel_seams.doctor.programs import environment_of, shebang
from kernel_seams.doctor.remedy import install, safe_name
from kernel_seams.doctor.rules.environments import configured, made_at


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
    if not active or jupyter.python is None or _same(active, jupyter.prefix):
        return
    if not Path(active).is_dir():
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
    if any(kernel.launch.python and _same(environment_of(kernel.launch.python), active) for kernel in machine.offered):
        return
    python, found = Path(active) / "bin" / "python", jupyter.command
    answer = machine.terminal.answer.python if machine.terminal.answer else None
    packages = install(answer, python, ["ipykernel"], machine) if answer and _same(answer.prefix, active) else ()
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
        if not (Path(place) / "pyvenv.cfg").exists():
            continue
        said = sorted(one for one in made_at(Path(place)) if not _same(one, place))
        if not said:
            continue
        copy = Path(said[0]).is_dir()
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


def no_pip_in_active(machine: Machine) -> Iterator[Finding]:
    """The active environment has no pip, so `pip` installs elsewhere."""
    terminal = machine.terminal
    python = terminal.answer.python if terminal.answer else None
    if python is None or terminal.pip is None or not terminal.active or not _same(python.prefix, terminal.active):
        return
    if python.flag("pip") or "uv" in configured(Path(terminal.active)):
        return
    yield Finding(
        id="active-without-pip",
        severity="warning",
        title=f"{terminal.active} has no pip: `pip` in this shell installs elsewhere",
        sees="`pip install X` succeeds, `import X` fails.",
        evidence=(f"`python` is {terminal.python}", f"`pip` is {terminal.pip}, of {pip_environment(machine)}"),
        advice="Put pip into the environment (on Debian and Ubuntu after `sudo apt install python3-venv`).",
        fix=(command(terminal.python, "-m", "ensurepip", "--upgrade"),),
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


def pips(machine: Machine) -> Iterator[Finding]:
    """Where `!pip` and `%pip` go in each kernel: true on healthy machines, and the cause of much trouble."""
    elsewhere = [kernel for kernel in _sound(machine) if _bang_pip(kernel, machine)]
    if elsewhere:
        first = elsewhere[0]
        yield Finding(
            id="bang-pip-elsewhere",
            severity="note",
            title=f"`!pip` installs into another environment than the kernel's ({_names(elsewhere)})",
            sees="`!pip install X` succeeds, `import X` fails.",
            evidence=(
                f"`pip` on PATH is {machine.terminal.pip}, of {pip_environment(machine)}",
                f"{first.name!r} runs {first.launch.python}; a kernel does not activate its environment",
            ),
            advice="In a notebook write `%pip install X`, which asks the kernel's own interpreter.",
        )
    without = [kernel for kernel in _sound(machine) if kernel.python and not kernel.python.flag("pip")]
    if without:
        python = without[0].python
        yield Finding(
            id="no-pip",
            severity="note",
            title=f"`%pip` does not work: the environment has no pip ({_names(without)})",
            sees=f"{without[0].launch.python}: No module named pip",
            evidence=(f"{without[0].launch.python} cannot import pip; environments made by uv have none",),
            advice="Install from the terminal, or put pip into the environment.",
            fix=install(python, without[0].launch.python or "", ["pip"], machine) if python else (),
        )
    managed = [kernel for kernel in _sound(machine) if kernel.python and kernel.python.managed]
    if managed and managed[0].python:
        yield Finding(
            id="externally-managed",
            severity="note",
            title=f"pip refuses to install for the system's Python ({_names(managed)})",
            sees="error: externally-managed-environment",
            evidence=(f"{managed[0].python.text('managed')} is there",),
            advice="Make an environment of your own and register it as a kernel; do not use --break-system-packages.",
            fix=install(managed[0].python, managed[0].launch.python or "", ["ipykernel"], machine)[-1:],
        )


def pip_environment(machine: Machine) -> str:
    """The environment that `pip` in this shell installs into, as its first line says."""
    pip = machine.terminal.pip
    if pip is None:
        return "none"
    interpreter = shebang(pip, machine.environment)
    if interpreter is None or Path(interpreter).name in {"bash", "sh"}:
        return machine.terminal.prefix or str(pip.parent.parent)
    return str(environment_of(Path(interpreter)))


def _bang_pip(kernel: Kernel, machine: Machine) -> bool:
    own_path = "PATH" in kernel.spec.env
    pip = machine.terminal.pip
    return (
        not own_path
        and pip is not None
        and kernel.python is not None
        and not _same(pip_environment(machine), kernel.python.prefix)
    )


def _sound(machine: Machine) -> list[Kernel]:
    sound = (kernel for kernel in machine.offered if kernel.answer and kernel.answer.imports)
    return [kernel for kernel in sound if kernel.runs_python]


def _names(kernels: list[Kernel]) -> str:
    names = [kernel.name for kernel in kernels]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _same(one: str | Path, other: str | Path) -> bool:
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
    if "uv" in made:
        return (f"uv venv --allow-existing --python {command(base)} {command(place)}",)
    pip = command(python, "-m", "pip", "install", "--force-reinstall", "--no-deps", "pip")
    return (f"{command(base, '-m', 'venv', place)} && {pip}",)


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    jupyter_fails,
    active_without_kernel,
    moved_or_copied,
    no_pip_in_active,
    backend,
    pips,
)
