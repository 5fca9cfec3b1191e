"""What mends an argv[0] that comes down to nothing."""

from __future__ import annotations

import os
from pathlib import Path
from string import Template

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import command
from kernel_seams.doctor.programs import environment_of, first_on_path, is_python
from kernel_seams.doctor.remedy import new_environment, register, remove
from kernel_seams.doctor.rules.environments import moved_to, same_minor, throw_away

Mend = tuple[str, str, tuple[str, ...]]


def mend(kernel: Kernel, word: str, machine: Machine) -> Mend:
    """What is wrong with argv[0] in a few words, what to do, and the commands."""
    trouble = kernel.launch.trouble
    code, path = trouble.code if trouble else "", Path(word)
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
    if code == "not-executable":
        fix = (command("chmod", "+x", path), remove(kernel, machine))
        return "its interpreter is not executable", "Make it executable.", fix
    advice = "Ask its owner to open the folder, or use an environment of your own and remove this kernelspec."
    if code in {"bad-shebang", "no-loader", "empty", "folder"}:
        advice = "Reinstall the program, or remove the kernelspec."
    return trouble.text if trouble else "", advice, (remove(kernel, machine),)


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
    target = next((link for link in [path, *path.parent.glob("python*")] if link.is_symlink()), path)
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
    return path if text != word and path.is_absolute() and os.access(path, os.X_OK) and path.is_file() else None


def _gone(path: Path) -> str:
    """The outermost folder of the path that does not exist."""
    for folder in reversed(path.parents):
        if not folder.exists():
            return str(folder)
    return str(path)


def _elsewhere(word: str, machine: Machine) -> Path | None:
    for folder in (machine.home / ".local/bin", Path("/usr/local/bin"), Path("/usr/bin"), Path("/opt/homebrew/bin")):
        if os.access(folder / word, os.X_OK):
            return folder / word
    return None
