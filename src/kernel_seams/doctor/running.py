"""``seams doctor running``: from connection file to process to argv to interpreter, and what has changed since."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.look import exists, is_closed
from kernel_seams.doctor.programs import environment_of, is_python

PROC = Path("/proc")
CONNECTION_FILE = re.compile(r"kernel-[\w.-]+\.json")
MAX_BYTES = 65536


@dataclass(frozen=True)
class Process:
    """A process as the system shows it; `started` is in seconds since the epoch."""

    number: int
    argv: tuple[str, ...]
    program: str
    started: float
    folder: str


@dataclass(frozen=True)
class Running:
    """A connection file and the processes that were given it."""

    file: Path
    name: str
    problem: str = ""
    processes: tuple[Process, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The kernel as plain data; the connection file's key is left out."""
        return {
            "connection_file": str(self.file),
            "kernel_name": self.name or None,
            "problem": self.problem or None,
            "processes": [
                {
                    "pid": process.number,
                    "argv": list(process.argv),
                    "program": process.program,
                    "started": round(process.started, 1),
                    "folder": process.folder,
                }
                for process in self.processes
            ],
        }


def running(machine: Machine) -> list[Running]:
    """Every connection file in the runtime folder, with the processes that name it."""
    folder = Path(machine.jupyter.runtime_folder)
    try:
        files = sorted(path for path in folder.iterdir() if CONNECTION_FILE.fullmatch(path.name))[:2000]
    except OSError:
        files = []
    processes = list(_processes() if exists(PROC / "self" / "cmdline") else _processes_by_psutil())
    named = {os.path.realpath(path) for path in files}
    elsewhere = {path for process in processes for path in _files_of(process)} - named
    return [_running(file, processes) for file in (*files, *map(Path, sorted(elsewhere)))]


def can_look() -> bool:
    """Whether this system shows processes as files, or psutil is there to ask it (macOS); a light install has none."""
    return exists(PROC / "self" / "cmdline") or find_spec("psutil") is not None


def running_findings(found: list[Running]) -> Iterator[Finding]:
    """What is left over, and what has changed beneath a kernel that runs."""
    stale = [one for one in found if not one.processes]
    if stale:
        names = [str(one.file) for one in stale]
        yield Finding(
            id="stale-connection-files",
            severity="note",
            title=f"{len(stale)} connection file(s) of kernels that no longer run",
            sees="`jupyter console --existing` takes the newest file and waits for ever.",
            evidence=tuple(names[:5]),
            advice="They do no harm; Jupyter leaves them behind when it is ended hard.",
            fix=(command("rm", "--", *names[:20]),),
        )
    for one in found:
        for process in one.processes:
            yield from _changed(one, process)


def _running(file: Path, processes: list[Process]) -> Running:
    real = os.path.realpath(file)
    mine = tuple(process for process in processes if real in _files_of(process))
    try:
        with file.open("rb") as opened:
            content = json.loads(opened.read(MAX_BYTES))
        name = content.get("kernel_name") if isinstance(content, dict) else None
        return Running(file, name if isinstance(name, str) else "", "", mine)
    except OSError as error:
        return Running(file, "", f"it cannot be read: {error.strerror}", mine)
    except (ValueError, RecursionError):
        return Running(file, "", "it is not JSON", mine)


def _files_of(process: Process) -> set[str]:
    """The connection files that a process was given."""
    words = (word.rpartition("=")[2] for word in process.argv)
    folder = process.folder or "/"
    return {os.path.realpath(Path(folder, word)) for word in words if CONNECTION_FILE.fullmatch(Path(word).name)}


def _processes() -> Iterator[Process]:
    """Every process this user may look at."""
    ticks, booted = os.sysconf("SC_CLK_TCK"), _boot_time()
    try:
        numbers = [int(name) for name in os.listdir(PROC) if name.isdigit()]  # noqa: PTH208
    except OSError:
        return
    for number in sorted(numbers):
        place = PROC / str(number)
        try:
            argv = tuple(os.fsdecode(word) for word in (place / "cmdline").read_bytes().split(b"\0")[:-1])
            fields = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if argv:
            started = booted + int(fields[19]) / ticks
            yield Process(number, argv, _link(place / "exe"), started, _link(place / "cwd"))


def _processes_by_psutil() -> Iterator[Process]:
    """Every process this user may look at, on a system that does not show them as files."""
    import psutil

    # What may not be seen of a process is None.
    for process in psutil.process_iter(["cmdline", "exe", "create_time", "cwd"]):
        seen = process.info
        if seen["cmdline"]:
            argv = tuple(map(str, seen["cmdline"]))
            yield Process(process.pid, argv, seen["exe"] or "", seen["create_time"] or 0.0, seen["cwd"] or "")


def _boot_time() -> float:
    try:
        text = (PROC / "stat").read_text()
    except OSError:
        return 0.0
    return float(next((line.split()[1] for line in text.splitlines() if line.startswith("btime")), 0))


def _link(path: Path) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115 (the text of the link, which may name what is gone)
    except OSError:
        return ""


def _changed(one: Running, process: Process) -> Iterator[Finding]:
    """The interpreter or its packages are not what they were when the kernel started."""
    who = f"kernel {one.name or '?'} (process {process.number})"
    launched = Path(process.argv[0])
    unseen = launched.is_absolute() and not exists(launched) and not is_closed(launched)
    gone = process.program.endswith(" (deleted)") or unseen
    if gone:
        yield Finding(
            id="running-interpreter-gone",
            severity="warning",
            title=f"The interpreter of the running {who} has been removed or replaced",
            sees="Imports that were not made yet fail; the kernel cannot be restarted.",
            evidence=(
                f"process {process.number} runs {process.program or launched}",
                f"argv: {command(*process.argv)}",
            ),
            advice="Save what the kernel holds, then restart it; make its environment anew if it is gone.",
            kernel=one.name or None,
        )
        return
    newer = installed_since(launched, process.started) if is_python(launched) else []
    if newer:
        yield Finding(
            id="running-packages-newer",
            severity="warning",
            title=f"Packages were installed after the running {who} started: {', '.join(newer[:5])}",
            sees="The old version stays until the kernel is restarted; or an import mixes the two.",
            evidence=(f"{environment_of(launched)} has changed since the process {process.number} started",),
            advice="Restart the kernel (Kernel, Restart Kernel).",
            kernel=one.name or None,
        )


def installed_since(python: Path, started: float) -> list[str]:
    """The distributions of an environment whose records are younger than the process."""
    names = []
    for info in environment_of(python).glob("lib/python3*/site-packages/*.dist-info"):
        try:
            # The record is written when the installation ends; a second's grace for coarse clocks.
            if (info / "RECORD").stat().st_mtime > started + 1:
                names.append(" ".join(info.name.removesuffix(".dist-info").split("-")[:2]))
        except OSError:
            continue
    return sorted(names)
