"""One visit of the doctor: gather, judge, print; the exit code is 0 where there is nothing to mend."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.console import print_json
from kernel_seams.doctor import report
from kernel_seams.doctor.diagnose import findings
from kernel_seams.doctor.jupyter import shell_environment
from kernel_seams.doctor.probe import examine
from kernel_seams.doctor.report import Change
from kernel_seams.doctor.share import everywhere, redactor
from kernel_seams.errors import SeamsError


@dataclass(frozen=True)
class Visit:
    """How to look and how to print."""

    environment: dict[str, str]
    folder: Path
    as_json: bool = False
    jupyter: str | None = None
    share: bool = False

    @classmethod
    def here(cls, *, as_json: bool, jupyter: str | None, share: bool) -> Visit:
        """A visit to this shell, in this folder."""
        if jupyter is not None and not Path(jupyter).exists():
            raise SeamsError(f"There is no jupyter at {jupyter!r}. Give the path of the program or of its environment.")
        return cls(shell_environment(os.environ), _current_folder(), as_json, jupyter, share)

    @property
    def change(self) -> Change:
        """What is done to each text before it is printed."""
        return redactor(self.environment) if self.share else str

    def all_kernels(self) -> int:
        """Examine every kernel and print the report."""
        started = time.monotonic()
        machine = examine(self.environment, self.folder, jupyter=self.jupyter)
        found = findings(machine)
        seconds = time.monotonic() - started
        if self.as_json:
            print_json(everywhere(report.as_json(machine, found, seconds), self.change))
        else:
            report.show(machine, found, seconds, self.change)
        return int(not report.healthy(found))


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise SeamsError("The current folder no longer exists. Go to another one (`cd`) and run it again.") from None
