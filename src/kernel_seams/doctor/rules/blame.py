"""What is to blame for a kernel that does not start or does not import.

Where an interpreter fails it was asked again with one thing taken away at a
time: each variable, each option, the user site, `site` itself. What works
without a thing, and only without it, names the cause.
"""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine, Trial
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.programs import environment_of
from kernel_seams.doctor.python import Answer, Failure, Python
from kernel_seams.doctor.remedy import edit, install, register
from kernel_seams.doctor.settings import text_of

# A traceback's last line, or what Python says where it cannot even begin.
NAMED = re.compile(r"Fatal Python error: \S|[A-Za-z_.]*Error: \S")


def blames(kernel: Kernel) -> bool:
    """Whether one thing outside the installed packages explains why this kernel does not import."""
    return find_cause(kernel) is not None


def find_cause(kernel: Kernel) -> Trial | None:
    """The one thing without which the interpreter does what it should."""
    answer = kernel.answer
    if answer is not None and answer.ran.exhausted:
        return None
    if answer is None or (answer.imports and not (answer.python and answer.python.text("module_problem"))):
        return None
    for trial in kernel.trials:
        works = trial.answer.imports and trial.answer.python and not trial.answer.python.text("module_problem")
        starts = answer.python is None and trial.answer.python is not None
        # Without `site` nothing can be imported; that it starts at all is what site is to blame for.
        if starts if trial.kind == "site" else works:
            return trial
    return next((trial for trial in kernel.trials if answer.python is None and trial.answer.python is not None), None)


def lent_by(kernel: Kernel) -> str:
    """The entry of PYTHONPATH that the failing file comes from; empty where it does not come from one."""
    failure = kernel.answer.failure if kernel.answer else None
    entries = [one for one in kernel.launch.environment.get("PYTHONPATH", "").split(os.pathsep) if one.startswith("/")]
    files = failure.files if failure else ()
    return next((entry for entry in entries for file in files if file.startswith(f"{entry.rstrip('/')}/")), "")


def added_by(python: Python, failure: Failure) -> tuple[Path, str] | None:
    """(the .pth file, the folder it puts on the path) where the failing file lies in such a folder, else None."""
    places = [one for one in python.path if one.endswith(("site-packages", "dist-packages"))]
    others = [one for one in python.path if one and one not in places and not one.startswith(python.text("stdlib"))]
    entry = next((one for one in others if failure.files and failure.files[0].startswith(f"{one.rstrip('/')}/")), None)
    if entry is None:
        return None
    files = (file for place in places for file in sorted(Path(place).glob("*.pth"))[:200])
    file = next((file for file in files if entry in (text_of(file) or "")), None)
    return (file, entry) if file else None


def problem(kernel: Kernel) -> str:
    """What keeps the kernel from starting, as the interpreter said it."""
    answer = kernel.answer
    if answer is None or answer.python is None:
        return ""
    if answer.failure is not None:
        return answer.failure.words
    return answer.python.text("module_problem") or last_words(answer)


def last_words(answer: Answer) -> str:
    """What the interpreter said, or how it ended, in one line."""
    ran = answer.ran
    if ran.error is not None:
        return str(ran.error.strerror or ran.error)
    if ran.timed_out:
        return f"no answer within {ran.seconds:.0f} s"
    if ran.too_much:
        return "more than a megabyte of output and no answer"
    if ran.code is not None and ran.code < 0:
        return f"killed by {_signal(-ran.code)}"
    # Where it said who it is, its stdout is that answer.
    words = ran.last_words if answer.python is None or ran.stderr.strip() else ""
    if words and "Error" not in words:
        lines = [line.strip() for line in ran.stderr.splitlines()]
        words = next((line for line in reversed(lines) if NAMED.match(line)), words)
    return words or f"exit code {ran.code} and not a word"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def shown(kernel: Kernel) -> list[str]:
    """The interpreter and its options, as words of a command."""
    return [str(kernel.launch.python), *kernel.launch.flags]


def blamed(kernel: Kernel, trial: Trial, what: str, said: str, machine: Machine) -> Finding:
    """The finding that `trial` names what is to blame; `what` fails, and the interpreter `said` so."""
    title, evidence, advice, fix = _blame(kernel, trial, machine)
    answer = kernel.answer
    files = answer.failure.files[:1] if answer and answer.failure else ()
    return Finding(
        id={"spec": "spec-env-breaks", "environment": "environment-breaks", "option": "option-breaks"}.get(
            trial.kind, "user-site-breaks" if trial.kind == "user site" else "site-breaks"
        ),
        severity="error",
        title=f"The kernel {kernel.name!r} {what} because of {title}",
        sees=f"{said}; then 'Kernel died before replying to kernel_info'.",
        evidence=(*evidence, *(f"{file}: {said}" for file in files), f"without it the same interpreter {_does(trial)}"),
        advice=advice,
        fix=fix,
        kernel=kernel.name,
    )


def _does(trial: Trial) -> str:
    return "imports everything a kernel needs" if trial.answer.imports and trial.kind != "site" else "starts"


def _blame(kernel: Kernel, trial: Trial, machine: Machine) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    """(what is to blame, the evidence, what to do, the commands)."""
    spec, name = kernel.spec, trial.name
    value = kernel.launch.environment.get(name, "")
    own = kernel.launch.python or ""
    ours = kernel.launch.module.startswith("ipykernel")
    again = (register(kernel, machine, own),) if ours else (edit(spec.folder / "kernel.json"),)
    if trial.kind == "spec":
        return (
            f"{name} in its kernel.json",
            (f"{spec.folder}/kernel.json sets env.{name} = {spec.env[name]!r}",),
            f"Take {name} out of the kernelspec; this writes it anew without it.",
            again,
        )
    if trial.kind == "environment":
        where = f"{name}={value!r} in the environment"
        if name == "PYTHONNOUSERSITE":
            return _no_user_site(kernel, where, machine)
        return (
            where,
            (where,),
            f"Start Jupyter without {name}; look for it in your shell's start files.",
            (f"unset {name}",),
        )
    if trial.kind == "option":
        return f"{name} in argv", (f"{spec.folder}/kernel.json: argv has {name}",), f"Take {name} out of argv.", again
    if trial.kind == "user site":
        return _user_site(kernel)
    files = _site_files(kernel, trial)
    return (
        "what its site-packages run at every start",
        tuple(files) or (f"{own} -S starts",),
        "Look at the file; moved away, it does nothing.",
        tuple(command("mv", "-n", "--", file, f"{file}.off") for file in files[:1]),
    )


def _no_user_site(kernel: Kernel, where: str, machine: Machine) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    python = kernel.python
    fix = install(python, kernel.launch.python or "", ["ipykernel"], machine) if python else ()
    evidence = (
        where,
        f"ipykernel is only in {python.text('user_site') if python else '~/.local'}, which this kernel may not see",
    )
    return (
        where,
        evidence,
        "Install ipykernel in the environment itself, or unset the variable.",
        (*fix, "unset PYTHONNOUSERSITE"),
    )


def _user_site(kernel: Kernel) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    python, failure = kernel.python, kernel.answer.failure if kernel.answer else None
    site = python.text("user_site") if python else "~/.local"
    inside = [file for file in (failure.files if failure else ()) if file.startswith(site)]
    top = Path(inside[0]).relative_to(site).parts[0].removesuffix(".py") if inside else ""
    dist = next(
        (
            d.name
            for d in (python.dists if python else ())
            if d.folder == site and d.name == top.lower().replace("_", "-")
        ),
        "",
    )
    without = (f"{command(kernel.launch.python)} -m pip uninstall {command(dist)}",) if dist else ()
    return (
        f"a package in {site}",
        tuple(inside[:2]) or (f"{site} is on the path before the system's packages",),
        "Remove the copy there, or keep this kernel from looking there with PYTHONNOUSERSITE=1 in its env.",
        (*without, "export PYTHONNOUSERSITE=1"),
    )


def _site_files(kernel: Kernel, trial: Trial) -> list[str]:
    """The files that `site` runs in this interpreter: those its own output names, else all there are."""
    said = kernel.answer.ran.stderr if kernel.answer else ""
    # Without `site` a virtual environment is not seen as one: its own folder is taken from the path.
    prefixes = [str(environment_of(kernel.launch.python or Path()))]
    prefixes += [trial.answer.python.prefix] if trial.answer.python else []
    found: list[str] = []
    for folder in sorted(folder for prefix in prefixes for folder in Path(prefix).glob("lib/python*/site-packages")):
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208
        except OSError:
            continue
        found += [str(folder / name) for name in names if name in {"sitecustomize.py", "usercustomize.py"}]
        found += [str(folder / name) for name in names if name.endswith(".pth") and name in said]
    return [file for file in found if file in said] or found
