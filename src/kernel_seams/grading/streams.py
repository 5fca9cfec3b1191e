"""What the student's processes write to their own standard output and error: counted whole, kept in part."""

from __future__ import annotations

import os
from contextlib import suppress

__all__ = ["Streams"]

KEPT = 1024 * 1024  # bytes


class Streams:
    """A pipe for both streams of one process after the other; no more than `most` bytes are read of each.

    Who has duplicates of `news`, of the pipe's end and of an eventfd, sees without
    asking that there is no text: one of them is ready from when there is some until
    it is taken.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._reader = -1
        self._came = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._text = b""
        self._printed = 0

    def open(self) -> int:
        """The end to write to, for a new process; who gets it closes it."""
        self.close()
        self._reader, writer = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._reader, False)
        self._text = b""
        return writer

    def descriptors(self) -> tuple[int, ...]:
        """What is ready when there is something to `read`."""
        return (self._reader,) if self._reader >= 0 else ()

    @property
    def news(self) -> tuple[int, ...]:
        """What is ready when there is something to `take`."""
        return (*self.descriptors(), self._came)

    @property
    def too_long(self) -> bool:
        """Whether more was printed than there is room for."""
        return self._printed > self._most

    def read(self) -> None:
        """Read what is there."""
        if self._reader >= 0:
            os.eventfd_write(self._came, 1)  # before the pipe is empty: there is no moment in which neither is ready
        with suppress(BlockingIOError):
            while self._reader >= 0 and not self.too_long:
                piece = os.read(self._reader, 65536)
                if not piece:
                    self._close()
                self._printed += len(piece)
                self._text += piece[: max(0, KEPT - len(self._text))]

    def take(self) -> str:
        """The text since the last time."""
        self.read()
        text, self._text = self._text, b""
        with suppress(BlockingIOError):
            os.eventfd_read(self._came)
        return text.decode(errors="replace")

    def close(self) -> None:
        """Read what is left, and no more; it is there to be taken."""
        self.read()
        self._close()
        self._printed = 0

    def _close(self) -> None:
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1
