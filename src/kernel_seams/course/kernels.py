"""A live kernel for code that needs one: graded code is given a kernel, it never looks for one.

    from kernel_seams.course.kernels import given_kernel

    with given_kernel() as connection_file:
        answer = ask(str(connection_file))

The connection file, the sockets and all that the kernel writes are in a
private temporary folder; transport is ipc, so neither a port nor a network is
needed:

    /tmp/seams-kernel-4f7a/kernel.json    the connection file
                           ipc-1 ...      the five sockets
                           kernel.log     what the kernel writes to stdout and stderr
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import IO, Any

from kernel_seams.course.plain import printable
from kernel_seams.errors import KernelError
from kernel_seams.kernels import terminal
from kernel_seams.kernels.boot import BOOT_SECONDS, private_environment

__all__ = ["given_kernel", "overtaken_kernel", "specs_in", "tapped_kernel"]

LOG = "kernel.log"
PATH_LIMIT = 60  # of the folder for temporary files: the path of a socket has some hundred bytes in all
LAST_WORDS, MOST_WORDS = 300, 1 << 20
TRACE_SECONDS = 60.0
# What comes of any code: the idle, and so much later that nobody takes it for late by chance, the reply.
LATE_SECONDS = 1.0
OVERTAKEN = [
    ["iopub", "status", {"execution_state": "busy"}, {}],
    ["iopub", "status", {"execution_state": "idle"}, {}],
    ["pause", LATE_SECONDS],
    ["shell", "execute_reply", {"status": "ok", "execution_count": 1, "user_expressions": {}}, {}],
]


@contextlib.contextmanager
def given_kernel(
    name: str = "python3", seconds: float = BOOT_SECONDS, folder_of_specs: Path | str | None = None
) -> Iterator[Path]:
    """The path of the connection file of a new kernel that has answered once; it is ended at the end.

    `name` is a kernelspec of this environment, or of `folder_of_specs`: a person's
    own specs of the same name are not looked at. Raises `KernelError` if there is
    none, or if the kernel does not answer within `seconds`.
    """
    from jupyter_client.manager import KernelManager

    where = None if len(os.fsencode(tempfile.gettempdir())) < PATH_LIMIT else "/tmp"  # noqa: S108  (a private folder in it)
    temporary = tempfile.TemporaryDirectory(prefix="seams-kernel-", dir=where, ignore_cleanup_errors=True)
    with temporary as place, (Path(place) / LOG).open("w+b") as log:
        folder = Path(place)
        manager = KernelManager(
            kernel_name=name,
            kernel_spec_manager=specs_in(folder_of_specs, name),
            transport="ipc",
            ip=str(folder / "ipc"),
            connection_file=str(folder / "kernel.json"),
        )
        try:
            with starter(manager, folder, log) as is_alive:
                _wait_for_an_answer(manager, is_alive, name, log, seconds)
                yield folder / "kernel.json"
        finally:
            manager.context.destroy(linger=0)


@contextlib.contextmanager
def started(manager: Any, folder: Path, log: IO[bytes]) -> Iterator[Callable[[], bool]]:
    """Start the manager's kernel and end it at the end; in between, what says whether it is alive."""
    private = private_environment(folder)
    if terminal.TERMINALS in os.environ:
        terminal.write_start_up(Path(private["IPYTHONDIR"]))
    try:
        manager.start_kernel(env={**os.environ, **private}, stdout=log, stderr=log)
        yield manager.is_alive
    finally:
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


# Who grades starts kernels elsewhere: what a learner runs in one must not be run by the process that tests it.
starter = started


@contextlib.contextmanager
def tapped_kernel(name: str = "python3", seconds: float = BOOT_SECONDS) -> Iterator[tuple[Path, list[str]]]:
    """A new kernel with a tap before it: its connection file as `given_kernel` gives it, and the lines of its trace.

    The list is filled at the end, once the kernel has ended and the trace is whole.
    """
    from kernel_seams.kernels import tapped

    with tempfile.TemporaryDirectory(prefix="seams-trace-", ignore_cleanup_errors=True) as place:
        made = tapped.install(name, prefix=Path(place), traces=Path(place))
        lines: list[str] = []
        with given_kernel(made.spec.name, seconds, Path(made.spec.folder).parent) as connection_file:
            yield connection_file, lines
        lines += _whole(Path(place))


@contextlib.contextmanager
def overtaken_kernel(seconds: float = BOOT_SECONDS) -> Iterator[Path]:
    """A kernel that plays a part, given as by `given_kernel`: the idle of each cell overtakes its reply.

    They come through two sockets, so either may be first; a real kernel's reply nearly always is.
    """
    script = json.dumps({"greets": True, "answers": {"execute_request": [OVERTAKEN]}})
    argv = [sys.executable, "-m", "kernel_seams.course.actor", "-f", "{connection_file}", script]
    with tempfile.TemporaryDirectory(prefix="seams-actor-", ignore_cleanup_errors=True) as place:
        spec = Path(place) / "overtaken" / "kernel.json"
        spec.parent.mkdir()
        spec.write_text(json.dumps({"argv": argv, "display_name": "Overtaken", "language": "none"}), encoding="utf-8")
        with given_kernel("overtaken", seconds, place) as connection_file:
            yield connection_file


def _whole(folder: Path) -> list[str]:
    """The lines of the trace in `folder`, whose kernel ends just now, with the last one, which says so."""
    deadline = time.monotonic() + TRACE_SECONDS
    while True:
        lines = [line for trace in folder.glob("*.jsonl") for line in trace.read_text(encoding="utf-8").splitlines()]
        if (lines and '"state":"exited"' in lines[-1]) or time.monotonic() > deadline:
            return lines
        time.sleep(0.02)


def specs_in(folder: Path | str | None, name: str) -> Any:
    """Where jupyter_client finds `name` if it looks nowhere but in `folder` (default: of this environment).

    Raises `KernelError` if it does not find it there.
    """
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    specs = KernelSpecManager(
        kernel_dirs=[str(folder or Path(sys.prefix) / "share" / "jupyter" / "kernels")],
        ensure_native_kernel=folder is None,
    )
    try:
        specs.get_kernel_spec(name)
    except NoSuchKernel:
        if folder is not None:
            raise KernelError(f"There is no kernel {name!r} in that folder of kernelspecs.") from None
        raise KernelError(f"This environment has no kernel {name!r}; `seams kernels list` shows what it has.") from None
    return specs


def _wait_for_an_answer(manager: Any, is_alive: Callable[[], bool], name: str, log: IO[bytes], seconds: float) -> None:
    """Return once the kernel has answered a request; `KernelError` with its last words if it does not."""
    client = manager.blocking_client()
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    try:
        client.kernel_info()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and is_alive():
            with contextlib.suppress(Empty):
                client.get_shell_msg(timeout=1)
                return
        what = f"did not answer within {seconds:g} s" if is_alive() else "ended before it answered"
        # Not by its name, which whoever runs in the kernel may have given to something else.
        said = os.pread(log.fileno(), MOST_WORDS, 0).decode(errors="replace")
        said = printable(said.strip()[-LAST_WORDS:], LAST_WORDS)
        raise KernelError(f"The kernel {name!r} {what}; it said: {said or 'nothing'}")
    finally:
        client.stop_channels()
