"""What ``seams tap faults`` prints."""

from __future__ import annotations

import click
from rich.text import Text

from kernel_seams.console import cell, console, plain, print_json, table
from kernel_seams.wire.observe import Watch
from kernel_seams.wire.tap.faults import EXPECTED, NAMES
from kernel_seams.wire.tap.running import ask, choose, running_taps

THEN_SECONDS = 3.0


def show(pid: int | None, as_json: bool) -> int:
    """All faults, with those that are armed on the tap, where one runs."""
    there = running_taps()
    armed = ask(choose(pid), {"do": "status"})["armed"] if there else []
    said = {name: EXPECTED[name].format(request="execute_request", seconds=3) for name in NAMES}
    said |= {each["name"]: each["expected"] for each in armed}
    names = [each["name"] for each in armed]
    if as_json:
        print_json([{"fault": name, "expected": said[name], "armed": name in names} for name in NAMES])
        return 0
    rows = table("fault", "what should happen")
    for name in NAMES:
        rows.add_row(cell(name, "bold red" if name in names else "bold"), cell(said[name]))
    console().print(rows)
    click.echo(f"\narmed: {', '.join(names) or 'none'}" if there else "\nNo tap runs: start a tapped kernel first.")
    return 0


def off(fault: str | None, pid: int | None, as_json: bool) -> int:
    """Take back one fault, or all."""
    request = {"do": "off", **({} if fault is None else {"fault": _known(fault)})}
    gone = [each["name"] for each in ask(choose(pid), request)["off"]]
    if as_json:
        print_json({"off": gone})
    else:
        click.echo(f"off: {', '.join(gone) or 'none was armed'}")
    return 0


def arm(fault: str, pid: int | None, request: str, seconds: float, wait: float, as_json: bool) -> int:
    """Arm a fault; with `wait`, show what was expected and what happened."""
    fault, tap = _known(fault), choose(pid)
    watch = Watch(tap.trace, fault) if wait else None
    armed = ask(tap, {"do": "arm", "fault": fault, "request": request, "seconds": seconds})["armed"]
    if not as_json:
        console().print(Text(f"expected  {armed['expected']}"))
    if watch is None:
        if as_json:
            print_json({"armed": armed})
        return 0
    observed = watch.wait(wait, THEN_SECONDS + (armed["seconds"] if fault == "delay-reply" else 0.0))
    if as_json:
        print_json(observed.to_json())
    else:
        console().print(Text(f"observed  {plain(observed.happened)}."))
        if observed.silence:
            console().print(Text(f"because   {plain(observed.silence.text)}"))
    return 0 if observed.struck else 1


def _known(fault: str) -> str:
    if fault not in NAMES:
        raise click.BadParameter(f"there is no fault {fault!r}; there are {', '.join(NAMES)}.", param_hint="FAULT")
    return fault
