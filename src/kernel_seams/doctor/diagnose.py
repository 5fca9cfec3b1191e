"""From facts to findings: the rules, built from how Jupyter and Python work and not from recipes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import SEVERITIES, Finding
from kernel_seams.doctor.rules import (
    folders,
    launches,
    limits,
    packages,
    paths,
    pips,
    settings,
    shell,
    specs,
    starts,
    unreadable,
    writing,
)

Rule = Callable[[Machine], Iterable[Finding]]
RULES: tuple[Rule, ...] = (
    *limits.RULES,
    *folders.RULES,
    *specs.RULES,
    *launches.RULES,
    *starts.RULES,
    *unreadable.RULES,
    *packages.RULES,
    *paths.RULES,
    *shell.RULES,
    *pips.RULES,
    *settings.RULES,
    *writing.RULES,
)


def findings(machine: Machine) -> list[Finding]:
    """Everything the rules find, worst first; within a severity in the order of the rules."""
    found = [finding for rule in RULES for finding in rule(machine)]
    return sorted(dict.fromkeys(found), key=lambda finding: SEVERITIES.index(finding.severity))
