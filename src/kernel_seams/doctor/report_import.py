"""How the doctor's other answers look: an import, a notebook, the kernels that run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from kernel_seams.console import print_json
from kernel_seams.doctor.facts import Machine
from kernel_seams.doctor.finding import Finding, command
from kernel_seams.doctor.imports import pips, places, together
from kernel_seams.doctor.inside import Inside
from kernel_seams.doctor.notebook import Notebook, kernel_of
from kernel_seams.doctor.report import SCHEMA, STYLES, Change, Printer, kernel_json, printer, python_json, show_findings
from kernel_seams.doctor.running import Running
from kernel_seams.doctor.share import everywhere


def show(name: str, machine: Machine, found: Sequence[Finding], as_json: bool, change: Change) -> None:
    """Print where `name` is found, and where each pip installs."""
    if as_json:
        _json({"name": name, **_places_json(machine, name)}, found, change)
        return
    out = printer(change)
    _places(out, name, machine)
    _findings(machine, found, change, f"Every kernel finds {name!r}.")


def show_inside(told: Inside, machine: Machine, found: Sequence[Finding], as_json: bool, change: Change) -> None:
    """Print what a kernel said of itself, and what is wrong with it; `machine` holds that kernel alone."""
    python = told.python
    if as_json:
        kernel = {
            "name": told.kernel_name or None,
            "python": python_json(python),
            "argv": list(told.argv),
            "folder": told.folder,
            "on_this_machine": told.here,
        }
        name = {"name": told.wanted} if told.wanted else {}
        _json({"kernel": kernel, **name, **_places_json(machine, told.wanted)}, found, change)
        return
    out = printer(change)
    where = "" if told.here else f", on another machine ({told.host})"
    out.labelled("kernel  ", [f"{told.kernel_name or 'name not known'}{where}"], "bold")
    out.labelled("  runs  ", [f"{python.executable}  (Python {python.full_version} in {python.prefix})"], "bold")
    out.labelled("  argv  ", [command(*told.argv)])
    out.labelled("  in    ", [told.folder])
    terminal = machine.terminal.answer.python if machine.terminal.answer else None
    if terminal is not None:
        same = "the same environment" if terminal.prefix == python.prefix else f"another environment, {terminal.prefix}"
        out.labelled("terminal", [f"{machine.terminal.python}  ({same})"], "bold")
    out.line("")
    _places(out, told.wanted, machine)
    _findings(machine, found, change, "Nothing is wrong with this kernel.")


def _places_json(machine: Machine, name: str) -> dict[str, Any]:
    seen = places(name.split(".")[0], machine) if name else []
    return {
        "places": [place.to_json() for place in seen],
        "pips": [{"command": typed, "installs_into": where} for typed, where in pips(machine)],
    }


def _places(out: Printer, name: str, machine: Machine) -> None:
    """Where each interpreter finds `name` (none: left out), and where each pip installs."""
    seen, ways = places(name.split(".")[0], machine) if name else [], pips(machine)
    if name:
        out.line(f"import {name}", "bold")
    for who, place in together(seen):
        words = [f"Python {place.python.full_version} in {place.python.prefix}"]
        if place.found is None:
            words.insert(0, "not found")
        else:
            version = f"  ({place.version})" if place.version else ""
            words.insert(0, f"{place.found.place}{version}")
        if place.origin:
            words.append(f"from {place.origin}")
        if place.problem:
            words.append(place.problem)
        bad = place.found is None or bool(place.problem)
        out.labelled(f"  {who:<13}", words, STYLES["error" if bad else "ok"])
    if name:
        out.line("")
    out.line("Where each pip installs", "bold")
    for where in dict.fromkeys(where for _, where in ways):
        out.labelled("  ", [where, *(f"    {typed}" for typed, other in ways if other == where)])


def show_notebook(
    notebook: Notebook, machine: Machine, found: Sequence[Finding], as_json: bool, change: Change
) -> None:
    """Print which kernel the notebook gets, and what is wrong between the two."""
    kernel = kernel_of(notebook, machine)
    if as_json:
        content = {
            "notebook": str(notebook.path),
            "wants": notebook.kernel,
            "language": notebook.language,
            "imports": [name for name, _ in notebook.imports],
            "kernel": kernel_json(kernel, found) if kernel else None,
        }
        _json(content, found, change)
        return
    out = printer(change)
    out.labelled("notebook", [str(notebook.path)], "bold")
    wanted = f"{notebook.kernel!r}" if notebook.kernel else "no kernel by name"
    shown = f", shown as {notebook.display_name!r}" if notebook.display_name else ""
    out.labelled("wants   ", [wanted + shown], "bold")
    if kernel is not None:
        python = kernel.python
        what = f"Python {python.full_version}, {kernel.launch.python}" if python else str(kernel.launch.program or "")
        out.labelled(
            "gets    ", [f"{kernel.name!r}, {kernel.spec.display_name!r}: {what}", str(kernel.spec.folder)], "bold"
        )
    names = ", ".join(name for name, _ in notebook.imports)
    out.labelled("imports ", [names or "nothing"], "bold")
    _findings(machine, found, change, "The kernel is there and finds all that the notebook imports.")


def show_running(
    seen: Sequence[Running], found: Sequence[Finding], machine: Machine, as_json: bool, change: Change
) -> None:
    """Print the kernels that run, from connection file to interpreter."""
    if as_json:
        folder = machine.jupyter.runtime_folder
        _json({"runtime_folder": folder, "running": [one.to_json() for one in seen]}, found, change)
        return
    out = printer(change)
    live = [one for one in seen if one.processes]
    for one in live:
        out.labelled("kernel", [f"{one.name or 'name not known'}  {one.file}"], "bold")
        for process in one.processes:
            hours = max(0.0, time.time() - process.started) / 3600
            out.labelled("  process", [f"{process.number}, for {hours:.1f} h, in {process.folder or '?'}"])
            out.labelled("  argv   ", [command(*process.argv)])
            out.labelled("  program", [process.program or "not to be seen (another user's process)"])
    if not live:
        out.line(f"No kernel runs that left its connection file in {machine.jupyter.runtime_folder}.")
    _findings(machine, found, change, f"{len(live)} kernel(s) running, as they were started." if live else "")


def _json(content: dict[str, Any], found: Sequence[Finding], change: Change) -> None:
    rest = {
        "findings": [one.to_json() for one in found if one.severity != "note"],
        "notes": [one.to_json() for one in found if one.severity == "note"],
    }
    print_json(everywhere({"schema": SCHEMA, **content, **rest}, change))


def _findings(machine: Machine, found: Sequence[Finding], change: Change, well: str) -> None:
    out = printer(change)
    show_findings(out, found)
    if well and all(one.severity == "note" for one in found):
        out.line(well, "bold green")
    for path in machine.unasked:
        out.line(f"not examined, the time was up: {path}", "yellow")
