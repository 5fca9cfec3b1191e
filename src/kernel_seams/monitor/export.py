"""A trace to show to others: a sequence diagram for Mermaid, or one HTML page that needs nothing else.

    sequenceDiagram
        participant F as front-end
        participant K as kernel
        F->>K: shell execute_request 6 * 7
        K-->>F: iopub status busy

What stands in a trace came from a kernel or from a stranger. In the diagram all that Mermaid could take for its own
is written as `#number;`, which it shows as that character; on the page it is only ever the text of an element.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import groupby
from xml.etree import ElementTree

from kernel_seams.console import plain
from kernel_seams.wire.show import Line, drawn
from kernel_seams.wire.trace import TO_KERNEL

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
FRAME_BYTES = 256
Element = ElementTree.Element


def mermaid(lines: Iterable[Line]) -> str:
    """The diagram, as text."""
    said = ["sequenceDiagram", "    participant F as front-end", "    participant K as kernel"]
    for line in lines:
        marks = f" [{', '.join(line.marks)}]" if line.marks else ""
        if line.kind == "frames":
            arrow = "F->>K" if line.direction == TO_KERNEL else "K-->>F"
            arrow = arrow.replace(">>", "x") if "not passed on" in line.marks else arrow
            said.append(f"    {arrow}: {_literal(f'{line.channel} {line.msg_type} {line.text}{marks}')}")
        elif line.kind == "silence":
            said.append(f"    Note over F,K: {_literal(line.text)}")
        elif line.text:
            said.append(f"    Note right of K: {_literal(f'{line.kind} {line.text}')}")
    return "\n".join(said) + "\n"


def _literal(text: str) -> str:
    """The text as Mermaid shows it, whatever it is."""
    return "".join(
        character if character.isalnum() or character in " .,:_-+*/=()[]'!?" else f"#{ord(character)};"
        for character in plain(text).strip()
    )


def html(title: str, lines: Iterable[Line], most: int = FRAME_BYTES) -> str:
    """The page, as text; `most` bytes of each frame."""
    root = Element("html", lang="en")
    _head(root, title)
    body = _add(root, "body")
    _add(body, "h1", title)
    for _, group in groupby(_numbered(lines), key=lambda each: each[0]):
        _group(body, [line for _, line in group], most)
    return "<!DOCTYPE html>\n" + ElementTree.tostring(root, encoding="unicode", method="html") + "\n"


def _numbered(lines: Iterable[Line]) -> Iterable[tuple[int, Line]]:
    """Each line with the number of its group: what stands below a request belongs to it."""
    number = 0
    for line in lines:
        number += line.after is None
        yield number, line


def _head(root: Element, title: str) -> None:
    head = _add(root, "head")
    _add(head, "meta", charset="utf-8")
    policy = _add(head, "meta", content=POLICY)
    policy.set("http-equiv", "Content-Security-Policy")
    _add(head, "meta", name="viewport", content="width=device-width")
    _add(head, "title", title)
    style = ElementTree.SubElement(head, "style")
    style.text = files(__package__).joinpath("static", "export.css").read_text(encoding="utf-8")


def _group(body: Element, lines: Sequence[Line], most: int) -> None:
    """A request and what belongs to it, which folds; or one line alone."""
    if len(lines) == 1:
        _line(body, lines[0], most)
        return
    group = _add(body, "details", kind="group", open="")
    _row(_add(group, "summary"), lines[0])
    for line in lines[1:]:
        _line(group, line, most)
    if lines[0].record is not None:
        details = _add(group, "details", kind="message")
        _add(_add(details, "summary"), "span", "the frames of the request", kind="of")
        _frames(details, lines[0], most)


def _line(parent: Element, line: Line, most: int) -> None:
    """One line, which opens on the frames of its message."""
    if line.record is None:
        _row(_add(parent, "p", kind=line.kind), line)
        return
    details = _add(parent, "details", kind="message")
    _row(_add(details, "summary"), line)
    _frames(details, line, most)


def _frames(parent: Element, line: Line, most: int) -> None:
    frames = _add(parent, "pre")
    if line.record is not None:
        frames.text = "\n".join(plain(row) for row in drawn(line.record, most))


def _row(parent: Element, line: Line) -> None:
    _add(parent, "time", _when(line))
    channel = line.channel or line.kind
    _add(parent, "b", channel, kind=f"channel {channel}")
    way = {"": "", TO_KERNEL: "\u2192"}.get(line.direction, "\u2190")
    _add(parent, "i", way, title={"": "", "\u2192": "to the kernel"}.get(way, "to the front-end"))
    if line.msg_type:
        _add(parent, "code", line.msg_type)
    _add(parent, "span", line.text, kind="text")
    for mark in line.marks:
        _add(parent, "em", mark)


def _when(line: Line) -> str:
    if line.after is not None:
        return f"{line.after / 1e6:+.1f} ms"
    seconds, rest = divmod(line.t, 1_000_000_000)
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{rest // 1_000_000:03}"


def _add(parent: Element, tag: str, text: str = "", kind: str = "", **attributes: str) -> Element:
    """A new element in `parent` with this text, of this class."""
    made = ElementTree.SubElement(parent, tag, {**({"class": kind} if kind else {}), **attributes})
    made.text = plain(text)
    return made
