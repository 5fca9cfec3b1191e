"""The list of kernelspecs as a person reads it: by folder, in the order of the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from kernel_seams.console import cell, console, table
from kernel_seams.kernels.boot import Boot
from kernel_seams.kernels.boot import boot as boot_kernel
from kernel_seams.kernels.install import Installed
from kernel_seams.kernels.interpreter import Interpreter, describe_all
from kernel_seams.kernels.specs import Kernelspec


@dataclass(frozen=True)
class Entry:
    """A kernelspec, the interpreter it comes down to, and what came of starting it (None: not started)."""

    spec: Kernelspec
    interpreter: Interpreter
    boot: Boot | None = None

    def to_json(self) -> dict[str, Any]:
        """The entry as plain data."""
        return {
            **self.spec.to_json(),
            "interpreter": self.interpreter.to_json(),
            "boot": self.boot.to_json() if self.boot else None,
        }


def entries(specs: Sequence[Kernelspec], *, boot: bool) -> list[Entry]:
    """The entries of `specs`, in their order; with `boot` those that Jupyter offers are started, one at a time."""
    return [
        Entry(spec, interpreter, boot_kernel(spec.name) if boot and spec.usable else None)
        for spec, interpreter in zip(specs, describe_all(specs), strict=True)
    ]


def show(found: Sequence[Entry], folders: Iterable[Path]) -> None:
    """Print `found`, a group for each folder of the search that holds any."""
    out = console()
    for folder in dict.fromkeys([*folders, *(entry.spec.folder.parent for entry in found)]):
        here = [entry for entry in found if entry.spec.folder.parent == folder]
        if here:
            out.print(cell(folder, "bold"))
        for entry in here:
            out.print(_row(entry))
    if not found:
        out.print("Jupyter would find no kernelspec. `seams kernels install` installs the workshop's.")


def show_installed(installed: Iterable[Installed]) -> None:
    """Print what came of each recipe, a line a kernel."""
    rows = table("kernel", "shows", "where", header=False)
    missing = []
    for one in installed:
        if one.spec is None:
            missing.append(one.missing)
        else:
            rows.add_row(cell(one.name), cell(one.spec.display_name), cell(one.spec.folder))
    console().print(rows)
    for line in missing:
        console().print(cell(f"not installed: {line}"))


def _row(entry: Entry) -> Table:
    """One kernelspec: its name, what it says, and below that what is true of it."""
    spec = entry.spec
    rows = Table.grid(padding=(0, 1, 0, 0))
    rows.add_column(min_width=12)
    rows.add_column(min_width=9)
    rows.add_column(overflow="fold")
    rows.add_row(cell(f"  {spec.name or '?'}", "bold" if spec.usable else "dim"), cell("says"), cell(_says(spec)))
    for label, text, style in _facts(entry):
        rows.add_row("", cell(label, "dim"), cell(text, style))
    return rows


def _says(spec: Kernelspec) -> str:
    return ", ".join(part for part in (spec.display_name, spec.language) if part) or "nothing that can be read"


def _facts(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """What a person should know about this spec: (label, text, style) for each line."""
    spec, interpreter, boot = entry.spec, entry.interpreter, entry.boot
    if spec.problem:
        yield "broken", f"Jupyter cannot use it: {spec.problem}", "red"
    else:
        yield "launches", str(interpreter.path or interpreter.command), ""
    if interpreter.version:
        yield "is", _version(interpreter), ""
    if interpreter.problem and not spec.problem:
        yield "but", interpreter.problem, "red"
    if boot and boot.problem:
        yield "failed", boot.problem, "red"
    elif boot:
        yield "ran", f"{boot.interpreter or 'it answered'}, ready in {boot.seconds:.1f} s", "green"
    if spec.hidden_by:
        yield "hidden", f"by {spec.hidden_by}", "yellow"
    for folder in spec.hides:
        yield "hides", str(folder), "yellow"


def _version(interpreter: Interpreter) -> str:
    version = " ".join(part for part in (interpreter.implementation, interpreter.version) if part)
    if interpreter.environment is None:
        return version
    return f"{version} in {interpreter.environment}{'' if interpreter.isolated else ' (no virtual environment)'}"
