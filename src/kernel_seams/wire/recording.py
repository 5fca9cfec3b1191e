"""Write a trace: private, bounded on disk, and never in anybody's way.

    part 0          part 1       part 2   part 3   part 4
    kept for good,  deleted,     the newest `keep` parts, of which the last one grows
    the start-up

A disk that is full or gone costs records, never an exception: what could not be written is counted, and told in a
`Gap` as soon as something can be written again. The last of the disk is left to the notebook, which must be saved.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kernel_seams.wire.trace import Frames, Gap, Record, Session, encode, pieces
from kernel_seams.wire.tracefile import part_path

PART_BYTES = 64 * 1024 * 1024
KEEP = 3
RESERVE = 100 * 1024 * 1024
LOOK_EVERY = 1024 * 1024
LONGEST_HEAD = 400
CHUNK = 256 * 1024
DRAFT = ".new"


class Recorder:
    """Writes the records of one kernel session to `path`, which must not exist yet, and gives each its `n`.

    At most `part_bytes` times (1 + `keep`), and one record, stay on the disk; `reserve` bytes of it are left free.
    """

    def __init__(
        self, path: Path, session: Session, *, part_bytes: int = PART_BYTES, keep: int = KEEP, reserve: int = RESERVE
    ) -> None:
        self.path = path
        self._session = replace(session, budget=part_bytes * (1 + keep))
        self._part_bytes, self._keep, self._reserve = part_bytes, keep, reserve
        self._part = 0
        self._file = -1
        self._size = 0
        self._n = 0
        self._lost = Gap(why="disk")
        self._looked_at: int | None = None
        self._headed(session.t)

    def write(self, record: Record) -> None:
        """Append `record`, or count it as lost."""
        size = _about(record)
        if self._size and self._size + size > self._part_bytes:
            self._next_part()
        if not (self._headed(record.t) and self._told(record.t) and self._append(record)):
            self._lost = replace(self._lost, count=self._lost.count + 1, bytes=self._lost.bytes + _bytes(record))

    def close(self) -> None:
        """Tell what is still untold, and close the file."""
        self._told(self._lost.t)
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        if not self._size:
            self._draft().unlink(missing_ok=True)

    def _headed(self, t: int) -> bool:
        """Whether the part has its first line, the session; it appears under its name with that line in it.

        So nobody who finds a trace finds one that does not say yet what it is.
        """
        if self._size:
            return True
        path = part_path(self.path, self._part)
        try:
            if self._file < 0:
                self._file = self._created(path)
            if self._append(replace(self._session, t=t, part=self._part)):
                self._draft().replace(path)
        except FileExistsError:
            self._part += 1  # not ours to write into
        except OSError:
            return False
        return bool(self._size)

    def _created(self, path: Path) -> int:
        """The new file that is to become `path`."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.path.lexists(path):
            raise FileExistsError(path)
        return os.open(self._draft(), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW, 0o600)

    def _draft(self) -> Path:
        """What a part is called until its first line is in it."""
        path = part_path(self.path, self._part)
        return path.with_name(path.name + DRAFT)

    def _told(self, t: int) -> bool:
        """Whether nothing is lost that the trace does not tell of."""
        if self._lost.count and self._append(replace(self._lost, t=t)):
            self._lost = Gap(why="disk")
        return not self._lost.count

    def _append(self, record: Record) -> bool:
        """Whether the record's line is on the disk, whole; if not, nothing of it is."""
        if self._file < 0 or self._disk_is_low():
            return False
        size = 0
        try:
            for piece in _chunks(pieces(replace(record, n=self._n))):
                left = memoryview(piece)
                size += len(piece)
                while left:
                    left = left[os.write(self._file, left) :]
        except OSError:
            self._take_back()
            return False
        self._size += size
        self._n += 1
        return True

    def _disk_is_low(self) -> bool:
        if self._looked_at is not None and self._size < self._looked_at + LOOK_EVERY:
            return False
        try:
            disk = os.fstatvfs(self._file)
        except OSError:
            return False  # whoever cannot say may still write
        if disk.f_bavail * disk.f_frsize < self._reserve:
            return True
        self._looked_at = self._size
        return False

    def _take_back(self) -> None:
        """Take a half-written line off the end; where that fails too, go on in another part."""
        try:
            os.ftruncate(self._file, self._size)
        except OSError:
            self._next_part()

    def _next_part(self) -> None:
        os.close(self._file)
        self._file, self._size, self._looked_at = -1, 0, None
        self._part += 1
        if self._part > self._keep:
            part_path(self.path, self._part - self._keep).unlink(missing_ok=True)


def _chunks(small: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, in pieces that are worth a call to the system each."""
    kept: list[bytes] = []
    for piece in small:
        if len(piece) > CHUNK:
            yield b"".join(kept)
            yield piece
            kept = []
        else:
            kept.append(piece)
    yield b"".join(kept)


def _bytes(record: Record) -> int:
    """How much a record that is lost would have told."""
    return sum(record.sizes) if isinstance(record, Frames) else len(encode(record))


def _about(record: Record) -> int:
    """How long the line of a record is, at most."""
    if isinstance(record, Frames):
        return LONGEST_HEAD + sum(4 * (size // 3 + 1) + 15 for size in record.sizes)
    return len(encode(record)) + 20
