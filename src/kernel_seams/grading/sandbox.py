"""The sandbox: what graded code may read, write, start and use up, from `enter` on and for good.

    FOLDER/home  tmp        the only places it may write to, with HOME, TMPDIR, IPYTHONDIR ... in them
           work             the submission's files; the current folder
           shared           what the tests put there for it

It may read and run this environment and the system's programs, and nothing of
the course. Sockets are AF_UNIX. The rest is in landlock, seccomp, users.
"""

from __future__ import annotations

import functools
import os
import platform
import resource
import site
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kernel_seams.grading import landlock, processes, seccomp
from kernel_seams.grading.users import User, be_readable, become, stay

__all__ = ["Limits", "Sandbox", "environment", "kept_variables", "readable"]

MEGA = 1024 * 1024
PR_SET_PDEATHSIG, SIGKILL = 1, 9
OTHERS = 4  # times as many processes as one submission may have: room for what else the same user starts
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store")
# Of /etc what a program needs to start, and no more: it holds secrets, too.
FILES = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime"),
    *("/etc/timezone", "/etc/locale.alias"),
    *("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/etc/host.conf", "/etc/os-release"),
    *("/etc/bash.bashrc", "/etc/inputrc", "/etc/terminfo", "/etc/R", "/etc/julia", "/etc/mime.types", "/etc/fonts"),
    *("/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/etc/python3"),
    # What is in /proc of other processes is shown to those who may trace them, and that may nobody in here.
    *("/proc", "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/kernel/mm/transparent_hugepage"),
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx")


@functools.cache
def readable() -> tuple[Path, ...]:
    """What graded code may read and run: this environment, its interpreter, this package, the system's programs."""
    here = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, sysconfig.get_path("stdlib")}
    here |= {str(Path(sys.executable).resolve().parent), *site.getsitepackages(), str(Path(__file__).parents[2])}
    here |= {path for path in sys.path if path and Path(path).is_absolute() and "site-packages" in path}
    return tuple(Path(path) for path in (*sorted(here), *SYSTEM, *FILES) if Path(path).exists())


@dataclass(frozen=True)
class Limits:
    """What one submission may use; seconds are of the clock on the wall, bytes of all its processes together."""

    cell_seconds: float = 30
    seconds: float = 600
    memory: int = 1024 * MEGA
    disk: int = 256 * MEGA
    output: int = 32 * MEGA
    processes: int = 64  # and threads


@dataclass(frozen=True)
class Sandbox:
    """One sandbox: where it may write, what it may use, who runs in it."""

    writable: tuple[Path, ...]
    limits: Limits = Limits()
    user: User | None = None
    loopback: bool = False
    reads: tuple[Path, ...] = field(default_factory=readable)

    @property
    def handed_over(self) -> tuple[str, ...]:
        """The calls that the warden does for what runs in here."""
        # Another user owns nothing outside; but there are sockets that are open to everybody.
        names = seccomp.HANDED_OVER if self.user is None else ("connect",)
        version = landlock.abi()
        signals = seccomp.SIGNALS if version < landlock.HOLDS_SIGNALS else ()
        return (*names, *signals, *(seccomp.EMPTYING if version < landlock.HOLDS_FILES else ()))

    def enter(self, *, hand_over: bool = True) -> int:
        """Give up all else: the descriptor of the listener for the calls that are handed over, or 0 without any.

        Without `hand_over` they are allowed: for the grader's own code.

        The process is to be a new fork without threads. `OSError` if something
        cannot be enforced: then nothing may be run here.
        """
        if os.getsid(0) != os.getpid():
            os.setsid()
        with suppress(OSError):  # the first to go where memory runs out
            Path("/proc/self/oom_score_adj").write_text("1000")
        handed_over = self.handed_over if hand_over else ()
        if self.user is not None:
            become(self.user)
        else:
            stay()
        self._limit()
        if handed_over:
            be_readable()
        _die_with_the_parent()
        os.umask(0o077)
        # The same user's terminals are the grader's own; a user that nobody is has none but new ones,
        # as long as it is the modes that say so.
        held_by_modes = self.user is not None and not self.user.reads_all
        devices = (*DEVICES, "/dev/pts") if held_by_modes else DEVICES
        landlock.restrict(read=self.reads, write=self.writable, use=devices, tcp=self.loopback)
        program = seccomp.program(platform.machine(), loopback=self.loopback, hand_over=handed_over)
        return seccomp.install(program, listen=bool(handed_over), patient="kill" in handed_over)

    def _limit(self) -> None:
        limits = self.limits
        for what, most in {
            # Of all its threads together; the warden looks at the clock.
            resource.RLIMIT_CPU: (int(limits.seconds) + 5) * (os.cpu_count() or 1),
            resource.RLIMIT_FSIZE: limits.disk,
            # Room that is taken is not yet used: the warden counts what is used.
            resource.RLIMIT_DATA: 4 * limits.memory,
            resource.RLIMIT_NOFILE: 1024,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_MSGQUEUE: 0,
        }.items():
            _lower(what, most)
        # This is held against all processes of a user, of which others may start some meanwhile; what one submission
        # may start the warden counts. Until it has, this bounds how many there can be.
        _lower(resource.RLIMIT_NPROC, processes.counted() + limits.processes * (1 if self.user else OTHERS))


def _lower(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def environment(folder: Path) -> dict[str, str]:
    """The environment variables of graded code: nothing of the person's, everything it writes in `folder`."""
    home = folder / "home"
    places = {
        "HOME": home,
        "TMPDIR": folder / "tmp",
        "IPYTHONDIR": home / ".ipython",
        "JUPYTER_CONFIG_DIR": home / ".jupyter",
        "JUPYTER_DATA_DIR": home / ".local" / "share" / "jupyter",
        "JUPYTER_RUNTIME_DIR": home / ".local" / "share" / "jupyter" / "runtime",
        "MPLCONFIGDIR": home / ".config" / "matplotlib",
        "XDG_CACHE_HOME": home / ".cache",
        "DENO_DIR": home / ".cache" / "deno",
    }
    path = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]
    return {
        "PATH": os.pathsep.join(path),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "USER": "student",
        "LOGNAME": "student",
        "SHELL": "/bin/sh",
        "NBGRADER_EXECUTION": "autograde",  # as nbgrader's own
        "PYTHONDONTWRITEBYTECODE": "1",  # an environment cannot be written to
        **kept_variables(),
        **{name: str(place) for name, place in places.items()},
    }


def kept_variables(*more: str) -> dict[str, str]:
    """Of this process's variables those that say where libraries are, and how they count their threads, and `more`."""
    kept = ("VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "TZ", "LC_ALL", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return {name: os.environ[name] for name in (*kept, *more) if name in os.environ}


def _die_with_the_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
