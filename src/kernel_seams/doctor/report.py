"""What the doctor says: for people, worst first and one screen where all is well; for programs, as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from kernel_seams.console import console, plain
from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.finding import Finding
from kernel_seams.doctor.python import Python
from kernel_seams.kernels.tapped import kernel_of

SCHEMA = 1
STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan", "ok": "green", "?": "dim"}
PIPE_WIDTH = 100
Change = Callable[[str], str]


def as_json(machine: Machine, found: Sequence[Finding], seconds: float) -> dict[str, Any]:
    """The report as plain data; the schema is described in docs/doctor.md."""
    command, python = machine.jupyter.command, machine.jupyter.python
    return {
        "schema": SCHEMA,
        "healthy": healthy(found),
        "seconds": round(seconds, 2),
        "jupyter": {
            "path": str(command.path) if command else None,
            "server": str(command.server) if command else None,
            "owner": command.owner if command else None,
            "others": [str(path) for path in command.others] if command else [],
            "python": python_json(python),
            "kernel_folders": [str(folder.path) for folder in machine.jupyter.folders],
            "runtime_folder": machine.jupyter.runtime_folder,
        },
        "terminal": {
            "python": str(machine.terminal.python) if machine.terminal.python else None,
            "pip": str(machine.terminal.pip) if machine.terminal.pip else None,
            "uv": str(machine.terminal.uv) if machine.terminal.uv else None,
            "active": machine.terminal.active or None,
            "prefix": machine.terminal.prefix or None,
        },
        "kernels": [kernel_json(kernel, found) for kernel in machine.kernels],
        "findings": [finding.to_json() for finding in found if finding.severity != "note"],
        "notes": [finding.to_json() for finding in found if finding.severity == "note"],
        "not_examined": list(machine.unasked),
    }


def kernel_json(kernel: Kernel, found: Iterable[Finding]) -> dict[str, Any]:
    """One kernelspec as plain data; the values of its env are left out, they may be secret."""
    launched, spec = kernel.launch, kernel.spec
    return {
        "name": spec.name,
        "display_name": spec.display_name,
        "language": spec.language,
        "folder": str(spec.folder),
        "argv": list(spec.argv),
        "env": sorted(spec.env),
        "problem": spec.problem,
        "hidden_by": str(spec.hidden_by) if spec.hidden_by else None,
        "hides": [str(folder) for folder in spec.hides],
        "program": str(launched.program) if launched.program else None,
        "replaced_by_jupyter": launched.substituted,
        "python": python_json(kernel.python),
        "imports": kernel.answer.imports if kernel.answer else None,
        "status": status(kernel, found),
        "boot": {"outcome": kernel.boot.outcome, "seconds": kernel.boot.seconds, "stderr": kernel.boot.stderr}
        if kernel.boot
        else None,
    }


def python_json(python: Python | None) -> dict[str, Any] | None:
    """An interpreter as plain data."""
    if python is None:
        return None
    return {
        "executable": python.executable,
        "version": python.full_version,
        "implementation": python.text("implementation"),
        "prefix": python.prefix,
        "base_prefix": python.base_prefix,
        "pip": python.flag("pip"),
    }


def status(kernel: Kernel, found: Iterable[Finding]) -> str:
    """What is to be said of a kernel in a word: ok, warning, error, hidden, or ? where it was not asked."""
    if kernel.spec.hidden_by is not None:
        return "hidden"
    severities = {finding.severity for finding in found if finding.kernel == kernel.name}
    worst = next((one for one in ("error", "warning") if one in severities), None)
    if worst is not None:
        return worst
    if kernel.spec.unseen:
        return "?"
    return "ok" if kernel.answer is not None or kernel.launch.program else "?"


def healthy(found: Iterable[Finding]) -> bool:
    """Whether there is nothing to mend."""
    return all(finding.severity == "note" for finding in found)


def show(machine: Machine, found: Sequence[Finding], seconds: float, change: Change) -> None:
    """Print the report."""
    out = Printer(console(), change)
    _head(out, machine)
    for kernel in machine.kernels:
        if kernel.spec.hidden_by is None and not kernel.spec.unseen:
            _kernel(out, kernel, found)
    show_findings(out, found)
    errors = sum(finding.severity == "error" for finding in found)
    warnings = sum(finding.severity == "warning" for finding in found)
    offered = len(machine.offered)
    for path in machine.unasked:
        out.line(f"not examined, the time was up: {path}", "yellow")
    if errors or warnings:
        words = " and ".join(filter(None, (_count(errors, "error"), _count(warnings, "warning"))))
        out.line(f"{words}, {_count(offered, 'kernel')} examined in {seconds:.1f} s.", "bold")
    elif not offered:
        out.line("There is no kernel to examine. Activate the environment of your Jupyter, or name it: --jupyter PATH.")
    else:
        out.line(f"No problem found: {_count(offered, 'kernel')} examined in {seconds:.1f} s.", "bold green")


def show_findings(out: Printer, found: Iterable[Finding]) -> None:
    """Print findings, worst first, and notes in short."""
    worst = [finding for finding in found if finding.severity != "note"]
    told: set[tuple[object, ...]] = set()
    for finding in worst:
        # One cause that stops several kernels is told once.
        same = (finding.id, finding.advice, finding.fix)
        if same not in told or not finding.fix:
            others = [one for one in worst if one is not finding and (one.id, one.advice, one.fix) == same and one.fix]
            out.line("")
            _finding(out, finding, [one.kernel or "jupyter itself" for one in others])
        told.add(same)
    notes = [finding for finding in found if finding.severity == "note"]
    if notes:
        out.line("")
        out.line("Worth knowing (nothing is wrong)", "bold")
    for finding in notes:
        out.labelled("  -", [finding.title, finding.advice, *(f"$ {line}" for line in finding.fix[:1])], "")
    out.line("")


class Printer:
    """Prints untrusted text: no markup, no control characters, folded to the terminal with its indent kept."""

    def __init__(self, out: Console, change: Change) -> None:
        self.console, self.change = out, change
        self.width = min(out.width, PIPE_WIDTH) if out.is_terminal else out.width

    def line(self, text: str, style: str = "") -> None:
        """One line, as it is."""
        self.console.print(Text(plain(self.change(text)), style=style))

    def labelled(self, label: str, lines: Iterable[str], style: str = "") -> None:
        """`lines` behind a label, folded; a command (after ``$``) is never folded."""
        indent = max(len(label) + 1, 4)
        for number, text in enumerate(lines):
            shown = plain(self.change(text))
            room = max(40, self.width - indent)
            parts = (
                [shown]
                if shown.startswith("$ ")
                else textwrap.wrap(shown, room, break_long_words=False, break_on_hyphens=False) or [""]
            )
            for part in parts:
                first = label if number == 0 and part is parts[0] else ""
                line = Text()
                line.append(f"{first:<{indent}}", style=style)
                line.append(part, style="bold" if part.startswith("$ ") else "")
                self.console.print(line)


def printer(change: Change) -> Printer:
    """A printer for the other reports of the doctor."""
    return Printer(console(), change)


def _head(out: Printer, machine: Machine) -> None:
    command, python, terminal = machine.jupyter.command, machine.jupyter.python, machine.terminal
    if command is None:
        out.labelled(
            "jupyter ", ["there is none on PATH; these are the kernelspecs any Jupyter here would find"], "bold"
        )
    else:
        by = f", {command.owner}" if command.owner else ""
        what = f"Python {python.full_version} in {python.prefix}{by}" if python else "what runs it is not known"
        out.labelled("jupyter ", [f"{command.path}  ({what})"], "bold")
        if command.server.parent != command.path.parent:
            out.labelled("        ", [f"`jupyter lab` and the like go on to {command.server}"])
        if command.others:
            shown = ", ".join(str(path) for path in command.others[:4])
            out.labelled("        ", [f"further ones on PATH: {shown}"])
    asked = terminal.answer.python if terminal.answer else None
    if terminal.python:
        version = f"  (Python {asked.full_version} in {asked.prefix})" if asked else ""
        out.labelled("terminal", [f"{terminal.python}{version}"], "bold")
    out.line("")


def _kernel(out: Printer, kernel: Kernel, found: Sequence[Finding]) -> None:
    word = status(kernel, found)
    launched, python = kernel.launch, kernel.python
    line = Text()
    line.append(f"{word:<8}", style=STYLES.get(word, ""))
    line.append(f"{plain(out.change(kernel.name)):<14} ", style="bold")
    line.append(plain(out.change(" ".join(_what(kernel)))))
    out.console.print(line)
    if launched.substituted and python is not None and word != "ok":
        out.labelled("", [f"{'':<19}argv[0] is {launched.word!r}: Jupyter puts its own interpreter there"])
    behind = launched.behind
    if behind is not None and behind.trouble is None:
        taps = kernel_of(kernel.spec)
        launcher = f"the tap before {taps}" if taps else kernel.spec.argv[0]
        where = f"line {behind.line} of {behind.script}" if behind.script else launcher
        out.line(f"{'':<23}started by {where}", "dim")
    for folder in kernel.spec.hides:
        out.line(f"{'':<23}hides {folder}", "dim")


def _what(kernel: Kernel) -> Iterator[str]:
    """What a kernel is, in one line."""
    python, launched = kernel.python, kernel.launch
    if python is not None:
        yield f"{_implementation(python)} {python.full_version}  {launched.python}"
    elif launched.program is not None:
        yield str(launched.program)
    else:
        yield str(kernel.spec.argv[0] if kernel.spec.argv else kernel.spec.folder)
    if kernel.boot is not None:
        yield f" {kernel.boot.outcome} after {kernel.boot.seconds:.1f} s"
    elif python is None and kernel.offered and launched.program is not None and launched.python is None:
        yield " (not a Python; it is there and was not started)"


def _implementation(python: Python) -> str:
    return {"cpython": "Python", "pypy": "PyPy"}.get(python.text("implementation").lower(), "Python")


def _finding(out: Printer, finding: Finding, others: Sequence[str]) -> None:
    out.labelled(f"{finding.severity}:", [finding.title], STYLES[finding.severity])
    out.labelled("   you see  ", [finding.sees], "dim")
    also = (f"the same is true of: {', '.join(others)}",) if others else ()
    out.labelled("   because  ", (*finding.evidence, *also), "dim")
    out.labelled("   mend it  ", [finding.advice, *(f"$ {line}" for line in finding.fix)], "dim")


def _count(number: int, word: str) -> str:
    return "" if not number and word != "kernel" else f"{number} {word}{'' if number == 1 else 's'}"
