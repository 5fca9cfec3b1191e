"""The commands that mend things: exact, quoted, and right for the kind of environment they act on."""

from __future__ import annotations

from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import command
from kernel_seams.doctor.look import exists
from kernel_seams.doctor.programs import first_on_path
from kernel_seams.doctor.python import Python
from kernel_seams.kernels.tapped import kernel_of

FRESH = "~/.venvs"


def jupyter_words(machine: Machine) -> list[str]:
    """How the Jupyter that was examined is called from this shell."""
    found = machine.jupyter.command
    if found is None or found.path == first_on_path("jupyter", machine.environment, str(machine.folder)):
        return ["jupyter"]
    # Only a server's command may be there, such as jupyter-lab.
    return [str(found.path)] if found.path.name == "jupyter" else [str(found.python), "-m", "jupyter"]


def edit(file: Path) -> str:
    """Open a file in the person's editor: what is to be changed is a matter of judgement."""
    return f'"${{EDITOR:-nano}}" {command(file)}'


def remove(kernel: Kernel, machine: Machine) -> str:
    """Take the kernelspec away: by Jupyter, which asks first, where it would take this one."""
    if machine.jupyter.client and kernel.spec.hidden_by is None and not kernel.spec.unseen:
        return command(*jupyter_words(machine), "kernelspec", "remove", kernel.name)
    return command("rm", "-r", "--", kernel.spec.folder)


def register(kernel: Kernel, machine: Machine, python: str | Path) -> str:
    """Write the kernelspec anew for `python`, under the same name and in the same place.

    Where a script of the person's own starts the interpreter, that script is what to mend; a tap is made from the
    kernelspec that it taps.
    """
    if taps := kernel_of(kernel.spec):
        return command("seams", "tap", "install", taps)
    if kernel.launch.wrapper is not None:
        return edit(kernel.launch.wrapper)
    return command(
        python,
        "-m",
        "ipykernel",
        "install",
        *_place(kernel.spec.folder.parent, machine),
        "--name",
        safe_name(kernel.name),
        "--display-name",
        kernel.spec.display_name or kernel.name,
    )


def safe_name(name: str) -> str:
    """A name that `ipykernel install` accepts, as close to `name` as can be."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._") else "-" for letter in name)


def _place(folder: Path, machine: Machine) -> list[str]:
    """The options that make ``ipykernel install`` write below `folder`."""
    if folder == Path(machine.jupyter.data_folder) / "kernels" or folder.parts[-3:] != ("share", "jupyter", "kernels"):
        return ["--user"]
    return ["--prefix", str(folder.parents[2])]


def install(
    python: Python,
    launched: str | Path,
    packages: list[str],
    machine: Machine,
    *,
    upgrade: bool = False,
    force: bool = False,
) -> tuple[str, ...]:
    """The commands that install `packages` for an interpreter, the safest first; empty where nothing is safe."""
    prefix = Path(python.prefix)
    options = ["--upgrade"] * upgrade + (["--force-reinstall", "--no-cache-dir"] if force else [])
    if python.managed:
        return _managed(python, launched, packages)
    if exists(prefix / "uv-receipt.toml"):
        return (_pip_with_uv(launched, packages, upgrade, force),)
    if exists(prefix / "pipx_metadata.json"):
        return (command("pipx", "runpip", prefix.name, "install", *options, *packages),)
    if python.flag("pip"):
        return (command(launched, "-m", "pip", "install", *options, *packages),)
    if machine.terminal.uv:
        return (_pip_with_uv(launched, packages, upgrade, force),)
    if python.flag("ensurepip"):
        pip = command(launched, "-m", "pip", "install", *options, *packages)
        return (f"{command(launched, '-m', 'ensurepip')} && {pip}",)
    return (command(_any_pip(machine), "-m", "pip", "--python", launched, "install", *options, *packages),)


def _pip_with_uv(python: str | Path, packages: list[str], upgrade: bool, force: bool) -> str:
    options = ["--upgrade"] * upgrade + ["--reinstall"] * force
    return command("uv", "pip", "install", "--python", python, *options, *packages)


def _managed(python: Python, launched: str | Path, packages: list[str]) -> tuple[str, ...]:
    """A Python that belongs to the system: its own packages, else an environment of one's own; never --break."""
    apt = [f"python3-{package}" for package in packages if package.isidentifier()]
    system = (command("sudo", "apt", "install", *apt),) if apt and exists("/etc/debian_version") else ()
    fresh = f"{FRESH}/kernel"
    steps = [
        f"{command(launched)} -m venv {fresh}",
        f"{fresh}/bin/python -m pip install {command(*packages, *([] if 'ipykernel' in packages else ['ipykernel']))}",
        f"{fresh}/bin/python -m ipykernel install --user --name own-environment",
    ]
    return (*(system if python.prefix == "/usr" else ()), " && ".join(steps))


def _any_pip(machine: Machine) -> str:
    for kernel in machine.kernels:
        if kernel.python and kernel.python.flag("pip"):
            return str(kernel.launch.python)
    return "python3"


def new_environment(folder: Path, machine: Machine, minor: str = "") -> str:
    """Make the environment in `folder` anew, with a kernel in it."""
    python = folder / "bin" / "python"
    if machine.terminal.uv:
        which = ["--python", minor] if minor else []
        made = command("uv", "venv", "--clear", *which, folder)
        return f"{made} && {command('uv', 'pip', 'install', '--python', python, 'ipykernel')}"
    base = next((path for path in _bases(machine, minor)), "python3")
    return f"{command(base, '-m', 'venv', '--clear', folder)} && {command(python, '-m', 'pip', 'install', 'ipykernel')}"


def _bases(machine: Machine, minor: str) -> list[str]:
    """Interpreters that an environment could be made of, those of version `minor` first."""
    names = [f"python{minor}", "python3", "python"] if minor else ["python3", "python"]
    found = [first_on_path(name, machine.environment, str(machine.folder)) for name in names]
    return [str(path) for path in found if path is not None]
