"""What a submission shows, made inert: nothing of it runs in the browser of whoever reads it.

nbgrader_config.py names these for every page that nbgrader makes of a
submission: the feedback, and the formgrader's own view. nbconvert's
`sanitize_html` alone is not enough: nbgrader's templates render Markdown past
it, and nbconvert's put an image's width and a prompt's number into the page as
they come.
"""

from __future__ import annotations

import re
from typing import Any

import bleach
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

TAGS = """
    a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre s
    samp span strong sub summary sup table tbody td tfoot th thead tr u ul
"""
UNREADABLE = re.compile(r"(</?(?:script|style)\b)", re.IGNORECASE)
# Nothing relative: the formgrader would serve a file of the submission as a page of its own.
LINK = re.compile(r"https?://.+|mailto:.+|#.*", re.IGNORECASE)
# An embedded picture, or one that lies beside the notebook; none that tells another server who is reading.
PICTURE = re.compile(
    r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[\w+/=\s]*|(?:[\w-]+/)*[\w-]+\.(?:png|jpe?g|gif|svg)"
)
# Of a highlighter only: other classes and ids are the page's, which gives them a meaning.
COLOURS = re.compile(r"\s*(?:highlight|hl-\w+|[a-z][a-z0-9]{0,2})(?:\s+(?:highlight|hl-\w+|[a-z][a-z0-9]{0,2}))*\s*")
SHOWN = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", "image/svg+xml")
NAME = re.compile(r"[\w.-]+")


def clean_html(html: object) -> str:
    """`html` with what shows something: text, tables, pictures and links to elsewhere; without all that acts."""
    text = html.decode(errors="replace") if isinstance(html, bytes) else str(html)
    return str(
        bleach.clean(
            _readable(text),
            tags=frozenset(TAGS.split()),
            attributes=_may_stay,
            protocols={"http", "https", "mailto", "data"},
            strip=True,
        )
    )


def _readable(html: str) -> str:
    """`html` without what stands in a script or a style sheet, which is no text for a reader; in linear time."""
    kept, until = [], ""
    for part in UNREADABLE.split(html):
        tag = part.lower()
        if not until and tag in ("<script", "<style"):
            until = f"</{tag[1:]}"
        elif not until:
            kept.append(part)
        elif tag == until:
            until = ""
            kept.append(part)  # with what follows it is an end without a beginning, which bleach drops
    return "".join(kept)


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """The HTML of the Markdown `source`, its attached pictures included, as `clean_html` leaves it."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return clean_html(MarkdownWithMath(renderer=renderer).render(source))


class Inert(Preprocessor):
    """Leaves of a notebook what a page shows, in the form in which nbconvert can be trusted with it."""

    def preprocess(self, nb: Any, resources: Any) -> Any:
        """The notebook with cells, their marks, sources and outputs and nothing else, each of the type it must have."""
        language = nb.metadata.get("language_info", {}).get("name", "")
        nb.metadata = NotebookNode(language_info={"name": language if NAME.fullmatch(str(language)) else "text"})
        nb.cells = [_cell(cell, number) for number, cell in enumerate(nb.cells)]
        return nb, resources


def _cell(cell: Any, number: int) -> Any:
    kind = cell.cell_type if cell.cell_type in {"code", "markdown"} else "raw"
    made = NotebookNode(id=f"cell-{number}", cell_type=kind, source=str(cell.source), metadata=NotebookNode())
    mark = cell.metadata.get("nbgrader")
    if isinstance(mark, dict) and NAME.fullmatch(str(mark.get("grade_id"))):
        made.metadata.nbgrader = mark
    if kind == "code":
        made.execution_count = _count(cell)
        made.outputs = [_output(output) for output in cell.get("outputs", [])]
    elif kind == "markdown":
        made.attachments = cell.get("attachments", {})
    return made


def _output(output: Any) -> Any:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return NotebookNode(output_type="stream", name=name, text=str(output.get("text", "")))
    if kind == "error":
        lines = [str(line) for line in output.get("traceback", [])]
        return NotebookNode(output_type="error", ename="", evalue="", traceback=lines)
    data = {name: output.get("data", {}).get(name) for name in SHOWN}
    made = NotebookNode(output_type="display_data", metadata=NotebookNode(), data=NotebookNode())
    made.data.update({name: value for name, value in data.items() if isinstance(value, str)})
    if kind == "execute_result":
        made.update(output_type="execute_result", execution_count=_count(output))
    return made


def _count(node: Any) -> int | None:
    count = node.get("execution_count")
    return count if isinstance(count, int) else None


def _may_stay(tag: str, name: str, value: str) -> bool:
    """Whether a tag may keep this attribute."""
    if name == "class":
        return tag in {"div", "pre", "code", "span"} and COLOURS.fullmatch(value) is not None
    if name == "href":
        return tag == "a" and LINK.fullmatch(value) is not None
    if name == "src":
        return tag == "img" and PICTURE.fullmatch(value) is not None
    if name in {"colspan", "rowspan", "start", "width", "height"}:
        return value.isdecimal()
    return name in {"alt", "title"}
