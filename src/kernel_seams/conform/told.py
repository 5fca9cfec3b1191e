"""What is said of a kernel and not judged, because the documents disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kernel_seams.conform.target import Target
from kernel_seams.wire.message import VERSION, Json

DOCUMENT = "5.5"


def said_of(target: Target, info: Json, seen: Mapping[str, str]) -> list[str]:
    """One sentence for each thing that cannot be judged; `seen` are those that the rules came across."""
    return [*_said(target, info), *seen.values()]


def _said(target: Target, info: Json) -> Iterator[str]:
    claimed = info.get("protocol_version")
    if isinstance(claimed, str) and claimed:
        spec = f", its kernelspec {target.protocol_version}" if target.protocol_version else ""
        yield (
            f"Versions: its kernel_info_reply says protocol {claimed}{spec}; our headers say {VERSION} as "
            f"jupyter_client's do, and its document describes {DOCUMENT}. Which of them counts is written nowhere."
        )
    if not info:
        return
    yield (
        "Handshake: the document describes a start with a registration file (5.6), its code does not have it, and "
        "kernels that have it differ. It is not asked."
    )
