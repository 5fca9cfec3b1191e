"""What the interpreters said: they do not start, are slow, complain, or are another version than they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import is_dir
from kernel_seams.doctor.programs import environment_of
from kernel_seams.doctor.python import Answer
from kernel_seams.doctor.remedy import new_environment, remove
from kernel_seams.doctor.rules.blame import blamed, find_cause, last_words, problem, shown
from kernel_seams.doctor.rules.environments import configured, no_longer, outlived, same_minor

SLOW_SECONDS = 10.0
NOISE = ("Error processing line", "Error in sitecustomize", "Error in usercustomize")


def does_not_start(machine: Machine) -> Iterator[Finding]:
    """The interpreter is there and says nothing, or nothing but an error."""
    for kernel in machine.offered:
        answer = kernel.answer
        if answer is None or answer.python is not None or not _was_asked(answer):
            continue
        cause = find_cause(kernel)
        said = last_words(answer)
        if cause is not None:
            yield blamed(kernel, cause, "does not start", said, machine)
            continue
        title, advice, fix = _no_start(kernel, said, machine)
        yield Finding(
            id="interpreter-fails",
            severity="error",
            title=f"The kernel {kernel.name!r} cannot start: {title}",
            sees=f"{said}; then 'Kernel died before replying to kernel_info'.",
            evidence=(f"{command(*shown(kernel))} ends with: {said}",),
            advice=advice,
            fix=fix,
            kernel=kernel.name,
        )


def blamed_imports(machine: Machine) -> Iterator[Finding]:
    """The interpreter starts and cannot import what a kernel needs, and one thing is to blame for it."""
    for kernel in machine.offered:
        cause = find_cause(kernel)
        if kernel.python is not None and cause is not None:
            yield blamed(kernel, cause, "cannot import what a kernel needs", problem(kernel), machine)


def slow(machine: Machine) -> Iterator[Finding]:
    """An interpreter that takes so long that a front-end may give up on it."""
    for kernel in machine.offered:
        if kernel.answer and kernel.answer.imports and kernel.answer.ran.seconds > SLOW_SECONDS:
            yield Finding(
                id="slow-start",
                severity="warning",
                title=f"The kernel {kernel.name!r} takes {kernel.answer.ran.seconds:.0f} s to import what it needs",
                sees="Kernel didn't respond in 60 seconds; 'connection timeout'.",
                evidence=(f"{command(*shown(kernel))} needed {kernel.answer.ran.seconds:.0f} s",),
                advice="See what takes the time; a network drive or a sitecustomize is usual.",
                fix=(command(kernel.launch.python, "-X", "importtime", "-c", "import ipykernel.kernelapp"),),
                kernel=kernel.name,
            )


def noise(machine: Machine) -> Iterator[Finding]:
    """Something fails at each start of the interpreter and does not stop it."""
    for kernel in machine.offered:
        lines = kernel.answer.ran.stderr.splitlines() if kernel.answer else []
        line = next((line for line in lines if line.startswith(NOISE)), None)
        if line is None or kernel.python is None:
            continue
        why = next((one.strip() for one in lines if "Error:" in one and not one.startswith(NOISE)), "")
        file = line.split(" of ", 1)[1].rstrip(":") if " of " in line else ""
        yield Finding(
            id="broken-pth" if ".pth" in line else "broken-sitecustomize",
            severity="warning",
            title=f"Something fails at every start of {kernel.launch.python}",
            sees=line,
            evidence=tuple(filter(None, (line, why))),
            advice="Reinstall or remove the package that the file belongs to; moved away, the file does nothing.",
            fix=(command("mv", "-n", "--", file, f"{file}.off"),) if file.startswith("/") else (),
            kernel=kernel.name,
        )


def rebuilt_base(machine: Machine) -> Iterator[Finding]:
    """A virtual environment whose Python has become another version: its packages are no longer on the path."""
    for kernel in machine.offered:
        python = kernel.python
        if python is None:
            continue
        old = outlived(python)
        found = same_minor(Path(python.prefix), machine)
        if old is None or found is None:
            continue
        packages = Path(python.prefix) / "lib" / f"python{old}" / "site-packages"
        fix = [new_environment(Path(python.prefix), machine, python.minor)]
        if found[1] is not None:
            fix.insert(0, command(found[1], "-m", "venv", "--upgrade", python.prefix))
        yield Finding(
            id="environment-of-another-version",
            severity="error" if kernel.answer and not kernel.answer.imports else "warning",
            title=f"The environment of {kernel.name!r} was made for Python {old} and now runs {python.minor}",
            sees="ModuleNotFoundError for everything that is installed; No module named ipykernel_launcher.",
            evidence=(
                f"{python.prefix}/pyvenv.cfg says {old}",
                f"its packages lie in {packages}",
                f"{python.executable} is {python.full_version}",
            ),
            advice="Make the environment anew; its packages have to be installed again.",
            fix=tuple(fix),
            kernel=kernel.name,
        )


def _was_asked(answer: Answer) -> bool:
    ran = answer.ran
    return not ran.exhausted and not (ran.code is None and not ran.timed_out and not ran.too_much and ran.error is None)


def _no_start(kernel: Kernel, said: str, machine: Machine) -> tuple[str, str, tuple[str, ...]]:
    """(what is wrong, what to do, the commands) where nothing that was taken away helped."""
    python = kernel.launch.python or Path()
    environment = environment_of(python)
    if kernel.launch.shim:
        real = machine.home / ".pyenv/versions"
        advice = (
            f"Write the path of a real interpreter (below {real}) into argv[0]; a shim depends on folder and variables."
        )
        return f"{python} is a shim of {kernel.launch.shim} and refuses", advice, (remove(kernel, machine),)
    home = configured(environment).get("home", "")
    if home and not is_dir(home):
        found = same_minor(environment, machine)
        fix = [new_environment(environment, machine, found[0] if found else "")]
        return (
            f"the Python its environment was made of is gone ({home})",
            f"Make {environment} anew.",
            (*fix, remove(kernel, machine)),
        )
    if configured(environment):
        return f"its interpreter fails: {said}", f"Make {environment} anew.", (new_environment(environment, machine),)
    return (
        f"its interpreter fails: {said}",
        "Mend or reinstall this Python, or remove the kernelspec.",
        (remove(kernel, machine),),
    )


def lost_configuration(machine: Machine) -> Iterator[Finding]:
    """A virtual environment without its pyvenv.cfg: its Python is the base one, and pip would install there."""
    for kernel in machine.offered:
        place = no_longer(kernel.python, kernel.launch.python) if kernel.python and kernel.launch.python else None
        if place is None or kernel.python is None:
            continue
        base = Path(kernel.python.prefix) / "bin" / f"python{kernel.python.minor}"
        yield Finding(
            id="environment-without-configuration",
            severity="error" if kernel.answer and not kernel.answer.imports else "warning",
            title=f"{place} is no environment any more: its pyvenv.cfg is gone",
            sees="No module named ipykernel_launcher, although it is installed there; pip installs elsewhere.",
            evidence=(
                f"{place}/pyvenv.cfg does not exist, and {place}/bin/activate does",
                f"{kernel.launch.python} therefore says its environment is {kernel.python.prefix}",
            ),
            advice="Write pyvenv.cfg anew; what is installed stays.",
            fix=(command(base, "-m", "venv", place),),
            kernel=kernel.name,
        )


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    does_not_start,
    blamed_imports,
    slow,
    noise,
    rebuilt_base,
    lost_configuration,
)
