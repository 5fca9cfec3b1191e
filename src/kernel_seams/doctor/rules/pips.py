"""The several programs called pip: where each installs, for the terminal and for a kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.programs import environment_of, shebang
from kernel_seams.doctor.remedy import install
from kernel_seams.doctor.rules.environments import configured
from kernel_seams.doctor.rules.shell import same_folder


def no_pip_in_active(machine: Machine) -> Iterator[Finding]:
    """The active environment has no pip, so `pip` installs elsewhere."""
    terminal = machine.terminal
    python = terminal.answer.python if terminal.answer else None
    if python is None or terminal.pip is None or not terminal.active or not same_folder(python.prefix, terminal.active):
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
        and not same_folder(pip_environment(machine), kernel.python.prefix)
    )


def _sound(machine: Machine) -> list[Kernel]:
    sound = (kernel for kernel in machine.offered if kernel.answer and kernel.answer.imports)
    return [kernel for kernel in sound if kernel.runs_python]


def _names(kernels: list[Kernel]) -> str:
    names = [kernel.name for kernel in kernels]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (no_pip_in_active, pips)
