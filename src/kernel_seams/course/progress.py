"""What the course remembers of a learner: one small JSON file that can be copied to another machine.

    {"hints": {"04-magics.clap": 2}}

The file is a convenience. One that is broken, missing or cannot be written
never stops a learner: it counts as empty, and a broken one is kept beside.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
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
    hints = read_progress(path).get("hints")
    seen = hints.get(task, 0) if isinstance(hints, dict) else 0
    return seen if isinstance(seen, int) and seen >= 0 else 0


def remember_hints(path: Path, task: str, seen: int) -> None:
    """Remember that `seen` hints of `task` were shown; everything else in the file stays."""
    data = read_progress(path)
    hints = data.get("hints")
    data["hints"] = {**(hints if isinstance(hints, dict) else {}), task: seen}
    write_progress(path, data)
