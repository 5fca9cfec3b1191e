"""Taps that run: a small file each in Jupyter's runtime folder says where its trace is and how to talk to it.

    tap-4711.json   {"tap": 1, "pid": 4711, "kernel": "python3", "display_name": "Python 3 (ipykernel)",
                     "kernel_id": "0e1f...", "trace": "/.../traces/20261005-101500-python3-4711.jsonl",
                     "control": "ipc:///.../tap-4711/control", "started": 1760000000000000000}

Mode 0600. It is locked (flock) as long as the tap lives, so a file that can be locked is a leftover and not listed.
Beside it is a folder `tap-4711`, mode 0700, with the control socket and the inner connection file.

To show what happens, follow the trace (`kernel_seams.wire.tracefile.Follower`): the tap never waits for a reader.
To break something, `ask`: one JSON object to the control socket, one back, within a moment, whatever the kernel does.

    {"do": "status"}                                    {"ok": true, "armed": [...], "recording": true, ...}
    {"do": "arm", "fault": "flip-byte"}                 {"ok": true, "armed": {"name": ..., "expected": ..., ...}}
    {"do": "arm", "fault": "delay-reply", "request": "execute_request", "seconds": 3}
    {"do": "off", "fault": "flip-byte"}, {"do": "off"}  {"ok": true, "off": [...]}
    anything else                                       {"ok": false, "problem": "..."}

What a fault did is in the trace: `fault` records when it is armed, done or off; the frames it changed carry its name.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kernel_seams.wire.tracefile import is_part

VERSION = 1
MAX_BYTES = 64 * 1024
LONGEST_SOCKET_FOLDER = 90
ASK_SECONDS = 5.0


class TapError(RuntimeError):
    """A tap cannot be reached, or refused: which, what, and what to do."""


@dataclass(frozen=True)
class RunningTap:
    """A tap that runs: the kernel behind it, the trace it writes (its first part), and its control socket."""

    pid: int
    kernel: str
    display_name: str
    kernel_id: str
    trace: Path
    control: str
    started: int

    def to_json(self) -> dict[str, Any]:
        """The tap as plain data, as it stands in its file."""
        return {"tap": VERSION, **asdict(self), "trace": str(self.trace)}


def runtime_folder() -> Path:
    """Jupyter's runtime folder, where connection files lie, and the files of taps beside them."""
    said = os.environ.get("JUPYTER_RUNTIME_DIR")
    if said:
        return Path(said)
    from jupyter_core.paths import jupyter_runtime_dir  # takes a while, and the tap is to start at once

    return Path(jupyter_runtime_dir())


def running_taps(folder: Path | None = None) -> list[RunningTap]:
    """The taps whose files are in `folder` (default: Jupyter's runtime folder) and that live, oldest first."""
    found = (read_tap(path) for path in (folder or runtime_folder()).glob("tap-*.json"))
    return sorted((tap for tap in found if tap is not None), key=lambda tap: (tap.started, tap.pid))


def choose(pid: int | None = None, folder: Path | None = None) -> RunningTap:
    """The tap of that number, or the only one; `TapError` says what runs where that is not one."""
    there = running_taps(folder)
    found = [tap for tap in there if pid in (None, tap.pid)]
    if len(found) == 1:
        return found[0]
    if not there:
        raise TapError("No tap runs. Start a tapped kernel first: `seams tap install python3` makes it one to choose.")
    named = ", ".join(f"{tap.pid} ({tap.kernel})" for tap in there)
    raise TapError(f"{'No tap has that number' if pid else 'More than one tap runs'}: there are {named}. Name one.")


def newest_trace(pid: int | None = None, folder: Path | None = None) -> Path:
    """The trace of the tap of that number, or the newest in the runtime folder, first part; `TapError` if none is."""
    if pid is not None:
        return choose(pid, folder).trace
    traces = (folder or runtime_folder()) / "traces"
    there = [tap.trace for tap in running_taps(folder)] + [path for path in traces.glob("*.jsonl") if not is_part(path)]
    if not there:
        raise TapError(
            f"There is no trace in {traces}. `seams tap install python3`, then run a cell in a tapped kernel."
        )
    return max(there, key=lambda path: path.stat().st_mtime if path.exists() else 0)


def read_tap(path: Path) -> RunningTap | None:
    """The tap that the file at `path` describes, None if it no longer runs or the file is none of a tap."""
    try:
        with path.open("rb") as file:
            if not _is_locked(file.fileno()):
                return None
            content = json.loads(file.read(MAX_BYTES))
        if content.pop("tap") != VERSION:
            return None
        return RunningTap(**{**content, "trace": Path(content["trace"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def private_folder(folder: Path, pid: int) -> Path:
    """A folder of the tap's own, `tap-<pid>` in `folder`; elsewhere if that cannot be, or is too long for a socket."""
    path = folder.absolute() / f"tap-{pid}"
    try:
        if len(os.fsencode(path)) > LONGEST_SOCKET_FOLDER:
            raise OSError("too long")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(path, ignore_errors=True)  # of a process of that number that is no more
        path.mkdir(mode=0o700)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="tap-"))
    return path


def publish(tap: RunningTap, folder: Path) -> Path:
    """Write the file of a tap, locked for as long as this process or one forked from it lives; its path."""
    path = folder / f"tap-{tap.pid}.json"
    draft = path.with_name(f".{path.name}")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(file, json.dumps(tap.to_json()).encode())
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    draft.replace(path)  # only now: whoever sees it sees it locked
    return path


def ask(tap: RunningTap, request: dict[str, Any], seconds: float = ASK_SECONDS) -> dict[str, Any]:
    """What the tap answers to `request`; `TapError` if it does not, or refuses."""
    import zmq

    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.rcvtimeo = int(seconds * 1000)
        try:
            socket.connect(tap.control)
            socket.send_json(request)
            reply = socket.recv_json()
        except zmq.ZMQError as error:
            raise TapError(f"The tap of {tap.kernel} (pid {tap.pid}) does not answer: {error}. Does it run?") from None
    if not isinstance(reply, dict) or reply.get("ok") is not True:
        problem = reply.get("problem") if isinstance(reply, dict) else reply
        raise TapError(f"The tap of {tap.kernel} (pid {tap.pid}) refuses: {problem}.")
    return reply


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
