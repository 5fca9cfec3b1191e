"""What a person sees on the terminal: plain tables, in colour where there is a terminal.

Text that came from a kernel, a kernelspec or a student is untrusted: `plain`
takes its control characters away, and no markup in it is ever interpreted.
"""

from __future__ import annotations

import json
import shutil
import sys
import unicodedata
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


class _Console(Console):
    """A console that leaves a reader who has gone (`seams ... | head`) to the command line."""

    def on_broken_pipe(self) -> None:
        """Let the exception through; rich itself would end the process with 1."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """A console that neither guesses nor interprets: no markup, no emoji, no highlighting.

    In a pipe lines are never folded to a terminal's width, and in a notebook they are text, not HTML.
    """
    stream = sys.stderr if stderr else sys.stdout
    width = shutil.get_terminal_size().columns if stream.isatty() else 400
    return _Console(
        stderr=stderr,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
        width=width,
        force_jupyter=False,
    )


def plain(text: object) -> str:
    """`text` on one line, with control and invisible formatting characters written as escapes."""
    return "".join(_visible(character) for character in str(text))


def table(*columns: str, header: bool = True) -> Table:
    """A table without lines, as wide as its cells."""
    made = Table(box=None, show_header=header, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def cell(text: object, style: str = "") -> Text:
    """Untrusted `text` as a table cell."""
    return Text(plain(text), style=style)


def print_json(content: Any) -> None:
    """Print `content` as JSON on stdout, readable by a program and a person."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=True))


def _visible(character: str) -> str:
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return character.encode("unicode_escape").decode() if character != "\udcff" else "?"
    return character
