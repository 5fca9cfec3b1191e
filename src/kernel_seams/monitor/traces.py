"""The traces there are: which kernels they are of, and their records one after the other, as they are written.

    kernel      all sessions of one connection file: a restart begins a new session of the same kernel
    session     one run of the tap, one file or, where the trace was rotated, several parts
    record      one line; where it lies is said by the file's name and the offset of its first byte

Nothing here keeps a record: a viewer reads on from where it is, at the pace it has.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.monitor.digest import text
from kernel_seams.monitor.places import Places
from kernel_seams.wire.tap.running import RunningTap
from kernel_seams.wire.trace import Gap, Record, Session, TraceError, decode

FIRST_LINE_BYTES = 256 * 1024
LOOK_SECONDS = 0.3
BATCH_RECORDS = 500
BATCH_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Part:
    """One trace file: the kernel and the session it belongs to, and when the session began, in ns."""

    path: Path
    session: Session

    @property
    def kernel(self) -> str:
        """A short name of the kernel that is safe in a URL: what is in the trace came from outside."""
        return hashlib.sha256(self.session.kernel_id.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def first(self) -> Path:
        """The first part of the same session: by its path a running tap names its trace."""
        return self.path.with_name(re.sub(r"\.[1-9]\d*\.jsonl$", ".jsonl", self.path.name))


@dataclass(frozen=True)
class Entry:
    """One record and where it lies."""

    record: Record
    file: str
    offset: int


class Traces:
    """The traces in some folders, looked for again when what is known is older than LOOK_SECONDS."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._parts: dict[tuple[Path, int], Part] = {}
        self._kernels: dict[str, list[Part]] = {}
        self._looked = -math.inf

    def kernels(self) -> dict[str, list[Part]]:
        """The parts of each kernel's trace in order, the kernel that was started last first."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            found: dict[str, list[Part]] = {}
            for part in _in_order(self._look()):
                found.setdefault(part.kernel, []).append(part)
            self._kernels = dict(sorted(found.items(), key=lambda item: item[1][-1].session.t, reverse=True))
        return self._kernels

    def tap(self, kernel: str) -> RunningTap | None:
        """The tap that writes that kernel's trace now, None if none does."""
        parts = self.kernels().get(kernel, [])
        return next((tap for tap in self._places.taps() if parts and tap.trace.resolve() == parts[-1].first), None)

    def described(self) -> list[dict[str, Any]]:
        """What the page says of each kernel."""
        live = {tap.trace.resolve() for tap in self._places.taps()}
        return [describe(parts, live=parts[-1].first in live) for parts in self.kernels().values()]

    def part(self, kernel: str, file: str) -> Path | None:
        """The part of that kernel's trace whose file has that name: a name from outside never becomes a path."""
        return next((part.path for part in self.kernels().get(kernel, []) if part.path.name == file), None)

    def record(self, kernel: str, file: str, offset: int) -> Record | None:
        """The record at a place that an `Entry` named, or None."""
        path = self.part(kernel, file)
        if path is None or offset < 0:
            return None
        with contextlib.suppress(OSError), path.open("rb") as lines:
            lines.seek(offset)
            return _record(lines.readline())
        return None

    def _look(self) -> list[Part]:
        """Each trace file in the folders; a file whose first line is no session is none."""
        seen: dict[tuple[Path, int], Part] = {}
        for path in (path for folder in self._places.traces for path in folder.glob("*.jsonl")):
            with contextlib.suppress(OSError):
                mark = (path, path.stat().st_ino)
                part = self._parts.get(mark) or _read_part(path)
                if part is not None:
                    seen[mark] = part
        self._parts = seen
        return list(seen.values())


def describe(parts: list[Part], *, live: bool) -> dict[str, Any]:
    """What the page says of a kernel: its names, when it began, whether its tap runs."""
    last = parts[-1].session
    return {
        "kernel": parts[-1].kernel,
        "name": text(last.kernel),
        "display_name": text(last.display_name) or text(last.kernel) or "a kernel without a name",
        "language": text(last.language),
        "id": text(last.kernel_id),
        "us": last.t // 1000,
        "live": live,
    }


class Reader:
    """Reads a kernel's parts from the beginning, and on as they grow. Not for two threads at once."""

    def __init__(self, traces: Traces, kernel: str) -> None:
        self._traces = traces
        self._kernel = kernel
        self._done: set[Path] = set()
        self._file: Path | None = None
        self._offset = 0

    def batch(self) -> list[Entry]:
        """The next records, none if nothing is new: up to BATCH_RECORDS, and no more once they are over BATCH_BYTES."""
        entries: list[Entry] = []
        size = 0
        for entry, length in self._entries():
            entries.append(entry)
            size += length
            if len(entries) >= BATCH_RECORDS or size >= BATCH_BYTES:
                break
        return entries

    def _entries(self) -> Iterator[tuple[Entry, int]]:
        """Each whole line of this file and the following, with its length."""
        while True:
            path = self._file or self._next_file()
            if path is None:
                return
            with contextlib.suppress(OSError), path.open("rb") as lines:
                lines.seek(self._offset)
                for line in lines:
                    if not line.endswith(b"\n"):
                        break  # still being written
                    offset, self._offset = self._offset, self._offset + len(line)
                    yield Entry(_record(line), path.name, offset), len(line)
            if self._next_file() is None:
                return

    def _next_file(self) -> Path | None:
        """The next part, which is read from now on; None if there is none yet."""
        following = [part.path for part in self._traces.kernels().get(self._kernel, [])]
        following = [path for path in following if path not in self._done and path != self._file]
        if not following:
            return None
        if self._file is not None:
            self._done.add(self._file)
        self._file, self._offset = following[0], 0
        return self._file


def _in_order(parts: list[Part]) -> list[Part]:
    """The parts by when their session began, then by their number."""
    began: dict[Path, int] = {}
    for part in parts:
        began[part.first] = min(part.session.t, began.get(part.first, part.session.t))
    return sorted(parts, key=lambda part: (began[part.first], part.first.name, part.session.part))


def _record(line: bytes) -> Record:
    """The record on a line; a gap where it holds none."""
    try:
        return decode(line)
    except TraceError:
        return Gap(count=1, bytes=len(line), why="unreadable")


def _read_part(path: Path) -> Part | None:
    with path.open("rb") as lines:
        line = lines.readline(FIRST_LINE_BYTES)
    record = _record(line) if line.endswith(b"\n") else None
    return Part(path, record) if isinstance(record, Session) else None
