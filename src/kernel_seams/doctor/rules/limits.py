"""What the shell allows a process, where that is less than a kernel needs: login nodes, containers, `ulimit`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import Finding


class Need(NamedTuple):
    """A limit of `resource`, the option of `ulimit` with its unit, and what a server with a kernel needs of it."""

    limit: str
    option: str
    unit: int
    least: int
    what: str
    sees: str


# Measured: a kernel has 63 files open, and 810 MB of addresses (the stacks of its 13 threads).
NEEDS = (
    Need("NOFILE", "n", 1, 128, "open files", "Too many open files (OSError or ZMQError); the kernel dies, or hangs."),
    Need("AS", "v", 1024, 1 << 30, "addresses", "The kernel dies without a word; MemoryError; can't start new thread."),
    Need("CPU", "t", 1, 600, "seconds of CPU", "The kernel dies in the middle of a cell, without a word (SIGXCPU)."),
)


def too_low(machine: Machine) -> Iterator[Finding]:
    """A limit of the shell that a kernel runs into."""
    for need in NEEDS:
        soft, hard = machine.limits.get(need.limit, (need.least, need.least))
        if soft >= need.least:
            continue
        may = hard >= need.least
        yield Finding(
            id="limit-too-low",
            severity="error",
            title=f"This shell allows {soft // need.unit} {_words(need)}, and a kernel needs more",
            sees=need.sees,
            evidence=(f"`ulimit -{need.option}` says {soft // need.unit}", f"needed are {need.least // need.unit}"),
            advice="Raise it before Jupyter is started."
            if may
            else "Who runs this machine has to raise it; start Jupyter in a job, where a login node allows little.",
            fix=(f"ulimit -S -{need.option} {'unlimited' if hard >= 1 << 62 else hard // need.unit}",) if may else (),
        )


def _words(need: Need) -> str:
    return need.what if need.unit == 1 else f"KB for {need.what}"


RULES: tuple[Callable[[Machine], Iterable[Finding]], ...] = (too_low,)
