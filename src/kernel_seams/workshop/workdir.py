"""Lay `exercises/` out in `work/`, and never overwrite what the learner touched.

The state folder holds a manifest: for each file the sha256 of what was laid
down in `work/`. A file that still has that content is not the learner's yet and
follows its exercise; any other file, and any that was deleted, is left alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel_seams.checkout import Checkout
from kernel_seams.errors import CheckoutError

MANIFEST = "work.json"


@dataclass
class Filled:
    """What `fill` did; names are paths relative to `work/`.

    `kept` are the files that differ from a new exercise and stay as they are;
    `notices` has one line for each of them. A change is named once.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    total: int = 0


@dataclass
class _Record:
    """What is known of one file: the sha256 `laid` down, and that of the last exercise the learner was told of."""

    laid: str | None = None
    told: str | None = None


def fill(checkout: Checkout) -> Filled:
    """Copy what is new or changed in `exercises/` to `work/`; raises `CheckoutError` where that cannot be written."""
    try:
        checkout.work.mkdir(parents=True, exist_ok=True)
        checkout.state.mkdir(parents=True, exist_ok=True)
        return _fill(checkout)
    except OSError as problem:
        where = problem.filename or checkout.work
        raise CheckoutError(
            f"{where} cannot be written: {problem.strerror or problem}. The workshop needs a checkout in a folder of "
            "your own with space on its disk."
        ) from problem


def _fill(checkout: Checkout) -> Filled:
    manifest = checkout.state / MANIFEST
    records = _read_manifest(manifest)
    filled = Filled()
    try:
        for source in exercise_files(checkout.exercises):
            name = source.relative_to(checkout.exercises).as_posix()
            _lay(source, name, checkout.work, records.setdefault(name, _Record()), filled)
            filled.total += 1
    finally:
        # Also after a full disk half-way: what was laid down must not look touched next time.
        _write_manifest(manifest, records)
    return filled


def exercise_files(folder: Path) -> Iterator[Path]:
    """Every file of the exercises, sorted; links and what tools leave behind are none."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_litter(name))
        for name in sorted(files):
            path = Path(parent, name)
            if not is_litter(name) and not path.is_symlink():
                yield path


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is what a tool left behind, nobody's work."""
    return name in {".ipynb_checkpoints", "__pycache__", ".DS_Store"}


def _lay(source: Path, name: str, work: Path, record: _Record, filled: Filled) -> None:
    """Bring one file of `work/` up to date, if it is still ours to change."""
    content = source.read_bytes()
    new = _digest(content)
    target = work / name
    ours = _can_hold(target.parent, work)
    present = os.path.lexists(target)
    now = _digest_of(target) if ours else None
    if now == new:
        # Laid down before, or copied over by the learner: from here on it follows its exercise.
        record.laid = new
    elif ours and not present and record.laid is None:
        put(target, content, source.stat().st_mode)
        filled.added.append(name)
        record.laid = new
    elif now is not None and now == record.laid:
        put(target, content, source.stat().st_mode)
        filled.updated.append(name)
        record.laid = new
    elif new not in (record.laid, record.told):
        filled.kept.append(name)
        filled.notices.append(_notice(name, present=present, known=record.laid is not None))
        record.told = new


def _notice(name: str, *, present: bool, known: bool) -> str:
    what = "changed upstream" if known else "is not what its exercise is"
    yours = "yours is kept" if present else "yours was deleted and stays so"
    return f"{name} {what}; {yours} (the exercise: exercises/{name})"


def _can_hold(folder: Path, work: Path) -> bool:
    """Whether `folder`, which need not exist yet, can hold files and really is below `work`, not behind a link."""
    nearest = next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))
    try:
        return nearest.is_dir() and folder.resolve().is_relative_to(work.resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(path: Path) -> str | None:
    """The sha256 of a regular file, or None for anything else, a link too."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return _digest(path.read_bytes())
    except PermissionError:
        return None


def put(target: Path, content: bytes, mode: int) -> None:
    """Put `content` in place in one step; a reader sees the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".seams-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        # An exercise may be read-only or another person's; the learner's copy is theirs to write.
        Path(temporary).chmod(0o644 | (mode & 0o111))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _read_manifest(path: Path) -> dict[str, _Record]:
    """What was laid down; empty where the manifest is missing or damaged, which makes every file the learner's."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): _Record(entry.get("laid"), entry.get("told")) for name, entry in content["files"].items()}
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write_manifest(path: Path, records: dict[str, _Record]) -> None:
    files = {name: {"laid": record.laid, "told": record.told} for name, record in sorted(records.items())}
    put(path, json.dumps({"files": files}, indent=1).encode(), 0o600)
