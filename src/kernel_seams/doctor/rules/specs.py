"""What a kernel.json says: whether Jupyter can read it, and what its argv and env do to the kernel."""

from __future__ import annotations

import codecs
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import is_link
from kernel_seams.doctor.remedy import edit, register, remove, safe_name
from kernel_seams.kernels.specs import Kernelspec, name_problem

LEFT_OVER = re.compile(r"\$\{?[A-Za-z_][A-Za-z0-9_]*\}?")
GLUED = re.compile(r"(-[\w-]+)?\s+\{connection_file\}\s*|\{connection_file\}\s+")
PATHS = re.compile(r"(PATH|HOME|DIR|PREFIX|ROOT)$")


def unusable(machine: Machine) -> Iterator[Finding]:
    """A kernel.json that Jupyter cannot load: it is offered, or passed over, and does not start."""
    for kernel in machine.kernels:
        spec = kernel.spec
        if spec.problem is None or (spec.hidden_by is not None and not spec.unseen):
            continue
        if spec.unseen and not is_link(spec.folder / "kernel.json"):
            continue  # a folder without kernel.json is nothing to Jupyter; files nearly so called are found elsewhere
        yield Finding(
            id=_problem_id(spec),
            severity="error" if not spec.unseen else "warning",
            title=f"Jupyter cannot use the kernelspec {kernel.name!r}: {spec.problem}",
            sees=_symptom(spec),
            evidence=(f"{spec.folder}/kernel.json: {spec.problem}",),
            advice=_what_to_do(spec),
            fix=_mend(kernel, machine),
            kernel=kernel.name,
        )


def odd_names(machine: Machine) -> Iterator[Finding]:
    """A folder's name that Jupyter warns of and that no tool would accept for a new kernelspec."""
    for kernel in machine.offered:
        problem = name_problem(kernel.name)
        if problem is None:
            continue
        better = kernel.spec.folder.with_name(safe_name(kernel.name))
        yield Finding(
            id="spec-name",
            severity="warning",
            title=f"{kernel.name!r} is no valid name for a kernelspec",
            sees="UserWarning: Invalid kernelspec directory name; tools that check names refuse the kernel.",
            evidence=(f"{kernel.spec.folder}: {problem}",),
            advice="Rename the folder.",
            fix=(command("mv", "-n", "--", kernel.spec.folder, better),),
            kernel=kernel.name,
        )


def no_connection_file(machine: Machine) -> Iterator[Finding]:
    """An argv that does not pass the connection file on: the kernel runs and waits on ports nobody knows."""
    for kernel in machine.offered:
        spec = kernel.spec
        # What a script does with its arguments is known of ipykernel only; another program may take a variable.
        read = kernel.launch.wrapper is None or kernel.launch.module.startswith("ipykernel")
        argv = kernel.launch.argv if kernel.launch.argv and read else spec.argv
        glued = next((part for part in argv if GLUED.fullmatch(part)), None)
        given = any("{connection_file}" in part for part in argv)
        if (given and glued is None) or spec.metadata.get("kernel_provisioner"):
            continue
        python = kernel.launch.python
        fix = (register(kernel, machine, python),) if python and kernel.launch.module.startswith("ipykernel") else ()
        yield Finding(
            id="no-connection-file",
            severity="error",
            title=f"The kernel {kernel.name!r} is never told where to connect",
            sees="The notebook stays at 'Connecting'; RuntimeError: Kernel didn't respond in 60 seconds.",
            evidence=_untold(kernel, glued),
            advice=_tell(kernel, glued)
            + ("." if kernel.launch.wrapper or not fix else ", or write the kernelspec anew."),
            fix=fix or (edit(kernel.launch.wrapper or spec.folder / "kernel.json"),),
            kernel=kernel.name,
        )


def _untold(kernel: Kernel, glued: str | None) -> tuple[str, ...]:
    """Why the connection file does not reach the kernel."""
    file, behind = f"{kernel.spec.folder}/kernel.json", kernel.launch.behind
    if glued is not None:
        return (f"{file}: {glued!r} is one argument, blank and all, and names no file",)
    if behind is not None and behind.script is not None:
        return (f"line {behind.line} of {behind.script} comes to {list(behind.argv)}, without the connection file",)
    return (f"{file}: argv is {list(kernel.spec.argv)} and has no {{connection_file}}",)


def _tell(kernel: Kernel, glued: str | None) -> str:
    if glued is not None:
        return "Make an element of argv of each word"
    if kernel.launch.wrapper is not None:
        return 'Pass all arguments on as "$@", quotation marks and all'
    return 'Add "-f", "{connection_file}" to the end of argv'


def variables(machine: Machine) -> Iterator[Finding]:
    """Values in the spec's env that do not come out as they were meant: ``~`` stays, an unknown variable stays."""
    for kernel in machine.offered:
        for key, value in kernel.spec.env.items():
            given = kernel.launch.environment.get(key, "")
            left = LEFT_OVER.search(given)
            if left and left.group().strip("${}") == key:
                left = None  # NAME=x:${NAME} where NAME is not set: a habit, and harmless
            tilde = PATHS.search(key) and any(part.startswith("~") for part in given.split(os.pathsep))
            if not left and not tilde:
                continue
            what = f"{left.group()} is not set" if left else "~ is not filled in"
            yield _variable(kernel, key, value, f"{what} in env.{key}", f"the kernel gets {key}={given[:200]}", machine)


def lost_path(machine: Machine) -> Iterator[Finding]:
    """A PATH of the spec's own that leaves the system's programs out."""
    for kernel in machine.offered:
        if "PATH" not in kernel.spec.env:
            continue
        path = kernel.launch.environment["PATH"]
        lost = [name for name in ("sh", "ls") if shutil.which(name, path=path) is None]
        if lost and all(shutil.which(name, path=machine.environment.get("PATH", os.defpath)) for name in lost):
            words = f"env.PATH of {kernel.name!r} leaves the rest of PATH out"
            yield _variable(
                kernel, "PATH", kernel.spec.env["PATH"], words, f"`{lost[0]}` is on PATH here and not in it", machine
            )


def safe_path(machine: Machine) -> Iterator[Finding]:
    """An option or a variable that keeps the notebook's folder off the path."""
    for kernel in machine.offered:
        launched = kernel.launch
        option = next((one for one in launched.flags if one in {"-I", "-P"}), None)
        variable = kernel.spec.env.get("PYTHONSAFEPATH")
        if not kernel.is_python or not (option or variable):
            continue
        what = f"argv has {option}" if option else "env sets PYTHONSAFEPATH"
        yield Finding(
            id="safe-path",
            severity="warning",
            title=f"The kernel {kernel.name!r} does not look in the notebook's folder",
            sees="ModuleNotFoundError for a file that lies next to the notebook.",
            evidence=(f"{kernel.spec.folder}/kernel.json: {what}",),
            advice="Take it out if notebooks are to import the files beside them.",
            fix=(register(kernel, machine, launched.python or ""),),
            kernel=kernel.name,
        )


def _variable(kernel: Kernel, key: str, value: str, title: str, evidence: str, machine: Machine) -> Finding:
    home = f"{machine.home}/"
    parts = [home + part[2:] if part.startswith("~/") else part for part in value.split(os.pathsep)]
    parts = [part for part in parts if not LEFT_OVER.search(part) or part in {"$PATH", "${PATH}"}]
    better = os.pathsep.join(
        [part for part in parts if part not in {"$PATH", "${PATH}"}] + ["${PATH}"] * (key == "PATH")
    )
    python = kernel.launch.python
    fix = [edit(kernel.spec.folder / "kernel.json")]
    if python and kernel.launch.module.startswith("ipykernel"):
        setting = ["--env", key, better] if better and better != "${PATH}" else []
        again = [register(kernel, machine, python), "" if kernel.launch.wrapper else command(*setting)]
        fix.insert(0, " ".join(filter(None, again)))
    return Finding(
        id="spec-env",
        severity="warning",
        title=title[0].upper() + title[1:] if not title.startswith("env") else title,
        sees="`!ls`: command not found, or a folder whose name really begins with ~ or $.",
        evidence=(f"{kernel.spec.folder}/kernel.json sets env.{key} = {value!r}", evidence),
        advice=f"Write the path out; ${{{key}}} stands for the value Jupyter itself has, ~ for nothing.",
        fix=tuple(fix),
        kernel=kernel.name,
    )


def _problem_id(spec: Kernelspec) -> str:
    problem = spec.problem or ""
    if "not JSON" in problem or "UTF-8" in problem or "nested" in problem or "holds" in problem:
        return "spec-not-json"
    if "argv" in problem:
        return "spec-no-argv"
    if "provisioner" in problem:
        return "provisioner-missing"
    if "cannot be read" in problem or "dangling" in problem or "not a file" in problem:
        return "spec-unreadable"
    return "spec-wrong-type"


def _symptom(spec: Kernelspec) -> str:
    return {
        "spec-not-json": f"HTTP 500 {_words(spec)!r}; `jupyter kernelspec list --json` leaves it out.",
        "spec-no-argv": "HTTP 500 'list index out of range', or TraitError, when it is chosen.",
        "provisioner-missing": f"No such kernel named {spec.name}, although it is listed.",
        "spec-unreadable": f"PermissionError or FileNotFoundError: '{spec.folder}/kernel.json'.",
        "spec-wrong-type": "TypeError or TraitError when it is chosen.",
    }[_problem_id(spec)]


def _words(spec: Kernelspec) -> str:
    """The reason in the words of the exception, as far as `problem` has them."""
    reason = (spec.problem or "").partition(": ")[2]
    if "UTF-8" in (spec.problem or "") and reason.startswith("byte"):
        return f"'utf-8' codec can't decode {reason.replace(' at ', ' in position ')}"
    return reason.partition(" at line")[0] if " at line" in reason else reason or "Expecting value"


def _what_to_do(spec: Kernelspec) -> str:
    kind = _problem_id(spec)
    if kind == "provisioner-missing":
        return "Install the package that brings the provisioner beside Jupyter, or remove the kernelspec."
    if kind == "spec-unreadable":
        return "Make the file yours and readable, or remove the kernelspec."
    if _encoded(spec.folder / "kernel.json"):
        return "It was saved in another encoding than UTF-8; this writes it again as Jupyter reads it."
    return "Mend the file at that place, or remove the kernelspec and register the kernel again."


def _mend(kernel: Kernel, machine: Machine) -> tuple[str, ...]:
    spec, file = kernel.spec, kernel.spec.folder / "kernel.json"
    kind = _problem_id(spec)
    if kind == "spec-unreadable" and not is_link(file):
        return (f'sudo chown "$(id -u)" {command(file)} && chmod u+r {command(file)}', remove(kernel, machine))
    if _encoded(file):
        text = "text = open(sys.argv[1], encoding=sys.argv[2]).read()"
        again = f'import sys; {text}; open(sys.argv[1], "w", encoding="utf-8").write(text)'
        python = machine.jupyter.python.executable if machine.jupyter.python else "python3"
        return (command(python, "-c", again, file, _encoded(file)), remove(kernel, machine))
    known = Path(kernel.launch.python) if kernel.launch.python else None
    if known and kernel.launch.module.startswith("ipykernel"):
        return (register(kernel, machine, known), remove(kernel, machine))
    return (remove(kernel, machine),)


def _encoded(file: Path) -> str:
    """The encoding that an editor of Windows gave the file, as its first bytes say; empty where it is plain."""
    try:
        with file.open("rb") as opened:
            first = opened.read(3)
    except OSError:
        return ""
    if first == codecs.BOM_UTF8:
        return "utf-8-sig"
    return "utf-16" if first[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else ""


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    unusable,
    odd_names,
    no_connection_file,
    variables,
    lost_path,
    safe_path,
)
