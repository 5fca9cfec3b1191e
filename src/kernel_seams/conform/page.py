"""The report as one HTML page that needs nothing else: no script, no network, no file beside it.

What came from a kernel is only ever the text of an element; ElementTree escapes it, and `plain` takes its control
characters away.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

from kernel_seams.conform.exchange import Row
from kernel_seams.conform.report import VERDICTS, Report, Result
from kernel_seams.conform.table import Stage
from kernel_seams.console import plain
from kernel_seams.errors import ConformError

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
Element = ElementTree.Element


def page(report: Report) -> str:
    """The page, as text."""
    root = Element("html", lang="en")
    _head(root, f"{report.kernel}: conformance")
    body = _add(root, "body")
    _summary(body, report)
    for stage in report.stages:
        _stage(body, stage, report.of(stage))
    if report.said:
        _add(body, "h2", "Said and not judged")
        notes = _add(body, "ul", kind="said")
        for sentence in report.said:
            _add(notes, "li", sentence)
    return "<!DOCTYPE html>\n" + ElementTree.tostring(root, encoding="unicode", method="html") + "\n"


def write_page(report: Report, path: Path) -> None:
    """Write the page to `path`; `ConformError` where that cannot be done."""
    try:
        path.write_text(page(report), encoding="utf-8")
    except OSError as error:
        raise ConformError(f"The report cannot be written to {path}: {error.strerror}.") from None


def _add(parent: Element, tag: str, text: str = "", kind: str = "", **attributes: str) -> Element:
    """A new element in `parent` with this text, of this class."""
    made = ElementTree.SubElement(parent, tag, {**({"class": kind} if kind else {}), **attributes})
    made.text = plain(text)
    return made


def _head(root: Element, title: str) -> None:
    head = _add(root, "head")
    _add(head, "meta", charset="utf-8")
    policy = _add(head, "meta", content=POLICY)
    policy.set("http-equiv", "Content-Security-Policy")
    _add(head, "meta", name="viewport", content="width=device-width")
    _add(head, "title", title)
    style = ElementTree.SubElement(head, "style")
    style.text = files(__package__).joinpath("page.css").read_text(encoding="utf-8")


def _summary(body: Element, report: Report) -> None:
    """Which kernel, how it went in numbers, and a bar for each stage that leads to it."""
    header = _add(body, "header")
    _add(header, "h1", report.kernel)
    _add(header, "p", " ".join(report.argv), "argv")
    counts = _add(header, "p", kind="counts")
    for verdict, number in report.counts().items():
        if number:
            _add(counts, "span", f"{number} {verdict}", f"count {_kind(verdict)}")
    _add(counts, "span", f"asked in {report.snippets}, {report.seconds:.1f} s", "count")
    bars = _add(header, "nav")
    for stage in report.stages:
        link = _add(bars, "a", href=f"#stage-{stage.number}", title=stage.goal)
        _add(link, "b", f"{stage.number} {stage.name}")
        bar = _add(link, "span", kind="bar")
        for result in report.of(stage):
            _add(bar, "i", kind=_kind(result.verdict), title=f"{result.rule.id}: {result.verdict}")


def _kind(verdict: str) -> str:
    return verdict.replace(" ", "-")


def _stage(body: Element, stage: Stage, results: Sequence[Result]) -> None:
    section = _add(body, "section", id=f"stage-{stage.number}")
    _add(section, "h2", f"{stage.number} {stage.name}")
    _add(section, "p", stage.goal, "goal")
    for verdict in ("failed", *(each for each in VERDICTS if each != "failed")):
        for result in (each for each in results if each.verdict == verdict):
            _rule(section, result)


def _rule(section: Element, result: Result) -> None:
    """One rule: a line, which opens on what was expected, what came, and what to do."""
    rule = result.rule
    opened = {"open": ""} if result.verdict == "failed" else {}
    details = _add(section, "details", kind=_kind(result.verdict), **opened)
    summary = _add(details, "summary")
    _add(summary, "span", result.verdict, "verdict")
    _add(summary, "code", rule.id)
    _add(summary, "span", rule.says, "says")
    _add(summary, "span", rule.level, f"level {rule.level}")
    quote = _add(details, "blockquote", rule.quote)
    _add(quote, "cite", rule.source)
    if result.rows:
        _traces(details, result.rows)
    for label, text in (("because", result.cause), ("next", result.next), ("why", result.note)):
        if text:
            line = _add(details, "p", kind="told")
            _add(line, "b", label)
            _add(line, "span", text)
    if result.stderr:
        pre = _add(details, "pre")
        pre.text = "\n".join(plain(line) for line in result.stderr.splitlines())


def _traces(details: Element, rows: Sequence[Row]) -> None:
    """The two traces side by side."""
    table = _add(details, "table")
    head = _add(_add(table, "thead"), "tr")
    for name in ("socket", "expected", "came"):
        _add(head, "th", name)
    body = _add(table, "tbody")
    before = ""
    for row in rows:
        line = _add(body, "tr", kind="" if row.agrees else "differs")
        _add(line, "td", row.channel if row.channel != before else "", "socket")
        _add(line, "td", row.expected or "")
        _add(line, "td", row.came if row.came is not None else "(nothing)" if row.expected else "")
        before = row.channel
