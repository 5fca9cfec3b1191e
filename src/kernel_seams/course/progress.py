"""What the course remembers of a learner: one small JSON file that can be copied to another machine.

    {"hints": {"04-magics.clap": 2},           how many were shown
     "checked": {"04-magics.clap": true},      what `seams check` found the last time
     "solutions": {"04-magics": true}}         which were opened, of lessons and of single stages

The file is a convenience. One that is broken, missing or cannot be written
never stops a learner: it counts as empty, and a broken one is kept beside.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_progress(path: Path) -> dict[str, Any]:
    """What the file at `path` says, an empty dict if it says nothing that can be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".broken.json"))
        return {}
    return data


def write_progress(path: Path, data: dict[str, Any]) -> None:
    """Write all of `data` or nothing, and nothing if the folder cannot be written to."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(data, file, indent=1, sort_keys=True)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def hints_seen(path: Path, task: str) -> int:
    """How many hints of `task` were shown before."""
    seen = _section(read_progress(path), "hints").get(task, 0)
    return seen if isinstance(seen, int) and seen >= 0 else 0


def remember_hints(path: Path, task: str, seen: int) -> None:
    """Remember that `seen` hints of `task` were shown; everything else in the file stays."""
    _remember(path, "hints", {task: seen})


def remember_checks(path: Path, found: Mapping[str, bool | None]) -> None:
    """Remember for each task whether it was right, or forget it where `found` says None."""
    _remember(path, "checked", found)


def remember_solution(path: Path, name: str) -> None:
    """Remember that the solution of the lesson or stage `name` was opened."""
    _remember(path, "solutions", {name: True})


def checked(path: Path) -> dict[str, bool]:
    """What `seams check` found the last time, by the task's name."""
    return {task: right for task, right in _section(read_progress(path), "checked").items() if isinstance(right, bool)}


def solutions_opened(path: Path) -> set[str]:
    """The lessons and stages whose solution was opened."""
    return {name for name, opened in _section(read_progress(path), "solutions").items() if opened is True}


def _remember(path: Path, section: str, changes: Mapping[str, object]) -> None:
    data = read_progress(path)
    changed = {**_section(data, section), **changes}
    data[section] = {key: value for key, value in changed.items() if value is not None}
    write_progress(path, data)


def _section(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = data.get(name)
    return section if isinstance(section, dict) else {}
