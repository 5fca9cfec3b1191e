"""What mends an argv[0] that comes down to nothing."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from string import Template

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import command
from kernel_seams.doctor.look import exists, is_file, is_link
from kernel_seams.doctor.programs import environment_of, first_on_path, is_python
from kernel_seams.doctor.remedy import edit, new_environment, register, remove
from kernel_seams.doctor.rules.environments import moved_to, same_minor, throw_away

WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]")
OPERATORS = {"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"}
BUILTINS = {"source", ".", "cd", "export", "eval", "set", "ulimit", "activate", "module", "workon"}
SCRIPTS = re.compile(r"\.(?:[cm]?js|ts|jar|py|R|jl|rb|pl|php|lua|sh|tcl|m|dll|clj|groovy)", re.IGNORECASE)
Mend = tuple[str, str, tuple[str, ...]]


def mend(kernel: Kernel, word: str, machine: Machine) -> Mend:
    """What is wrong with argv[0] in a few words, what to do, and the commands."""
    trouble = kernel.launch.trouble
    code, path = trouble.code if trouble else "", Path(word)
    if code == "launcher" or kernel.launch.wrapper is not None:
        file = kernel.launch.wrapper or kernel.spec.folder / "kernel.json"
        advice = f"Mend it in {file}, or remove the kernelspec."
        return trouble.text if trouble else "", advice, (edit(file), remove(kernel, machine))
    if code == "shim-refuses" and trouble is not None:
        advice = "Write the path of a real interpreter into argv[0]; what a shim starts depends on the folder."
        return trouble.text, advice, (remove(kernel, machine),)
    if WINDOWS_PATH.match(word):
        advice = "Remove the kernelspec, or register an environment of this system under its name."
        return f"{word!r} is a path on Windows", advice, (remove(kernel, machine),)
    line = _command_line(word, machine)
    if line is not None:
        advice = "Make each word of the command an element of argv of its own."
        known = is_python(line) and "ipykernel" in word
        first = register(kernel, machine, line) if known else edit(kernel.spec.folder / "kernel.json")
        return "argv[0] is a whole command line, and not the program alone", advice, (first, remove(kernel, machine))
    if code == "not-on-path":
        return _mend_word(kernel, word, machine)
    better = _meant(word, machine)
    if better is not None:
        said = "argv[0] holds a variable" if "$" in word else "argv[0] is not the path as it is written on disk"
        return f"{said}, {word!r}", "Write the path out.", (register(kernel, machine, better), remove(kernel, machine))
    if code in {"missing", "dangling"} and throw_away(path):
        advice = "Register the project's own environment (run this in the project), or remove the kernelspec."
        return "its interpreter was in uv's cache and is gone", advice, (uv_project(kernel), remove(kernel, machine))
    if code == "dangling":
        return _mend_dangling(kernel, path, machine)
    if code == "missing":
        return _mend_missing(kernel, path, machine)
    return _mend_file(kernel, code, _file(kernel, machine), machine)


def _mend_file(kernel: Kernel, code: str, path: Path, machine: Machine) -> Mend:
    """The file is there, and the system does not run it."""
    trouble = kernel.launch.trouble
    if code == "not-executable":
        fix = (command("chmod", "+x", path), remove(kernel, machine))
        return f"{path} is not executable", "Make it executable.", fix
    if code == "no-shebang":
        fix = (command("sed", "-i", "1i #!/bin/sh", path), remove(kernel, machine))
        return (
            trouble.text if trouble else "",
            "Write #!/bin/sh, or the shell it is meant for, into its first line.",
            fix,
        )
    if code in {"empty", "loop"} and exists(environment_of(path) / "pyvenv.cfg"):
        again = new_environment(environment_of(path), machine)
        return trouble.text if trouble else "", f"Make {environment_of(path)} anew.", (again, remove(kernel, machine))
    advice = "Ask its owner to open the folder, or use an environment of your own and remove this kernelspec."
    if code in {"bad-shebang", "no-loader", "empty", "folder", "loop"}:
        advice = "Reinstall the program, or remove the kernelspec."
    return trouble.text if trouble else "", advice, (remove(kernel, machine),)


def shell_word(kernel: Kernel) -> str:
    """The first word of argv that only a shell would understand; empty where there is none."""
    argv = kernel.spec.argv
    if argv[0] in BUILTINS and kernel.launch.program is None:
        return argv[0]
    return next((word for word in argv if word in OPERATORS), "")


def python_in(kernel: Kernel) -> Path | None:
    """The interpreter that an argv written for a shell means, where it names it or its environment."""
    words = [Path(word) for word in kernel.spec.argv if word.startswith("/")]
    candidates = [word.with_name("python") if word.name == "activate" else word for word in words]
    return next((path for path in reversed(candidates) if is_python(path) and os.access(path, os.X_OK)), None)


def missing_script(kernel: Kernel, folder: Path) -> Path | None:
    """The script that an interpreter is given in argv, where that does not exist."""
    launched = kernel.launch
    if launched.python is not None and is_python(launched.program or Path()):
        script = launched.script
        path = folder / script
        named = script and "{" not in script and (script.endswith(".py") or "/" in script)
        return path if named and not exists(path) else None
    for word in launched.argv[1:]:
        if "{connection_file}" in word:
            break
        if word.startswith("/") and SCRIPTS.fullmatch(Path(word).suffix) and not exists(word):
            return Path(word)
    return None


def named_by(kernel: Kernel) -> tuple[str, ...]:
    """Where the program is named, if not in kernel.json itself."""
    behind = kernel.launch.behind
    if behind is None or behind.script is None or behind.trouble is not None:
        return ()
    return (f"line {behind.line} of {behind.script} starts {behind.argv[0]}",)


def _file(kernel: Kernel, machine: Machine) -> Path:
    """The file that argv[0] names, with its placeholders filled in."""
    return Path(machine.folder, kernel.launch.argv[0])


def _command_line(word: str, machine: Machine) -> Path | None:
    """The program of a command line that stands as one word in argv[0], where there is that program."""
    try:
        words = shlex.split(word)
    except ValueError:
        return None
    if len(words) < 2:
        return None
    path = Path(words[0]) if "/" in words[0] else first_on_path(words[0], machine.environment, str(machine.folder))
    return path if path is not None and os.access(path, os.X_OK) and is_file(path) else None


def _mend_missing(kernel: Kernel, path: Path, machine: Machine) -> Mend:
    if not path.is_absolute():
        advice = "Write the full path: a kernel starts in the notebook's folder, from where this leads nowhere."
        return f"argv[0] is the relative path {str(path)!r}", advice, (remove(kernel, machine),)
    moved = moved_to(path, machine)
    if moved is not None:
        advice = "Register it again from where it is now, or remove the kernelspec."
        fix = (register(kernel, machine, moved), remove(kernel, machine))
        return f"its environment was moved to {environment_of(moved)}", advice, fix
    beside = path.with_name("python")
    if is_python(path) and os.access(beside, os.X_OK):
        fix = (register(kernel, machine, beside), remove(kernel, machine))
        return f"{path.parent} no longer has a {path.name}", f"Register the one that is there, {beside}.", fix
    advice = "Remove the kernelspec, or register a living environment under its name."
    return f"{_gone(path)} is gone", advice, (remove(kernel, machine),)


def _mend_word(kernel: Kernel, word: str, machine: Machine) -> Mend:
    where = _elsewhere(word, machine)
    if "PATH" in kernel.spec.env and first_on_path(word, machine.environment, str(machine.folder)):
        advice = "Put ${PATH} into the env.PATH of kernel.json, or write the program's path out in argv[0]."
        return f"{word!r} is not on the PATH that kernel.json sets", advice, (remove(kernel, machine),)
    if where is not None and kernel.launch.module == "" and is_python(where):
        return f"{word!r} is not on PATH", "Write the path out in argv[0].", (register(kernel, machine, where),)
    advice = f"Install {word!r} where Jupyter finds it, write its full path into argv[0], or remove the kernelspec."
    return f"the program {word!r} is not on PATH", advice, (remove(kernel, machine),)


def _mend_dangling(kernel: Kernel, path: Path, machine: Machine) -> Mend:
    environment = environment_of(path)
    target = next((link for link in [path, *path.parent.glob("python*")] if is_link(link)), path)
    title = f"the Python its environment was made of ({os.readlink(target)}) is gone"  # noqa: PTH115
    again = same_minor(environment, machine)
    minor = again[0] if again else ""
    return (
        title,
        f"Make {environment} anew; what else was installed in it has to be installed again.",
        (new_environment(environment, machine, minor), remove(kernel, machine)),
    )


def uv_project(kernel: Kernel) -> str:
    """Register the environment of the uv project this is run in, under the kernel's name."""
    name = command("--name", kernel.name, "--display-name", kernel.spec.display_name or kernel.name)
    return f"uv add --dev ipykernel && uv run python -m ipykernel install --user {name}"


def _meant(word: str, machine: Machine) -> Path | None:
    """The file that argv[0] was meant to name: without the blanks around it, with its variables filled in."""
    text = Template(word.strip()).safe_substitute(machine.environment)
    text = str(machine.home) + text[1:] if text.startswith("~/") else text
    path = Path(text)
    return path if text != word and path.is_absolute() and os.access(path, os.X_OK) and is_file(path) else None


def _gone(path: Path) -> str:
    """The outermost folder of the path that does not exist."""
    for folder in reversed(path.parents):
        if not exists(folder):
            return str(folder)
    return str(path)


def _elsewhere(word: str, machine: Machine) -> Path | None:
    for folder in (machine.home / ".local/bin", Path("/usr/local/bin"), Path("/usr/bin"), Path("/opt/homebrew/bin")):
        if os.access(folder / word, os.X_OK):
            return folder / word
    return None
