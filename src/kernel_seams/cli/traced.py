"""What ``seams trace`` prints."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

import click
from rich.text import Text

from kernel_seams.console import cell, console, plain, print_json, table
from kernel_seams.wire.lint import lint as find
from kernel_seams.wire.show import Filter, Flow, Line, drawn, tree
from kernel_seams.wire.tap.running import newest_trace
from kernel_seams.wire.tracefile import Follower, read_trace

LOOK_SECONDS = 0.1
STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def found(file: Path | None) -> Path:
    """The trace that was asked for: a file, that of the tap with this number, or the newest."""
    return newest_trace() if file is None else newest_trace(int(file.name)) if file.name.isdecimal() else file


def show(file: Path, only: Filter, most: int, *, follow: bool, as_json: bool) -> None:
    """The lines of a trace, as they stand or as they come."""
    if follow:
        follower, flow = Follower(file), Flow(only)
        while True:
            for record in follower.read():
                _print(flow.add(record), most, as_json)
            time.sleep(LOOK_SECONDS)
    lines = tree(read_trace(file), only)
    if as_json:
        print_json([line.to_json() for line in lines])
    else:
        _print(lines, most, False)


def lint(file: Path, as_json: bool) -> int:
    """What is wrong in a trace."""
    findings = find(read_trace(file))
    if as_json:
        print_json([finding.to_json() for finding in findings])
    elif not findings:
        click.echo("nothing is wrong")
    else:
        rows = table("record", "rule", "", "what")
        for each in findings:
            where = str(each.records[0]) if each.records else ""
            rows.add_row(cell(where), cell(each.rule), cell(each.severity, STYLES[each.severity]), cell(each.text))
        console().print(rows)
    return int(any(finding.severity == "error" for finding in findings))


def _print(lines: Iterable[Line], most: int, as_json: bool) -> None:
    out = console()
    for line in lines:
        if as_json:
            click.echo(json.dumps(line.to_json()))
            continue
        out.print(_text(line))
        if most and line.record is not None:
            for row in drawn(line.record, most):
                out.print(Text(f"{'':20}{plain(row)}", style="dim"))


def _text(line: Line) -> Text:
    """A line as a person reads it: when, where, which way, what."""
    if line.kind == "silence":
        return Text(f"{'':14}why: {plain(line.text)}", style="yellow")
    when = _clock(line.t) if line.after is None else f"  {line.after / 1e6:+.1f} ms"
    text = Text(f"{when:<14}", style="dim" if line.after is not None else "")
    if line.record is None:
        text.append(f"{plain(line.channel or line.kind):<9} {plain(line.text)}", style="dim")
        return text
    arrow = "->" if line.direction == "to_kernel" else "<-"
    indent = "" if line.after is None else "  "
    text.append(f"{line.channel:<9} {arrow} {indent}")
    text.append(plain(line.msg_type), style="bold" if line.after is None else "")
    text.append(f"  {plain(line.text)}")
    for mark in line.marks:
        text.append(f"  [{plain(mark)}]", style="bold red" if mark.startswith(("signature", "fault")) else "yellow")
    return text


def _clock(t: int) -> str:
    seconds, rest = divmod(t, 1_000_000_000)
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{rest // 1_000_000:03}"
