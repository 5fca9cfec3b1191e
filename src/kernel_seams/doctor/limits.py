"""What the shell allows the processes that it starts; read only."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

NAMES = ("NOFILE", "AS", "CPU")
FILES_A_QUESTION = 8


def limits() -> dict[str, tuple[int, int]]:
    """(soft, hard) of each limit of `resource` that is set, in its own unit; a hard one that is not set is 1 << 62."""
    found = {}
    with contextlib.suppress(ImportError):  # Windows has none
        import resource

        for name in NAMES:
            soft, hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
            if soft != resource.RLIM_INFINITY:
                found[name] = (soft, 1 << 62 if hard == resource.RLIM_INFINITY else hard)
    return found


def questions_at_once(most: int, allowed: Mapping[str, tuple[int, int]]) -> int:
    """How many interpreters may be asked at once, at `most`, before the doctor itself runs out of files."""
    files = allowed.get("NOFILE", (most * 100, 0))[0]
    return max(1, min(most, (files - FILES_A_QUESTION) // FILES_A_QUESTION))
