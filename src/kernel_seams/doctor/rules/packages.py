"""What is installed for a kernel: ipykernel missing, packages that do not fit together, or that are broken."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import is_dir
from kernel_seams.doctor.python import IPYKERNEL_MODULES, Failure, Python
from kernel_seams.doctor.remedy import install, register, remove
from kernel_seams.doctor.rules.blame import added_by, blames, last_words, lent_by
from kernel_seams.doctor.rules.environments import no_longer, outlived
from kernel_seams.doctor.rules.misfits import distribution_of, misfits, module_of, too_new
from kernel_seams.doctor.rules.unreadable import closed_part, runs_nothing
from kernel_seams.doctor.versions import Requirement

GONE_FROM_STDLIB = {"imp", "asyncore", "asynchat", "distutils", "pipes", "cgi", "telnetlib", "smtpd", "collections"}


def no_module(machine: Machine) -> Iterator[Finding]:
    """What argv runs with ``-m`` is not installed for the interpreter."""
    for kernel in machine.offered:
        python = kernel.python
        problem = python.text("module_problem") if python else ""
        if python is None or not problem or blames(kernel) or _explained(kernel, python):
            continue
        module = kernel.launch.module
        package = "ipykernel" if module in IPYKERNEL_MODULES else module.split(".")[0].replace("_", "-")
        gone = python.dist(package) is not None
        fix = install(python, _launched(kernel), [package], machine, force=gone)
        known = module in IPYKERNEL_MODULES or gone
        what = package if known else f"module {module!r}"
        yield Finding(
            id="no-ipykernel" if package == "ipykernel" else "no-kernel-module",
            severity="error",
            title=f"The kernel {kernel.name!r} cannot start: {_launched(kernel)} has no {what}",
            sees=f"{_launched(kernel)}: {problem}; then 'Kernel died before replying to kernel_info'.",
            evidence=(
                f"{kernel.spec.folder}/kernel.json runs `-m {module}`",
                f"the interpreter is Python {python.full_version} in {python.prefix}",
                *_substitution(kernel),
                *(
                    (f"{package} {_version(python, package)} is listed as installed, and its files are gone",)
                    if gone
                    else ()
                ),
                *_elsewhere(kernel, package),
            ),
            advice=_advice(kernel, package, known),
            fix=(*(fix if known else _other_spelling(kernel, machine)), remove(kernel, machine)),
            kernel=kernel.name,
        )


def broken_import(machine: Machine) -> Iterator[Finding]:
    """The packages are there and cannot be imported."""
    for kernel in machine.offered:
        python, answer = kernel.python, kernel.answer
        if python is None or answer is None or answer.imports or blames(kernel) or _explained(kernel, python):
            continue
        if python.text("module_problem"):
            continue
        if answer.failure is None:
            yield _crash(kernel, python, machine)
            continue
        added = added_by(python, answer.failure)
        if added is not None:
            yield _added(kernel, answer.failure, *added)
            continue
        lent = lent_by(kernel)
        yield _lent(kernel, python, lent, machine) if lent else _broken(kernel, python, answer.failure, machine)


def conflicts(machine: Machine) -> Iterator[Finding]:
    """All can be imported, and a package that the kernel loads is older or newer than another one needs."""
    for kernel in machine.offered:
        python, answer = kernel.python, kernel.answer
        if python is None or answer is None or not answer.imports or kernel.launch.module not in IPYKERNEL_MODULES:
            continue
        loaded = [one for one in misfits(python) if module_of(one[1].name) in answer.loaded]
        if loaded:
            yield _misfit(kernel, python, loaded, "starts and may never answer", machine)


def _lent(kernel: Kernel, python: Python, entry: str, machine: Machine) -> Finding:
    """Without PYTHONPATH there would be no ipykernel at all, and with it there is one of another Python."""
    own = "PYTHONPATH" in kernel.spec.env
    failure = kernel.answer.failure if kernel.answer else None
    first = install(python, _launched(kernel), ["ipykernel"], machine)
    again = register(kernel, machine, _launched(kernel)) if own else "unset PYTHONPATH"
    return Finding(
        id="packages-of-another",
        severity="error",
        title=f"The kernel {kernel.name!r} cannot start: PYTHONPATH lends it packages of another Python",
        sees=f"{failure.words if failure else ''}; then 'Kernel died before replying to kernel_info'.",
        evidence=(
            f"{kernel.spec.folder}/kernel.json sets env.PYTHONPATH" if own else "PYTHONPATH is set in the environment",
            f"{failure.files[0] if failure and failure.files else entry} comes from it",
        ),
        advice="Install ipykernel in the environment itself and take PYTHONPATH out.",
        fix=tuple(f"{line} && {again}" for line in first[:1]),
        kernel=kernel.name,
    )


def _added(kernel: Kernel, failure: Failure, file: Path, entry: str) -> Finding:
    """A .pth file of the environment puts a folder on the path, and what fails lies there."""
    return Finding(
        id="packages-of-another",
        severity="error",
        title=f"The kernel {kernel.name!r} cannot start: {file.name} lends it what lies in {entry}",
        sees=f"{failure.words}; then 'Kernel died before replying to kernel_info'.",
        evidence=(f"{failure.files[0]} is what fails", f"{file} puts {entry} on the path of this Python"),
        advice="Take the line out of that file; moved away, it does nothing.",
        fix=(command("mv", "-n", "--", file, f"{file}.off"),),
        kernel=kernel.name,
    )


def _broken(kernel: Kernel, python: Python, failure: Failure, machine: Machine) -> Finding:
    """The finding for an import that fails, by the strongest evidence there is."""
    wrong, old = too_new(python), misfits(python)
    about = distribution_of(failure, python)
    if failure.missing in GONE_FROM_STDLIB and about:
        return _told(
            kernel,
            "package-too-old",
            f"{about} {_version(python, about)} is too old for Python {python.minor}",
            failure,
            "Upgrade it.",
            install(python, _launched(kernel), _all([about]), machine, upgrade=True),
        )
    if wrong:
        names = ", ".join(f"{name} {_version(python, name)} (needs Python {needs})" for name, needs in wrong[:3])
        return _told(
            kernel,
            "package-too-new",
            f"its packages are not made for Python {python.minor}: {names}",
            failure,
            "Install versions for this Python, or use a newer Python.",
            install(python, _launched(kernel), ["ipykernel"], machine, force=True),
        )
    missing = [one for one in old if not one[2] and module_of(one[1].name) == failure.missing.split(".")[0]]
    misfit = [one for one in old if one[2] and (one[1].name == about or one[0] == about)] or [o for o in old if o[2]]
    if not missing and misfit:
        return _misfit(kernel, python, misfit, f"cannot import {failure.module}: {failure.words}", machine)
    if missing:
        return _told(
            kernel,
            "dependency-missing",
            f"{missing[0][1].name} is missing, which {missing[0][0]} needs",
            failure,
            "Install it.",
            install(python, _launched(kernel), [missing[0][1].name], machine),
        )
    return _reinstall(kernel, python, failure, about, machine)


def _reinstall(kernel: Kernel, python: Python, failure: Failure, about: str, machine: Machine) -> Finding:
    if not about and failure.kind == "ModuleNotFoundError" and python.dist("ipykernel") is None:
        return _told(
            kernel,
            "no-ipykernel",
            f"{_launched(kernel)} has no ipykernel",
            failure,
            "Install it for this interpreter.",
            install(python, _launched(kernel), ["ipykernel"], machine),
        )
    what = about or "ipykernel"
    return _told(
        kernel,
        "package-broken",
        f"{what} {_version(python, what)} is broken in {python.prefix}",
        failure,
        "Reinstall it; pip's own records say that all is well, so it has to be forced.",
        install(python, _launched(kernel), [what], machine, force=True),
    )


def _told(kernel: Kernel, id_: str, what: str, failure: Failure, advice: str, fix: tuple[str, ...]) -> Finding:
    return Finding(
        id=id_,
        severity="error",
        title=f"The kernel {kernel.name!r} cannot start: {what}",
        sees=f"{failure.words}; then 'Kernel died before replying to kernel_info'.",
        evidence=(
            f"`import {failure.module}` fails in {kernel.launch.python}: {failure.words}",
            *(f"in {file}" for file in failure.files[:2]),
        ),
        advice=advice,
        fix=fix,
        kernel=kernel.name,
    )


def _misfit(
    kernel: Kernel, python: Python, found: list[tuple[str, Requirement, str]], what: str, machine: Machine
) -> Finding:
    first = found[0]
    return Finding(
        id="version-conflict",
        severity="error",
        title=f"The kernel {kernel.name!r} {what.split(':')[0]}: {first[1].name} {first[2]} does not fit {first[0]}",
        sees="The notebook stays at 'Connecting', or 'Kernel died before replying to kernel_info'.",
        evidence=tuple(
            f"{who} {_version(python, who)} needs {need.name}{need.specifier}; installed is {there or 'nothing'}"
            for who, need, there in found[:4]
        )
        + ((what,) if ":" in what else ()),
        advice="Upgrade them together.",
        fix=install(python, _launched(kernel), _all([need.name for _, need, _ in found]), machine, upgrade=True),
        kernel=kernel.name,
    )


def _crash(kernel: Kernel, python: Python, machine: Machine) -> Finding:
    """The process ended, or hung, in the middle of the imports."""
    said = last_words(kernel.answer) if kernel.answer else ""
    return Finding(
        id="import-crashes",
        severity="error",
        title=f"The kernel {kernel.name!r} cannot start: importing what it needs ends the process ({said})",
        sees="Kernel died before replying to kernel_info, without a traceback; or no answer at all.",
        evidence=(f"`import ipykernel.kernelapp` in {kernel.launch.python}: {said}",),
        advice="A compiled package does not fit this machine: reinstall those that a kernel loads.",
        fix=install(python, _launched(kernel), ["pyzmq", "tornado", "psutil", "ipykernel"], machine, force=True),
        kernel=kernel.name,
    )


def _all(names: list[str]) -> list[str]:
    return list(dict.fromkeys(["ipykernel", *names]))


def _version(python: Python, name: str) -> str:
    dist = python.dist(name)
    return dist.version if dist else ""


def _explained(kernel: Kernel, python: Python) -> bool:
    """Whether the environment itself is what is wrong, which is told elsewhere."""
    gone = outlived(python) is not None or no_longer(python, Path(_launched(kernel))) is not None
    return gone or closed_part(python) is not None or runs_nothing(kernel) is not None


def _launched(kernel: Kernel) -> str:
    return str(kernel.launch.python)


def _substitution(kernel: Kernel) -> tuple[str, ...]:
    if kernel.launch.shim:
        return (f"argv[0] is a shim of {kernel.launch.shim}, which in this folder stands for {kernel.launch.python}",)
    if not kernel.launch.substituted:
        return ()
    return (f"argv[0] is {kernel.spec.argv[0]!r}, which Jupyter replaces by the interpreter it runs on itself",)


def _elsewhere(kernel: Kernel, package: str) -> tuple[str, ...]:
    """Where else the package is: in the user site that this kernel does not look in."""
    python = kernel.python
    if python is None or python.flag("user_site_used") or not python.text("user_site"):
        return ()
    site = Path(python.text("user_site"))
    if not is_dir(site / package):
        return ()
    return (f"{package} is in {site}, where this interpreter does not look",)


def _other_spelling(kernel: Kernel, machine: Machine) -> tuple[str, ...]:
    """Register the kernel anew where its module's name is nearly ipykernel_launcher."""
    near = difflib.get_close_matches(kernel.launch.module, IPYKERNEL_MODULES, cutoff=0.8)
    return (register(kernel, machine, _launched(kernel)),) if near else ()


def _advice(kernel: Kernel, package: str, known: bool) -> str:
    if not known:
        return (
            f"Install what brings the module {kernel.launch.module!r} for this interpreter, or remove the kernelspec."
        )
    return f"Install {package} for this very interpreter."


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (no_module, broken_import, conflicts)
