"""What a cell shows, as a notebook keeps it, made of what a student's process says it showed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["error", "stream", "well_formed"]

Output = dict[str, Any]
LONGEST = 2_000_000  # characters of one text
MOST = 1000  # outputs of one cell


def well_formed(said: Any) -> list[Output]:
    """The outputs in `said` that are such; what is not is left out."""
    made = [_made(each) for each in said[:MOST] if isinstance(each, dict)] if isinstance(said, list) else []
    return [each for each in made if each]


def stream(text: str, name: str = "stdout") -> list[Output]:
    """The output for text that was printed; none for an empty text."""
    return [{"output_type": "stream", "name": name, "text": text[:LONGEST]}] if text else []


def error(name: str, text: str, lines: Iterable[str] = ()) -> Output:
    """The output for an error; without lines of a traceback its text is shown."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": list(lines) or [f"{name}: {text}"]}


def _made(said: dict[str, Any]) -> Output:
    kind = said.get("output_type")
    if kind == "stream" and said.get("name") in ("stdout", "stderr"):
        return stream(str(said.get("text")), said["name"])[0] if said.get("text") else {}
    if kind == "error":
        lines = said.get("traceback")
        lines = [str(line)[:LONGEST] for line in lines[:MOST]] if isinstance(lines, list) else []
        return error(str(said.get("ename"))[:200], str(said.get("evalue"))[:LONGEST], lines)
    data, metadata = said.get("data"), said.get("metadata")
    if kind not in ("display_data", "execute_result") or not isinstance(data, dict):
        return {}
    # Of JSON's own kind only it may be anything; whoever draws the others takes them for a text.
    data = {name: value for name, value in data.items() if isinstance(value, str) or "json" in name}
    made: Output = {"output_type": kind, "data": data, "metadata": metadata if isinstance(metadata, dict) else {}}
    if kind == "execute_result":
        count = said.get("execution_count")
        made["execution_count"] = count if type(count) is int else None
    return made
