"""What is installed and may not be read or run: root's files after `sudo pip`, a file system without programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import exists, is_closed, is_dir
from kernel_seams.doctor.python import Python

NOEXEC = getattr(os, "ST_NOEXEC", 0)  # Linux alone names it
# What a kernel imports first, each from a distribution of its own.
PACKAGES = ("ipykernel", "IPython", "traitlets", "zmq", "tornado", "jupyter_client", "jupyter_core", "comm")


def closed_part(python: Python) -> Path | None:
    """The outermost folder or file of a kernel's packages that this user may not read."""
    for entry in filter(None, python.path):
        inside = (Path(entry, name, *rest) for name in PACKAGES for rest in ((), ("__init__.py",)))
        for place in (Path(entry), *inside):
            needed = os.R_OK | os.X_OK if is_dir(place) else os.R_OK
            if not is_closed(place) and exists(place) and not os.access(place, needed):
                return place
    return None


def runs_nothing(kernel: Kernel) -> Path | None:
    """The compiled file that could not be loaded because its file system is mounted with `noexec`."""
    failure = kernel.answer.failure if kernel.answer else None
    for file in failure.files[:1] if failure else ():
        if Path(file).suffix == ".so" and _is_noexec(Path(file)):
            return Path(file)
    return None


def _is_noexec(place: Path) -> bool:
    try:
        return bool(os.statvfs(place).f_flag & NOEXEC)
    except OSError:
        return False


def no_programs(machine: Machine) -> Iterator[Finding]:
    """Python's own program lies elsewhere and starts; what is compiled in the environment may not be run."""
    for kernel in machine.offered:
        file, failure = runs_nothing(kernel), kernel.answer.failure if kernel.answer else None
        if file is None or failure is None:
            continue
        mount = [place for place in file.parents if _is_noexec(place)][-1]
        yield Finding(
            id="mounted-noexec",
            severity="error",
            title=f"The kernel {kernel.name!r} cannot start: nothing in {mount} may be run",
            sees=f"{failure.words}; then 'Kernel died before replying to kernel_info'.",
            evidence=(f"{file} is compiled", f"{mount} is mounted with `noexec`"),
            advice="Make the environment on another file system, or have this one mounted without `noexec`.",
            fix=(command("sudo", "mount", "-o", "remount,exec", mount),),
            kernel=kernel.name,
        )


def unreadable(machine: Machine) -> Iterator[Finding]:
    """The packages are there for their owner only: Python takes a folder that it may not read for an empty one."""
    for kernel in machine.offered:
        python, answer = kernel.python, kernel.answer
        if python is None or answer is None or (answer.imports and not python.text("module_problem")):
            continue
        place = closed_part(python)
        if place is not None:
            state = place.stat()
            entry = next(one for one in python.path if one and place.is_relative_to(one))
            yield Finding(
                id="packages-unreadable",
                severity="error",
                title=f"The kernel {kernel.name!r} cannot start: {place} may not be read",
                sees="ModuleNotFoundError, or ImportError: cannot import name ... (unknown location).",
                evidence=(f"owner {state.st_uid}, mode {state.st_mode & 0o777:04o}, and this user is {os.geteuid()}",),
                advice="Who installed it made it readable for themselves alone (`umask 077`); let its owner open it.",
                fix=(command("sudo", "chmod", "-R", "a+rX", entry),),
                kernel=kernel.name,
            )


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (unreadable, no_programs)
