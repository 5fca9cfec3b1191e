"""What is to be done later: the messages that a fault holds back."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Things that become due, each at its time."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, T]] = []
        self._numbers = itertools.count()

    def add(self, seconds: float, thing: T) -> None:
        """Have `thing` become due in so many seconds."""
        heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._numbers), thing))

    def due(self) -> Iterator[T]:
        """What is due by now, once, in order."""
        while self._heap and self._heap[0][0] <= time.monotonic():
            yield heapq.heappop(self._heap)[2]

    def seconds(self) -> float | None:
        """How long it is until something is due, None if nothing ever is."""
        return max(0.0, self._heap[0][0] - time.monotonic()) if self._heap else None
