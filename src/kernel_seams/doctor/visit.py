"""One visit of the doctor: gather, judge, print; the exit code is 0 where there is nothing to mend."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kernel_seams.console import print_json
from kernel_seams.doctor import imports, inside, notebook, report, report_import, running
from kernel_seams.doctor.boot import boot_all, boot_findings
from kernel_seams.doctor.diagnose import findings
from kernel_seams.doctor.errors import explain, unknown_advice
from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.jupyter import shell_environment
from kernel_seams.doctor.look import exists
from kernel_seams.doctor.probe import examine
from kernel_seams.doctor.report import Change
from kernel_seams.doctor.rules.inside import inside_findings, seen_from
from kernel_seams.doctor.share import everywhere, redactor
from kernel_seams.errors import SeamsError
from kernel_seams.kernels.specs import NATIVE_KERNEL

# Of the machine's findings these are no matter of one notebook.
ELSEWHERE = {"active-without-kernel", "spec-out-of-reach", "spec-misplaced", "active-without-pip"}


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
        if jupyter is not None and not exists(jupyter):
            raise SeamsError(f"There is no jupyter at {jupyter!r}. Give the path of the program or of its environment.")
        return cls(shell_environment(os.environ), _current_folder(), as_json, jupyter, share)

    @property
    def change(self) -> Change:
        """What is done to each text before it is printed."""
        return redactor(self.environment) if self.share else str

    def all_kernels(self, *, boot: bool) -> int:
        """Examine every kernel and print the report; with `boot` they are started too."""
        started = time.monotonic()
        machine = self._examine()
        found = findings(machine)
        if boot:
            machine = boot_all(machine)
            known = {one.kernel for one in found if one.severity == "error"}
            found = [*boot_findings(machine, known), *found]
        seconds = time.monotonic() - started
        if self.as_json:
            print_json(everywhere(report.as_json(machine, found, seconds), self.change))
        else:
            report.show(machine, found, seconds, self.change)
        return int(not report.healthy(found))

    def one_import(self, name: str, kernel: str | None) -> int:
        """Say where the terminal and each kernel find the module `name`, and where each pip installs."""
        top = module_name(name).split(".")[0]
        machine = self._examine(names=(top,), only=kernel, look_in=str(self.folder))
        if kernel is not None:
            chosen = [one for one in machine.offered if one.name == kernel.lower()]
            if not chosen:
                raise SeamsError(f"There is no kernel {kernel!r}. There are: {_names(machine)}.")
            machine = replace(machine, kernels=tuple(chosen))
        found = list(imports.import_findings(name, machine))
        report_import.show(name, machine, found, self.as_json, self.change)
        return int(not report.healthy(found))

    def one_notebook(self, file: Path) -> int:
        """Say which kernel a notebook gets here, and what that kernel lacks for it."""
        written = notebook.read_notebook(file)
        here = replace(self, folder=file.resolve().parent)
        names = tuple(name for name, _ in written.imports)
        only = (written.kernel or NATIVE_KERNEL).lower()
        machine = here._examine(names=names, only=only, look_in=str(here.folder))
        mine = [one for one in findings(machine) if one.kernel in {None, only} and one.id not in ELSEWHERE]
        told = [one for one in mine if one.severity != "note"] + list(notebook.notebook_findings(written, machine))
        report_import.show_notebook(written, machine, told, self.as_json, self.change)
        return int(not report.healthy(told))

    def one_error(self, text: str) -> int:
        """Say which case a pasted text is: a traceback, a log, or what the cell of `--cell` printed."""
        told = inside.read_output(text)
        if told is not None:
            return self.one_inside(told)
        found = explain(text)
        if self.as_json:
            print_json(everywhere({"schema": report.SCHEMA, "findings": [one.to_json() for one in found]}, self.change))
            return int(bool(found))
        out = report.printer(self.change)
        report.show_findings(out, found)
        for line in () if found else unknown_advice():
            out.line(line)
        return int(bool(found))

    def one_inside(self, told: inside.Inside) -> int:
        """Say what is wrong with a kernel that said from inside what it is."""
        machine = self._examine(names=(told.wanted.partition(".")[0],) if told.wanted else (), only="")
        seen = seen_from(told, machine)
        found = list(inside_findings(told, seen))
        report_import.show_inside(told, seen, found, self.as_json, self.change)
        return int(not report.healthy(found))

    def all_running(self) -> int:
        """Say which kernels run now, in which interpreters, and what has changed beneath them."""
        if not running.can_look():
            raise SeamsError(
                "This system does not show processes as files. With psutil they can be looked at all the same: "
                "run `./scripts/seams doctor running`, or `uvx --with psutil --from . seams doctor running`."
            )
        machine = self._examine(only="")
        seen = running.running(machine)
        found = list(running.running_findings(seen))
        report_import.show_running(seen, found, machine, self.as_json, self.change)
        return int(not report.healthy(found))

    def _examine(self, **rest: Any) -> Machine:
        return examine(self.environment, self.folder, jupyter=self.jupyter, **rest)


def module_name(text: str) -> str:
    """`text` where it can be the name of a module, or of a distribution; else a `SeamsError`."""
    if not re.fullmatch(r"[\w.-]+", text):
        raise SeamsError(f"{text!r} is no name of a module. Give what stands after `import`, such as `pandas`.")
    return text


def _names(machine: Machine) -> str:
    return ", ".join(kernel.name for kernel in machine.offered) or "none"


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise SeamsError("The current folder no longer exists. Go to another one (`cd`) and run it again.") from None
