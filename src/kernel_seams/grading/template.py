"""The template: one warm process with everything imported; each submission is a fork of it.

It has no thread and no ZeroMQ context, and never reads what it is given to pass on.

    with Template() as template:
        job = template.open()         a socket: the job goes in, the results come out

Run as `python -m kernel_seams.grading.template DESCRIPTOR` it is that process.
"""

from __future__ import annotations

import gc
import importlib
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from kernel_seams.errors import GradingError
from kernel_seams.grading import landlock
from kernel_seams.grading.frames import Channel, Gone, Late, Malformed
from kernel_seams.grading.sandbox import kept_variables

__all__ = ["Template"]

START_SECONDS = 60
# What notebooks import, and `%load_ext kernel_seams` does: once here, and not in each fork.
IMPORTED = (
    *("jupyter_client", "jupyter_client.manager", "nbformat", "json", "pathlib", "subprocess", "zmq"),
    *("kernel_seams.course.magics", "kernel_seams.doctor.magics", "IPython.core.magic_arguments"),
)
# What it needs of the person's variables, and no other: those a process was started with stay in its memory and in that
# of its forks, where /proc/self/environ shows them to a submission, whatever `os.environ` says.
VARIABLES = (
    *("PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE"),
    *("PYTHONHOME", "PYTHONPATH", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONUTF8", "PYTHONPYCACHEPREFIX"),
)
ALLOWED = "or allow it with --allow-weak (nbgrader: c.Execute.allow_weak)"
INSTEAD = f"grade with `docker compose run --rm grade`, {ALLOWED}"


class Template:
    """The template's process, as the grader holds it.

    Raises `GradingError` where it does not start, and, but for `allow_weak`, where
    the machine does not hold graded code; `weaknesses` says what it could do.
    """

    def __init__(self, *, allow_weak: bool = False) -> None:
        if sys.platform != "linux":
            raise GradingError(f"Graded code is held on Linux only, and this is {sys.platform}; {INSTEAD}.")
        mine, theirs = socket.socketpair()
        self._folder = tempfile.TemporaryDirectory(prefix="seams-template-", ignore_cleanup_errors=True)
        command = [sys.executable, "-P", "-m", "kernel_seams.grading.template"]
        self._process = subprocess.Popen(
            [*command, str(theirs.fileno()), self._folder.name],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the grader's to deal with
            env=_variables(),
        )
        theirs.close()
        self._channel = Channel(mine)
        try:
            self.weaknesses: list[str] = self._channel.receive(START_SECONDS)["weaknesses"]
        except (Gone, Late, Malformed) as error:
            self.close()
            raise GradingError(f"The process that grades did not start: {error or 'no answer'}.") from error
        if self.weaknesses and not allow_weak:
            self.close()
            raise GradingError(
                f"This machine does not hold graded code: it could {'; '.join(self.weaknesses)}. Instead, {_instead()}."
            )

    def open(self) -> Channel:
        """A channel to a new warden, which waits for its job."""
        mine, theirs = socket.socketpair()
        try:
            self._channel.send({"do": "open"}, (theirs.fileno(),))
        except Gone as error:
            raise GradingError("The process that grades has ended; run the command again.") from error
        finally:
            theirs.close()
        return Channel(mine)

    @property
    def is_alive(self) -> bool:
        """Whether it is there to be asked."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it; a submission that is being graded ends as well."""
        self._channel.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def __enter__(self) -> Template:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _variables() -> dict[str, str]:
    """The variables of the template; another environment's VIRTUAL_ENV is not among them."""
    kept = kept_variables(*VARIABLES)
    return {name: value for name, value in kept.items() if name != "VIRTUAL_ENV" or value == sys.prefix}


def _instead() -> str:
    """Where to grade: a container has this machine's kernel, and is of no use where that one does not do."""
    if landlock.abi() >= landlock.NEEDED:
        return INSTEAD
    return f"grade where Linux is 5.13 or newer and has Landlock (here it is {platform.release()}), {ALLOWED}"


def _main(descriptor: int, folder: str) -> None:
    """Import, say so, and fork a warden whenever one is asked for, until the grader closes its end."""
    # Here, so that what only holds a template need not import it all.
    from kernel_seams.course import kernels, setups  # noqa: F401
    from kernel_seams.grading import cgroups, machine, processes, warden
    from kernel_seams.grading.shell import make_shell

    for name in IMPORTED:
        importlib.import_module(name)
    os.chdir("/")
    Path(folder).mkdir(exist_ok=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    processes.adopt_orphans()
    shell = make_shell(folder)
    gc.collect()
    gc.freeze()
    channel = Channel(socket.socket(fileno=descriptor))
    cgroups.which_way()
    with suppress(Gone):  # stopped meanwhile; there is nobody to ask for anything then, either
        channel.send({"weaknesses": machine.weaknesses()})
    wardens: set[int] = set()
    while True:
        if not select.select([channel], [], [], 1)[0]:
            _reap(wardens)
            continue
        try:
            _, (job,) = channel.receive_with(descriptors=1)
        except Gone:
            break
        child = os.fork()
        if child == 0:
            channel.close()
            warden.serve(socket.socket(fileno=job), shell)
        wardens.add(child)
        os.close(job)
        _reap(wardens)
    while wardens:  # each ends what it has started
        wardens.discard(os.wait()[0])
    processes.end(os.getpid())


def _reap(wardens: set[int]) -> None:
    """Forget wardens that have ended."""
    with suppress(ChildProcessError):
        while ended := os.waitpid(-1, os.WNOHANG)[0]:
            wardens.discard(ended)


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2])
