"""What Jupyter and IPython read and write around a start: runtime folder, settings, start-up files, .env."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import exists, is_dir, is_link
from kernel_seams.doctor.remedy import edit, register
from kernel_seams.doctor.settings import Startup, text_of

NO_ROOM = "there is no "
SOCKET_PATH = 107
SOCKET_NAME = len("/kernel-00000000-0000-0000-0000-000000000000-ipc-5")
CHANGES_KERNELS = ("PYTHONPATH", "PYTHONHOME", "PATH", "LD_LIBRARY_PATH")


def runtime_folder(machine: Machine) -> Iterator[Finding]:
    """Jupyter cannot write the connection file, so no kernel starts."""
    folder = Path(machine.jupyter.runtime_folder)
    nearest = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), Path("/"))
    why = _why_not_writable(nearest, folder)
    if why is None:
        return
    yield Finding(
        id="runtime-not-writable",
        severity="error",
        title=f"Jupyter cannot write its connection files: {why}",
        sees=f"PermissionError: '{folder}', or KeyError: 'shell_port', for every kernel",
        evidence=(f"the runtime folder is {folder}", why),
        advice="Make room there, or give Jupyter another folder."
        if why.startswith(NO_ROOM)
        else "Make the folder writable, or give Jupyter another one.",
        fix=_mend(nearest, machine, why),
    )


def socket_path(machine: Machine) -> Iterator[Finding]:
    """Kernels are reached through files, and the path to them is longer than the system takes."""
    length = len(machine.jupyter.runtime_folder) + SOCKET_NAME
    for setting in machine.jupyter.settings:
        if setting.key == "transport" and setting.value == "ipc" and length > SOCKET_PATH:
            yield Finding(
                id="socket-path-too-long",
                severity="error",
                title=f"The runtime folder's path is too long for sockets ({length} > {SOCKET_PATH} characters)",
                sees="zmq.error.ZMQError: File name too long (addr='ipc:///...')",
                evidence=(
                    f"{setting.file}:{setting.line} sets {setting.owner}.transport = 'ipc'",
                    f"the runtime folder is {machine.jupyter.runtime_folder}",
                ),
                advice="Use a short runtime folder, or take the setting out.",
                fix=('export JUPYTER_RUNTIME_DIR="$(mktemp -d)"', edit(setting.file)),
            )
            return


def startup(machine: Machine) -> Iterator[Finding]:
    """A file that IPython runs at every kernel's start ends the process, or fails and stops those after it."""
    for file in machine.startup:
        why = _why_startup_fails(file, machine)
        if why is None:
            continue
        ends, line = file.ends is not None, file.setting
        yield Finding(
            id="startup-file",
            severity="error" if ends else "warning",
            title=f"{file.file} {'ends every kernel at its start' if ends else 'fails in a kernel'}: {why}",
            sees="Kernel died before replying to kernel_info."
            if ends
            else "[IPKernelApp] WARNING | Error in executing line in user namespace"
            if line
            else "[IPKernelApp] WARNING | Unknown error in handling startup files; later files are skipped.",
            evidence=(
                f"{file.file}{f':{line}' if line else ''}: {why}",
                f"{file.variable} names it, and it runs in every kernel of every environment"
                if file.variable
                else "it runs in every kernel of every environment",
            ),
            advice="Mend the file, or move it away. To see a kernel without it: IPYTHONDIR=$(mktemp -d) jupyter lab",
            fix=(_without(file),),
        )


def profile(machine: Machine) -> Iterator[Finding]:
    """The argv names an IPython profile that does not exist: the kernel says so and ends."""
    for kernel in machine.offered:
        name = _profile_of(kernel)
        home = Path(kernel.launch.environment.get("IPYTHONDIR") or machine.home / ".ipython").expanduser()
        if not name or is_dir(home / f"profile_{name}") or is_dir(machine.folder / f"profile_{name}"):
            continue
        python = kernel.launch.python or ""
        yield Finding(
            id="profile-missing",
            severity="error",
            title=f"The kernel {kernel.name!r} cannot start: the IPython profile {name!r} does not exist",
            sees=f"[IPKernelApp] CRITICAL | Profile {name!r} not found.; then 'Kernel died'.",
            evidence=(f"{kernel.spec.folder}/kernel.json: argv has --profile", f"{home}/profile_{name} does not exist"),
            advice="Make it, or take --profile out of argv; the second command writes the kernelspec anew without it.",
            fix=(command(python, "-m", "IPython", "profile", "create", name), register(kernel, machine, python)),
            kernel=kernel.name,
        )


def _profile_of(kernel: Kernel) -> str:
    """The profile that an ipykernel is told to use; empty where there is none, or it is not certain."""
    words = list(kernel.launch.argv) if kernel.python and kernel.launch.module.startswith("ipykernel") else []
    for number, word in enumerate(words):
        option, given, value = word.partition("=")
        if option in {"--profile", "--BaseIPythonApplication.profile"}:
            return value if given else "".join(words[number + 1 : number + 2])
    return ""


def extensions(machine: Machine) -> Iterator[Finding]:
    """IPython's settings name an extension that a kernel's environment does not have."""
    for setting in machine.ipython:
        if setting.key != "extensions" or not isinstance(setting.value, list):
            continue
        for name in (one for one in setting.value if isinstance(one, str)):
            lacking = [k.name for k in machine.offered if k.python and _lacks(k.python.found, name)]
            if lacking and "." not in name and name not in {"autoreload", "storemagic"}:
                yield Finding(
                    id="extension-missing",
                    severity="warning",
                    title=f"IPython's extension {name!r} is not installed for {', '.join(lacking[:4])}",
                    sees=f"[IPKernelApp] WARNING | Error in loading extension: {name}",
                    evidence=(
                        f"{setting.file}:{setting.line} names it; settings are a person's, packages an environment's",
                    ),
                    advice="Install it there, or take it out of the list.",
                    fix=(edit(setting.file),),
                )


def env_file(machine: Machine) -> Iterator[Finding]:
    """A .env file here that VS Code gives to kernels and Jupyter does not."""
    text = text_of(machine.folder / ".env") or ""
    found = [key for key in CHANGES_KERNELS for line in text.splitlines() if line.strip().startswith(f"{key}=")]
    if found:
        yield Finding(
            id="env-file",
            severity="note",
            title=f".env in this folder changes kernels in VS Code only: {', '.join(found)}",
            sees="Imports differ between VS Code and Jupyter; in VS Code perhaps No module named ipykernel_launcher.",
            evidence=(f"{machine.folder}/.env sets {', '.join(found)}",),
            advice="Take the variables out of .env, or put them into the kernelspec's env so that both see them.",
        )


def _why_not_writable(nearest: Path, wanted: Path) -> str | None:
    if is_link(nearest) and not exists(nearest):
        return f"{nearest} is a link to {os.readlink(nearest)}, which is gone"  # noqa: PTH115
    if not is_dir(nearest):
        return f"{nearest} is a file, not a folder"
    if not os.access(nearest, os.W_OK | os.X_OK):
        state = nearest.stat()
        return f"{nearest} is not writable for this user (owner {state.st_uid}, mode {state.st_mode & 0o777:04o})"
    try:
        space = os.statvfs(nearest)
    except OSError:
        return None
    if space.f_bavail * space.f_frsize < 65536 and space.f_blocks:
        return f"{NO_ROOM}space left on the file system of {wanted}"
    if space.f_files and not space.f_favail:
        return f"{NO_ROOM}inode left on the file system of {wanted}"
    return None


def _mend(nearest: Path, machine: Machine, why: str) -> tuple[str, ...]:
    other = [f"unset {key}" for key in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR") if machine.environment.get(key)]
    if why.startswith(NO_ROOM):
        return tuple(other[:1]) or ('export JUPYTER_RUNTIME_DIR="$(mktemp -d)"',)
    own = f'sudo chown -R "$(id -u)" {command(nearest)} && chmod u+rwx {command(nearest)}'
    if is_dir(nearest) and (machine.home == nearest or machine.home in nearest.parents):
        return (*other[:1], own)
    if not is_dir(nearest):
        return (*other[:1], command("mv", "-n", "--", nearest, f"{nearest}.off"))
    return tuple(other[:1]) or ('export JUPYTER_RUNTIME_DIR="$(mktemp -d)"',)


def _without(file: Startup) -> str:
    """The command after which a start-up file runs in no kernel."""
    if file.variable:
        return f"unset {file.variable}"
    return edit(file.file) if file.setting else command("mv", "-n", "--", file.file, f"{file.file}.off")


def _why_startup_fails(file: Startup, machine: Machine) -> str | None:
    if file.problem:
        return file.problem
    if file.ends is not None:
        return f"line {file.ends} ends the process"
    pythons = [(kernel.name, kernel.python.found) for kernel in machine.offered if kernel.python]
    for name in file.imports:
        lacking = [kernel for kernel, found in pythons if _lacks(found, name)]
        if lacking:
            return f"it imports {name}, which is not installed for {', '.join(lacking[:4])}"
    return None


def _lacks(found: object, name: str) -> bool:
    return isinstance(found, dict) and name in found and found[name] is None


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    runtime_folder,
    socket_path,
    startup,
    profile,
    extensions,
    env_file,
)
