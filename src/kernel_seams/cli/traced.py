"""What ``seams trace`` prints."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

import click
from rich.text import Text

from kernel_seams.console import cell, console, plain, print_json, table
from kernel_seams.errors import WireError
from kernel_seams.wire.compare import Difference, compare, session_of
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


def diff(a: Path, b: Path, as_json: bool) -> int:
    """What differs between two traces; 1 if anything does."""
    found = compare(read_trace(a), read_trace(b))
    if as_json:
        print_json([difference.to_json() for difference in found])
        return int(bool(found))
    out = console()
    for sign, file in (("a", a), ("b", b)):
        session = session_of(read_trace(file))
        out.print(Text(f"{sign}  {plain(session.display_name or session.kernel) if session else ''}  {plain(file)}"))
    for difference in found:
        out.print(_difference(difference))
    if not found:
        click.echo("nothing differs")
    return int(bool(found))


def _difference(difference: Difference) -> Text:
    """A request, and below it what was not the same, value by value."""
    where = {"a": "only in a", "b": "only in b"}.get(difference.only, "")
    text = Text(f"\n{plain(difference.msg_type)}", style="bold")
    text.append(f"  {plain(difference.text)}", style="not bold")
    text.append(f"  [{where}]" if where else "", style="yellow not bold")
    for value in difference.values:
        text.append(f"\n  {plain(value.channel):<8} {plain(value.where)}", style="not bold")
        text.append(f"\n    a  {plain(value.a)}", style="red not bold")
        text.append(f"\n    b  {plain(value.b)}", style="green not bold")
    return text


def replay(file: Path, kernel: str, traces: Path | None, seconds: float, as_json: bool) -> None:
    """Send a trace again; each request as it is over, and where the new trace is."""
    from kernel_seams.kernels.replay import Replayed
    from kernel_seams.kernels.replay import replay as play

    sent: list[Replayed] = []

    def tell(replayed: Replayed) -> None:
        sent.append(replayed)
        if not as_json:
            row = Text(f"{plain(replayed.msg_type)}  {plain(replayed.text)}  ")
            row.append(plain(replayed.outcome), style="green" if replayed.outcome == "ok" else "yellow")
            console().print(row)

    trace = play(file, kernel, tell, traces=traces, seconds=seconds)
    if as_json:
        print_json({"trace": str(trace), "requests": [each.to_json() for each in sent]})
    else:
        click.echo(f"trace  {trace}")


def export(file: Path, only: Filter, how: str, most: int, output: Path | None) -> None:
    """A trace as a diagram or a page, on stdout or in a file."""
    from kernel_seams.monitor.export import html, mermaid

    lines = list(tree(read_trace(file), only))
    text = mermaid(lines) if how == "mermaid" else html(f"The wire: {file.name}", lines, most)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WireError(f"The export cannot be written to {output}: {error.strerror}.") from None


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
    text.append(f"{plain(line.channel):<9} {arrow} {indent}")
    text.append(plain(line.msg_type), style="bold" if line.after is None else "")
    text.append(f"  {plain(line.text)}")
    for mark in line.marks:
        text.append(f"  [{plain(mark)}]", style="bold red" if mark.startswith(("signature", "fault")) else "yellow")
    return text


def _clock(t: int) -> str:
    seconds, rest = divmod(t, 1_000_000_000)
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{rest // 1_000_000:03}"
