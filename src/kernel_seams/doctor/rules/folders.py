"""Where kernelspecs are looked for: folders that cannot be read, names that hide one another, specs out of reach."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.programs import environment_of
from kernel_seams.doctor.remedy import remove, safe_name
from kernel_seams.kernels.specs import NATIVE_KERNEL


def closed_folders(machine: Machine) -> Iterator[Finding]:
    """A folder of the search that this user may not read: Jupyter stops at it, or passes it in silence."""
    for folder in machine.jupyter.folders:
        if folder.closed is None:
            continue
        stops = folder.closed == folder.path and os.access(folder.path.parent, os.X_OK)
        yield Finding(
            id="folder-unreadable",
            severity="error" if stops else "warning",
            title=f"Jupyter may not read {folder.path}",
            sees=f"PermissionError: [Errno 13] Permission denied: '{folder.path}', for every kernel"
            if stops
            else "Kernels that are installed are missing from the list, without a message.",
            evidence=(f"{folder.closed} is closed to this user: {_mode(folder.closed)}",),
            advice="Make the folder yours again, or take it out of JUPYTER_PATH if it is somebody else's.",
            fix=_open_folder(folder.closed, machine),
        )


def dangling_folders(machine: Machine) -> Iterator[Finding]:
    """A folder of the search that is a link to a place that is gone: its kernels vanish without a word."""
    for folder in machine.jupyter.folders:
        if folder.dangling is not None:
            yield Finding(
                id="folder-dangling",
                severity="warning",
                title=f"{folder.dangling} is a link to {os.readlink(folder.dangling)}, which is gone",  # noqa: PTH115
                sees="Kernels that were installed are missing from the list, without a message.",
                evidence=(f"Jupyter searches {folder.path} and finds nothing",),
                advice="Bring back what it links to (a drive that is not mounted?), or remove the link.",
                fix=(command("rm", "--", folder.dangling),),
            )
        for link in folder.lost:
            yield Finding(
                id="folder-dangling",
                severity="warning",
                title=f"The kernelspec {link.name!r} is a link to {os.readlink(link)}, which is gone",  # noqa: PTH115
                sees=f"No such kernel named {link.name}; it is missing from the list, without a message.",
                evidence=(f"{link} leads nowhere, and Jupyter passes it over",),
                advice="Bring back what it links to, or remove the link.",
                fix=(command("rm", "--", link),),
            )


def stray_files(machine: Machine) -> Iterator[Finding]:
    """A kernel.json that is not at FOLDER/NAME/kernel.json, the only place Jupyter reads."""
    for folder in machine.jupyter.folders:
        for file in folder.stray:
            yield Finding(
                id="spec-misplaced",
                severity="warning",
                title=f"{file} is not where Jupyter reads a kernelspec",
                sees="No such kernel named ...; the kernel is missing from `jupyter kernelspec list`.",
                evidence=(f"Jupyter reads only {folder.path}/NAME/kernel.json; the file is {file}",),
                advice="Move it to a folder with the kernel's name.",
                fix=(_move(file, folder.path),),
            )


def where_people_put_them(machine: Machine) -> Iterator[Finding]:
    """Kernelspecs in a folder that looks like the right one and is never searched."""
    searched = {folder.path for folder in machine.jupyter.folders}
    data, home = Path(machine.jupyter.data_folder), machine.home
    near = [Path(folder) / "kernels" for folder in machine.jupyter.config_folders]
    near += [data / "kernel", data / "kernelspecs", home / ".jupyter/kernels", home / ".local/share/jupyter/kernel"]
    for folder in dict.fromkeys(near):
        names = [] if folder in searched else _names(folder)
        for name in names[:20]:
            yield Finding(
                id="spec-misplaced",
                severity="warning",
                title=f"The kernelspec {name!r} lies in {folder}, where Jupyter never looks",
                sees=f"No such kernel named {name}; the kernel is missing from `jupyter kernelspec list`.",
                evidence=(f"Jupyter reads {data}/kernels/NAME/kernel.json; the file is {folder / name}/kernel.json",),
                advice="Move it there.",
                fix=(
                    f"{command('mkdir', '-p', data / 'kernels')} && "
                    f"{command('mv', '-n', '--', folder / name, data / 'kernels' / name)}",
                ),
            )


def named_and_not_there(machine: Machine) -> Iterator[Finding]:
    """An entry of JUPYTER_PATH that does not exist: its kernels are missing without a word."""
    for entry in machine.environment.get("JUPYTER_PATH", "").split(os.pathsep):
        if entry.startswith("/") and not os.path.lexists(entry):
            yield Finding(
                id="folder-missing",
                severity="note",
                title=f"JUPYTER_PATH names {entry}, which does not exist",
                sees="Kernels that others have are missing from the list, without a message.",
                evidence=(f"JUPYTER_PATH={machine.environment['JUPYTER_PATH']}",),
                advice="Is it a drive that is not mounted? Otherwise take it out.",
            )


def same_name_in_one_folder(machine: Machine) -> Iterator[Finding]:
    """Two folders whose names differ in case only: which one Jupyter takes is left to the file system's order."""
    seen: dict[tuple[Path, str], Kernel] = {}
    for kernel in machine.kernels:
        if kernel.spec.unseen:
            continue
        first = seen.setdefault((kernel.spec.folder.parent, kernel.name), kernel)
        if first is not kernel:
            yield Finding(
                id="spec-case-clash",
                severity="warning",
                title=f"Two kernelspecs are both called {kernel.name!r}",
                sees=f"Choosing {kernel.name!r} runs now the one, now the other.",
                evidence=(f"{first.spec.folder} and {kernel.spec.folder} differ in upper and lower case only",),
                advice="Rename one of the two folders.",
                fix=(command("mv", "--", kernel.spec.folder, f"{kernel.spec.folder}-2"),),
                kernel=kernel.name,
            )


def hidden(machine: Machine) -> Iterator[Finding]:
    """A kernelspec that wins over another of its name which launches something else."""
    for kernel in machine.kernels:
        winner = next((one for one in machine.kernels if one.spec.folder == kernel.spec.hidden_by), None)
        if winner is None or winner.spec.folder.parent == kernel.spec.folder.parent or _same(winner, kernel):
            continue
        severity = _severity(winner, kernel, machine)
        if severity is None:
            continue
        yield Finding(
            id="spec-hidden",
            severity="warning" if severity else "note",
            title=f"{winner.spec.folder} hides the {kernel.name!r} in {kernel.spec.folder.parent}",
            sees=f"Choosing {kernel.name!r} runs {_program(winner)}, not {_program(kernel)}.",
            evidence=(
                f"{winner.spec.folder}/kernel.json launches {_program(winner)}",
                f"{kernel.spec.folder}/kernel.json launches {_program(kernel)}",
                _order(winner, machine),
            ),
            advice=_advice(winner, machine),
            fix=_unhide(winner, kernel, machine) if severity else (),
            kernel=kernel.name,
        )


def out_of_reach(machine: Machine) -> Iterator[Finding]:
    """Kernelspecs in a data folder that this Jupyter does not search because a variable sends it elsewhere."""
    searched = {folder.path for folder in machine.jupyter.folders}
    names = {kernel.name for kernel in machine.kernels}
    usual = [machine.home / ".local/share/jupyter/kernels", *_snaps(machine.home)]
    for folder in usual:
        if folder in searched:
            continue
        lost = [name for name in _names(folder) if name not in names]
        if lost:
            moved = [key for key in ("JUPYTER_DATA_DIR", "XDG_DATA_HOME") if machine.environment.get(key)]
            values = [f"{key}={machine.environment[key]}" for key in moved]
            yield Finding(
                id="spec-out-of-reach",
                severity="warning" if moved else "note",
                title=f"{len(lost)} kernelspec(s) lie where this Jupyter does not look: {', '.join(lost[:5])}",
                sees=f"No such kernel named {lost[0]}; `jupyter kernelspec list` shows it in another terminal.",
                evidence=(f"{folder} is not searched", *(f"{value} moves the data folder" for value in values)),
                advice="Start Jupyter without the variable, or add the folder to JUPYTER_PATH.",
                fix=(*(f"unset {key}" for key in moved), f"export JUPYTER_PATH={command(folder.parent)}"),
            )


def _mode(path: Path) -> str:
    try:
        state = path.stat()
    except OSError as error:
        return str(error.strerror)
    return f"owner {state.st_uid}, mode {state.st_mode & 0o777:04o}, and this user is {os.geteuid()}"


def _open_folder(folder: Path, machine: Machine) -> tuple[str, ...]:
    if machine.home in folder.parents:
        return (f'sudo chown -R "$(id -u)" {command(folder)} && chmod u+rwx {command(folder)}',)
    named = [entry for entry in machine.environment.get("JUPYTER_PATH", "").split(os.pathsep) if entry]
    rest = os.pathsep.join(entry for entry in named if Path(entry) not in {folder, *folder.parents})
    return (f"export JUPYTER_PATH={command(rest)}" if rest else "unset JUPYTER_PATH",) if named else ()


def _move(file: Path, folder: Path) -> str:
    inside = file.parent != folder
    own = (
        "my-kernel" if file.name == "kernel.json" else safe_name(file.stem.lower()) + ("" if file.suffix else "-kernel")
    )
    target = folder / (file.parent.name.lower() if inside else own)
    return f"{command('mkdir', '-p', target)} && {command('mv', '-n', '--', file, target / 'kernel.json')}"


def _program(kernel: Kernel) -> str:
    return str(kernel.launch.program or kernel.launch.word or "nothing")


def _same(one: Kernel, other: Kernel) -> bool:
    """Whether two kernelspecs come to the same thing: the same program, or both an interpreter of one environment."""
    mine, yours = one.launch, other.launch
    if mine.python and yours.python:
        return environment_of(mine.python) == environment_of(yours.python) and mine.module == yours.module
    return mine.program == yours.program and one.spec.argv[1:] == other.spec.argv[1:]


def _severity(winner: Kernel, loser: Kernel, machine: Machine) -> bool | None:
    """True: not what a person expects; False: worth a note; None: how it is meant."""
    user = Path(machine.jupyter.data_folder) / "kernels"
    own = Path(machine.jupyter.prefix or "/none") / "share/jupyter/kernels"
    if loser.name == NATIVE_KERNEL:
        # The kernel called python3 is taken for Jupyter's own Python.
        own_loses = loser.spec.folder.parent == own and own != user
        stranger = winner.launch.python is None or environment_of(winner.launch.python) != Path(machine.jupyter.prefix)
        if own_loses and stranger:
            return True
        return False if loser.spec.folder.parent == user else None
    if loser.spec.folder.parent == user:
        return True
    return None


def _order(winner: Kernel, machine: Machine) -> str:
    entries = [Path(entry) for entry in machine.environment.get("JUPYTER_PATH", "").split(os.pathsep) if entry]
    if winner.spec.folder.parents[1] in entries:
        return f"JUPYTER_PATH={machine.environment['JUPYTER_PATH']} is searched first"
    if winner.spec.folder.parent == Path(machine.jupyter.data_folder) / "kernels":
        return "this Jupyter searches your folder before its own"
    return "this Jupyter searches its own environment before your folder"


def _advice(winner: Kernel, machine: Machine) -> str:
    if "JUPYTER_PATH" in _order(winner, machine):
        return "Start Jupyter without JUPYTER_PATH, or give one of the two another name."
    return "Give one of the two another name, or remove the one you do not want."


def _unhide(winner: Kernel, loser: Kernel, machine: Machine) -> tuple[str, ...]:
    order = _order(winner, machine)
    first = ["unset JUPYTER_PATH"] if "JUPYTER_PATH" in order else []
    if "your folder before" in order:
        first = ["export JUPYTER_PREFER_ENV_PATH=1"]
    if first:
        return (*first, remove(winner, machine)) if "JUPYTER_PATH" not in order else tuple(first)
    return (command("mv", "-n", "--", loser.spec.folder, f"{loser.spec.folder}-2"),)


def _snaps(home: Path) -> list[Path]:
    try:
        return sorted((home / "snap").glob("code*/*/.local/share/jupyter/kernels"))[:20]
    except OSError:
        return []


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.parent.name.lower() for path in folder.glob("*/kernel.json"))[:1000]
    except OSError:
        return []


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    closed_folders,
    dangling_folders,
    stray_files,
    where_people_put_them,
    named_and_not_there,
    same_name_in_one_folder,
    hidden,
    out_of_reach,
)
