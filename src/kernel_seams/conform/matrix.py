"""A table of kernels in a Markdown file: rule by rule what came of each, made anew for those that are here.

A kernel that is not on this machine keeps the column it has: one is measured here, another in a container.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kernel_seams.conform.report import Report, Verdict
from kernel_seams.conform.table import Rule, stages
from kernel_seams.console import plain
from kernel_seams.errors import ConformError

BEGIN, END = "<!-- measured by seams conform --matrix -->", "<!-- end of what was measured -->"
CELLS: dict[Verdict, str] = {
    "passed": "yes",
    "failed": "**no**",
    "not offered": "-",
    "not asked": "",
    "not reached": ".",
}
HEAD = ("rule", "level")
TOLD = ("says it is", "protocol", "passed", "failed")
Column = dict[str, str]


def update(path: Path, report: Report) -> None:
    """Put the column of `report` into the table in the file at `path`, which has the marks BEGIN and END."""
    try:
        text = path.read_text(encoding="utf-8")
        before, begin, rest = text.partition(BEGIN)
        old, end, after = rest.partition(END)
        if not begin or not end:
            raise ConformError(f"{path} has no lines {BEGIN} and {END}, between which the table is to stand.")
        columns = {**_columns(old), _cell(report.kernel): _column(report)}
        path.write_text(f"{before}{BEGIN}\n{_table(columns)}\n{END}{after}", encoding="utf-8")
    except OSError as error:
        raise ConformError(f"The table in {path} cannot be written: {error.strerror}.") from None


def _column(report: Report) -> Column:
    """What is said of one kernel, by row."""
    info = report.info
    counts = report.counts()
    told = (
        f"{info.get('implementation', '?')} {info.get('implementation_version', '')}",
        str(info.get("protocol_version", "?")),
        str(counts["passed"]),
        str(counts["failed"]),
    )
    cells = {result.rule.id: CELLS[result.verdict] for result in report.results}
    return {**{name: _cell(text) for name, text in zip(TOLD, told, strict=True)}, **cells}


def _cell(text: str) -> str:
    """`text` of a kernel as one cell: nothing in it can be taken for the table or for markup."""
    return " ".join(re.sub(r"[\\`*<>|\[\]]", " ", plain(text)).split())


def _columns(table: str) -> dict[str, Column]:
    """The columns of a table that is there already, by the kernel's name."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()]
    if not rows:
        return {}
    names = rows[0][len(HEAD) :]
    found: dict[str, Column] = {name: {} for name in names}
    for row in rows[2:]:
        for name, cell in zip(names, row[len(HEAD) :], strict=False):
            found[name][row[0].strip("`")] = cell
    return found


def _table(columns: dict[str, Column]) -> str:
    """The whole table: what is said of each kernel, then rule by rule under its stage."""
    rows = [[*HEAD, *columns], ["---"] * (len(HEAD) + len(columns))]
    rows += [[name, "", *(column.get(name, "") for column in columns.values())] for name in TOLD]
    for stage in stages():
        rows.append([f"**{stage.number} {stage.name}**", *[""] * (len(HEAD) - 1 + len(columns))])
        rows += [_row(rule, columns) for rule in stage.rules]
    return "\n".join(_line(row) for row in rows)


def _row(rule: Rule, columns: dict[str, Column]) -> list[str]:
    return [f"`{rule.id}`", rule.level, *(column.get(rule.id, "") for column in columns.values())]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
