"""Trace files: a trace as a whole, all its parts in order, or what has been added to it since one looked last.

    for record in read_trace(path): ...          a trace from its beginning to its end now
    follower = Follower(path)                     a trace that still grows: follower.read() never blocks
    while True: records = follower.read(); ...    [] means that nothing new is there yet

A reader never stumbles: a torn last line waits for its rest, a line that cannot be read and a part that was deleted
to keep the budget come out as `Gap`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kernel_seams.wire.trace import Gap, Record, Session, TraceError, decode

CHUNK = 1024 * 1024
LONGEST_FIRST_LINE = 1024 * 1024
SUFFIX = ".jsonl"


def part_path(path: Path, part: int) -> Path:
    """Where a part of the trace `path` (its first part) lies: `a.jsonl`, `a.1.jsonl`, `a.2.jsonl` ..."""
    return path if part == 0 else path.with_name(f"{path.name.removesuffix(SUFFIX)}.{part}{SUFFIX}")


def is_part(path: Path) -> bool:
    """Whether the name is that of a later part."""
    return re.fullmatch(r".+\.[1-9]\d*\.jsonl", path.name) is not None


def parts(path: Path) -> list[int]:
    """The parts of the trace `path` that are there, in order: those deleted to keep the budget are missing."""
    named = re.compile(rf"{re.escape(path.name.removesuffix(SUFFIX))}\.([1-9]\d*){re.escape(SUFFIX)}")
    matches = (named.fullmatch(other.name) for other in path.parent.iterdir())
    return ([0] if path.exists() else []) + sorted(int(match[1]) for match in matches if match)


def read_trace(path: Path) -> Iterator[Record]:
    """Every record of a trace as it is now; `TraceError` if the file is none.

    The path of a later part reads that part alone.
    """
    follower = Follower(path)
    while records := follower.read():
        yield from records
    if follower.session is None:
        raise TraceError(f"{path} is no trace: it has no first line that says what it is")


class Follower:
    """Reads a trace as it grows, over its parts. `session` is the newest `session` record, None before the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.session: Session | None = None
        self._part = 0
        self._at = 0
        self._line = 0
        self._next_n: int | None = None
        self._rest: list[bytes] = []

    def read(self, size: int = CHUNK) -> list[Record]:
        """The complete records that were added since the last call, of about `size` bytes; [] if there are none.

        Does not block. `TraceError` if the file cannot be read or is no trace.
        """
        while True:
            later = self._later()  # looked up first: what a part holds when the next one exists is all it will hold
            data = self._data(size)
            records = self._records(data)
            if records:
                return records
            if not data:
                if later is None:
                    return []
                self._part, self._at, self._line, self._rest = later, 0, 0, []

    def _data(self, size: int) -> bytes:
        there = part_path(self.path, self._part)
        try:
            with there.open("rb") as file:
                file.seek(self._at)
                data = file.read(size)
        except FileNotFoundError:
            if self._part == 0 and self.session is None:
                raise TraceError(f"there is no trace {there}") from None
            return b""
        except OSError as error:
            raise TraceError(f"{there} cannot be read: {error.strerror}") from None
        self._at += len(data)
        return data

    def _records(self, data: bytes) -> list[Record]:
        first, *others = data.split(b"\n")
        self._rest.append(first)
        records: list[Record] = []
        for following in others:
            self._line += 1
            records += self._read_line(b"".join(self._rest))
            self._rest = [following]
        if self.session is None and sum(map(len, self._rest)) > LONGEST_FIRST_LINE:
            raise TraceError(f"{self.path} is no trace: its first line does not end")
        return records

    def _read_line(self, line: bytes) -> list[Record]:
        try:
            record = decode(line)
            if self.session is None and not isinstance(record, Session):
                raise TraceError(f"it is a {record.kind} record, and a trace begins with its session")
        except TraceError as error:
            where = part_path(self.path, self._part)
            if self.session is None or self._next_n is None:
                raise TraceError(f"{where} is no trace, line {self._line}: {error}") from None
            self._next_n += 1
            return [Gap(n=self._next_n - 1, count=1, bytes=len(line), why="unreadable")]
        if isinstance(record, Session):
            self.session = record
        expected = record.n if self._next_n is None else self._next_n
        self._next_n = max(expected, record.n + 1)
        if record.n > expected:
            return [Gap(t=record.t, n=expected, count=record.n - expected, why="rotated"), record]
        return [record]

    def _later(self) -> int | None:
        """The next part that exists, None while there is none."""
        if is_part(self.path):
            return None
        return next((part for part in parts(self.path) if part > self._part), None)
