"""``seams doctor error``: which case a pasted traceback or a server's log is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kernel_seams.doctor.finding import Finding, command

MAX_CHARACTERS = 2_000_000
MAX_LINE = 4000
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")
# What says only that it went wrong comes last, and is left out where something says why.
CONSEQUENCES = ("died", "did-not-answer", "import-missing")
PYTHON = re.compile(r"(/[^\s:'\"]*/bin/python[\d.]*)")
SITE = re.compile(r"(/[^\s:'\"]*)/lib/python\d[\d.]*/(?:site|dist)-packages")


@dataclass(frozen=True)
class Message:
    """One message: how to recognise it, what it means, what to do, the commands."""

    id: str
    pattern: re.Pattern[str]
    title: str
    advice: str
    fix: tuple[str, ...]


@cache
def messages() -> tuple[Message, ...]:
    """The table ``messages.toml``."""
    table = tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))
    return tuple(
        Message(row["id"], re.compile(row["pattern"]), row["title"], row["advice"], tuple(row.get("fix", ())))
        for row in table["message"]
    )


def explain(text: str) -> list[Finding]:
    """The cases that `text` shows, the causes before the consequences."""
    lines = [ESCAPES.sub("", line)[:MAX_LINE] for line in text[:MAX_CHARACTERS].splitlines()]
    python = _interpreter(lines)
    found: dict[str, Finding] = {}
    for number, line in enumerate(lines, 1):
        for message in messages():
            match = message.pattern.search(line)
            if match:
                found.setdefault(message.id, _finding(message, match, number, line, python))
                break
    causes = [finding for finding in found.values() if finding.id not in CONSEQUENCES]
    return causes or [found[name] for name in reversed(CONSEQUENCES) if name in found]


def _interpreter(lines: list[str]) -> str:
    """The interpreter that the text is about, as far as it says: else the placeholder KERNEL_PYTHON."""
    for pattern, form in ((PYTHON, "{}"), (SITE, "{}/bin/python")):
        for line in lines:
            match = pattern.search(line)
            if match:
                return form.format(match.group(1))
    return "KERNEL_PYTHON"


def _finding(message: Message, match: re.Match[str], number: int, line: str, python: str) -> Finding:
    plain = {str(index): group or "" for index, group in enumerate(match.groups(), 1)}
    quoted = {key: command(value) if value else "" for key, value in plain.items()}
    return Finding(
        id=message.id,
        severity="error",
        title=_filled(message.title, plain).rstrip(": ").replace("()", "").rstrip(),
        sees=line.strip()[:300],
        evidence=(f"line {number} of the text",),
        advice=_filled(message.advice, plain),
        fix=tuple(_filled(fix, {**quoted, "python": command(python)}) for fix in message.fix),
    )


def _filled(text: str, values: dict[str, str]) -> str:
    filled = re.sub(r"(?<!\{)\{(\w+)\}(?!\})", lambda match: values.get(match.group(1), ""), text)
    return filled.replace("{{", "{").replace("}}", "}")


def unknown_advice() -> Iterator[str]:
    """What to say where no case is recognised."""
    yield "No case is recognised in this text."
    yield "Paste the server's own output too: the reason a kernel died stands there, above 'restarting kernel'."
    yield "`seams doctor` looks at every kernel, `seams doctor --boot` starts them."
