"""What the settings of Jupyter do: keep it from starting, hide kernels, send their messages elsewhere."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import Finding
from kernel_seams.doctor.look import is_dir
from kernel_seams.doctor.names import canonical
from kernel_seams.doctor.remedy import edit
from kernel_seams.doctor.rules.paths import modules_in
from kernel_seams.doctor.settings import Setting
from kernel_seams.kernels.specs import NATIVE_KERNEL

ALLOWED = ("allowed_kernelspecs", "whitelist")
CLASS = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def missing_class(machine: Machine) -> Iterator[Finding]:
    """A class that the settings name is of a package Jupyter does not have: it does not start."""
    python = machine.jupyter.python
    for setting in _of_the_server(machine):
        value = setting.value
        if python is None or not setting.key.endswith("_class") or not isinstance(value, str):
            continue
        top = value.split(".")[0]
        if not CLASS.fullmatch(value) or top in python.texts("builtin") + python.texts("stdlib_names"):
            continue
        if python.dist(canonical(top)) or any(top in modules_in(Path(entry)) for entry in python.path if entry):
            continue
        yield Finding(
            id="setting-class-missing",
            severity="error",
            title=f"Jupyter does not start: its settings name {value}, and there is no module {top!r} beside it",
            sees=f"Bad config encountered during initialization: ... {value!r} could not be imported",
            evidence=(_where(setting), f"{python.executable} does not find {top!r}"),
            advice=f"Take the setting out, or install {top} beside Jupyter again.",
            fix=(edit(setting.file),),
        )


def missing_folder(machine: Machine) -> Iterator[Finding]:
    """The folder that the server is to open in does not exist: it does not start."""
    for setting in _of_the_server(machine):
        value = setting.value
        if setting.key not in {"root_dir", "notebook_dir"} or not isinstance(value, str) or not value.startswith("/"):
            continue
        if is_dir(value):
            continue
        yield Finding(
            id="setting-folder-missing",
            severity="error",
            title=f"Jupyter does not start: the folder it is to open in, {value}, does not exist",
            sees=f"Bad config encountered during initialization: No such directory: '{value}'",
            evidence=(_where(setting),),
            advice="Take the setting out, or name a folder that is there.",
            fix=(edit(setting.file),),
        )


def strange_address(machine: Machine) -> Iterator[Finding]:
    """Kernels are to listen at an address that this machine does not have (any more)."""
    for setting in _of_the_server(machine):
        value = setting.value
        if setting.key != "ip" or not setting.owner.endswith("KernelManager") or not isinstance(value, str):
            continue
        if not ADDRESS.fullmatch(value) or _is_here(value):
            continue
        yield Finding(
            id="setting-address",
            severity="error",
            title=f"Kernels are to listen at {value}, which is no address of this machine",
            sees="RuntimeError: Can only launch a kernel on a local interface.",
            evidence=(_where(setting),),
            advice="Take the setting out: kernels then listen at 127.0.0.1.",
            fix=(edit(setting.file),),
        )


def fixed_ports(machine: Machine) -> Iterator[Finding]:
    """Ports that IPython's settings fix for every kernel: its front-end listens at those of the connection file."""
    for setting in machine.ipython:
        if setting.owner == "IPKernelApp" and setting.key.endswith("_port") and setting.value:
            yield Finding(
                id="setting-address",
                severity="error",
                title=f"Every kernel is to use the port {setting.value}, and its front-end waits at another",
                sees="The notebook stays at 'Connecting'; RuntimeError: Kernel didn't respond in 60 seconds.",
                evidence=(_where(setting), "the connection file names a port of its own for each kernel"),
                advice="Take the setting out.",
                fix=(edit(setting.file),),
            )


def refused(machine: Machine) -> Iterator[Finding]:
    """Values in IPython's settings that a kernel's own IPython does not take: it ends before it answers."""
    for number, setting in enumerate(machine.ipython):
        told = {k.name: k.answer.refused[number] for k in machine.offered if k.answer and number in k.answer.refused}
        if told:
            name, why = next(iter(told.items()))
            yield Finding(
                id="setting-refused",
                severity="error",
                title=f"IPython's settings end {', '.join(map(repr, list(told)[:4]))}: {setting.owner}.{setting.key}",
                sees="Bad config encountered during initialization; Kernel died before replying to kernel_info.",
                evidence=(_where(setting), f"the IPython of {name!r} says: {why}"),
                advice="Take the setting out, or give it a value that every version takes.",
                fix=(edit(setting.file),),
            )


def unread(machine: Machine) -> Iterator[Finding]:
    """A settings file that Jupyter passes over, because it cannot be parsed."""
    for file, why in machine.jupyter.unread:
        yield Finding(
            id="setting-unread",
            severity="note",
            title=f"Jupyter passes over {file}: {why}",
            sees="[W ServerApp] Invalid JSON in ..., skipping; or Exception while loading config file.",
            evidence=(f"{file}: {why}",),
            advice="None of what it sets holds. Mend it at that place.",
            fix=(edit(file),),
        )


def gateway(machine: Machine) -> Iterator[Finding]:
    """Kernels are started by another server: what is installed here has no part in it."""
    value = machine.environment.get("JUPYTER_GATEWAY_URL", "")
    where = f"JUPYTER_GATEWAY_URL={value}" if value else ""
    for setting in _of_the_server(machine):
        if setting.owner == "GatewayClient" and setting.key == "url" and not where:
            where = _where(setting) if setting.value else ""
    if where:
        yield Finding(
            id="gateway",
            severity="note",
            title="Kernels are started by a gateway, not on this machine",
            sees="The list of kernels is another's; imports are those of the gateway's environments.",
            evidence=(where,),
            advice="What is said here of kernels holds where Jupyter is started without the gateway.",
            fix=("unset JUPYTER_GATEWAY_URL",) if value else (),
        )


def allow_list(machine: Machine) -> Iterator[Finding]:
    """A setting that hides kernels, or names as default one that is not there."""
    names = {kernel.name for kernel in machine.offered}
    for setting in machine.jupyter.settings:
        if setting.owner.endswith("KernelSpecManager") and setting.key in ALLOWED and setting.value:
            allowed = {str(name) for name in setting.value} if isinstance(setting.value, list | set | tuple) else set()
            dropped = sorted(names - allowed)
            if dropped:
                yield _setting(setting.file, setting.line, f"{setting.owner}.{setting.key}", sorted(allowed), dropped)
        native = next((kernel for kernel in machine.offered if kernel.spec.folder.parent.name == "ipykernel"), None)
        off = setting.key == "ensure_native_kernel" and not setting.value
        if setting.owner.endswith("KernelSpecManager") and off and native is not None:
            yield _setting(setting.file, setting.line, "ensure_native_kernel", False, [NATIVE_KERNEL])


def _setting(file: Path, line: int, key: str, value: object, dropped: list[str]) -> Finding:
    return Finding(
        id="setting-hides-kernels",
        severity="warning",
        title=f"A setting keeps {len(dropped)} kernel(s) out of the list: {', '.join(dropped[:5])}",
        sees="No kernels available, although the files are there.",
        evidence=(f"{file}:{line} sets {key} = {value!r}",),
        advice="Take the setting out, or add the kernels to it.",
        fix=(edit(file),),
    )


def default_kernel(machine: Machine) -> Iterator[Finding]:
    """The default kernel that the settings name is not there."""
    names = {kernel.name for kernel in machine.offered}
    for setting in machine.jupyter.settings:
        if (
            setting.key == "default_kernel_name"
            and isinstance(setting.value, str)
            and setting.value.lower() not in names
        ):
            yield Finding(
                id="default-kernel-missing",
                severity="warning",
                title=f"The default kernel {setting.value!r} does not exist",
                sees=f"No such kernel named {setting.value}",
                evidence=(
                    f"{setting.file}:{setting.line} sets {setting.owner}.default_kernel_name = {setting.value!r}",
                ),
                advice="Name one that exists, or take the setting out.",
                fix=(edit(setting.file),),
            )


def _of_the_server(machine: Machine) -> list[Setting]:
    """The settings that the server of this Jupyter reads, of each the one that holds."""
    command = machine.jupyter.command
    own = command.server.name.replace("-", "_") if command else "jupyter_server"
    names = {"jupyter_config", "jupyter_server_config", f"{own}_config"}
    held: dict[tuple[str, str], Setting] = {}
    for setting in machine.jupyter.settings:
        file = setting.file.parent if setting.file.parent.suffix == ".d" else setting.file
        if file.stem in names:
            held.setdefault((setting.owner, setting.key), setting)
    return list(held.values())


def _where(setting: Setting) -> str:
    return f"{setting.file}:{setting.line} sets {setting.owner}.{setting.key} = {setting.value!r}"


def _is_here(address: str) -> bool:
    """Whether this machine has the address: whether a socket could be bound to it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (
    missing_class,
    missing_folder,
    strange_address,
    fixed_ports,
    refused,
    allow_list,
    default_kernel,
    unread,
    gateway,
)
