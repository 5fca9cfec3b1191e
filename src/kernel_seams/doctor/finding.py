"""A finding: what you would see, why, and the exact commands that mend it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing the doctor says.

    `error`: a kernel does not start or does not answer; `warning`: it starts and
    is not what it seems; `note`: true and worth knowing on a healthy machine.
    `sees` is the message a person would meet, `evidence` names file, line and
    value, `fix` holds shell commands, the safest first, and `advice` says in a
    sentence what they do or what to do where there is no command.
    """

    id: str
    severity: Severity
    title: str
    sees: str
    evidence: tuple[str, ...]
    advice: str
    fix: tuple[str, ...] = ()
    kernel: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "id": self.id,
            "severity": self.severity,
            "kernel": self.kernel,
            "title": self.title,
            "sees": self.sees,
            "evidence": list(self.evidence),
            "advice": self.advice,
            "fix": list(self.fix),
        }


def command(*words: object) -> str:
    """A command line a person can paste: each word quoted for the shell where it needs to be."""
    return shlex.join(str(word) for word in words)
