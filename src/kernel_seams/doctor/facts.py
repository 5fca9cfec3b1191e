"""What the doctor knows of a machine, before it judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kernel_seams.doctor.jupyter import Command
from kernel_seams.doctor.launch import Launch
from kernel_seams.doctor.python import Answer, Python
from kernel_seams.doctor.settings import Setting, Startup
from kernel_seams.kernels.specs import Kernelspec


@dataclass(frozen=True)
class Folder:
    """A folder that Jupyter searches for kernelspecs.

    `closed` names the folder that keeps this user from looking, `dangling` the
    link on the way that leads nowhere, None where there is none; `listed` says
    that the folder is there and could be listed; `lost` are links in it that lead
    nowhere, `stray` files that are no kernel.json where Jupyter reads one.
    """

    path: Path
    listed: bool = False
    closed: Path | None = None
    dangling: Path | None = None
    stray: tuple[Path, ...] = ()
    lost: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Trial:
    """The same question with one thing taken away: a variable, or an option of the interpreter."""

    kind: str
    name: str
    answer: Answer


@dataclass(frozen=True)
class Boot:
    """What came of starting the kernel: answered, died, hung or refused, and what it wrote to stderr.

    `clean` is the outcome of a second start without the person's IPython
    profile, tried where the first one did not answer.
    """

    outcome: str
    seconds: float
    stderr: str = ""
    clean: str = ""


@dataclass(frozen=True)
class Kernel:
    """A kernelspec, what it launches, and what the interpreter said; hidden ones are not asked."""

    spec: Kernelspec
    launch: Launch
    answer: Answer | None = None
    trials: tuple[Trial, ...] = ()
    boot: Boot | None = None

    @property
    def name(self) -> str:
        """What Jupyter calls it."""
        return self.spec.name

    @property
    def python(self) -> Python | None:
        """The interpreter's own words, where it was asked and answered."""
        return self.answer.python if self.answer else None

    @property
    def offered(self) -> bool:
        """Whether Jupyter would offer and start this one."""
        return self.spec.usable

    @property
    def runs_python(self) -> bool:
        """Whether its cells are Python; an interpreter may also run a kernel for another language."""
        return self.spec.language.lower().startswith("python") or self.launch.module.startswith("ipykernel")

    @property
    def is_python(self) -> bool:
        """Whether it comes down to a Python interpreter."""
        return self.launch.python is not None


@dataclass(frozen=True)
class Jupyter:
    """The Jupyter examined: the command, and what its interpreter said.

    `unread` are the files of settings that cannot be parsed, each with the reason.
    `trial` is set where it said so only with one variable taken away: the
    variable that breaks it.
    """

    command: Command | None
    answer: Answer | None
    folders: tuple[Folder, ...]
    config_folders: tuple[str, ...]
    data_folder: str
    runtime_folder: str
    client: bool
    settings: tuple[Setting, ...] = ()
    unread: tuple[tuple[Path, str], ...] = ()
    trial: Trial | None = None

    @property
    def python(self) -> Python | None:
        """The interpreter that runs Jupyter, in its own words."""
        return self.answer.python if self.answer else None

    @property
    def prefix(self) -> str:
        """The environment of that interpreter; empty where it is not known."""
        return self.python.prefix if self.python else ""


@dataclass(frozen=True)
class Terminal:
    """What the shell runs for `python` and `pip`, and the environment that is active in it; `trial` as of `Jupyter`."""

    python: Path | None
    answer: Answer | None
    pip: Path | None
    active: str
    uv: Path | None
    trial: Trial | None = None

    @property
    def prefix(self) -> str:
        """The environment of the shell's `python`; empty where it is not known."""
        return self.answer.python.prefix if self.answer and self.answer.python else ""


@dataclass(frozen=True)
class Machine:
    """Everything the rules are given; `limits` holds (soft, hard) of what `limits` says."""

    environment: Mapping[str, str]
    folder: Path
    home: Path
    jupyter: Jupyter
    terminal: Terminal
    kernels: tuple[Kernel, ...]
    ipython: tuple[Setting, ...]
    startup: tuple[Startup, ...]
    profile: Path
    unasked: tuple[str, ...] = ()
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[Kernel, ...]:
        """The kernels Jupyter would offer."""
        return tuple(kernel for kernel in self.kernels if kernel.offered)
