"""Stage 2: the heartbeat echoes whatever bytes come."""

from __future__ import annotations

import os

from kernel_seams.conform.checks import check
from kernel_seams.conform.exchange import Row
from kernel_seams.conform.lab import Broken, Lab

SHOWN = 24
PINGS = (b"\x00\xff\xfe\x80", b"", b"<IDS|MSG>", os.urandom(1000))


@check("heartbeat.echo")
def echo(lab: Lab) -> None:
    """One ping, new in each run."""
    ping(lab, os.urandom(8).hex().encode())


@check("heartbeat.bytes")
def whatever(lab: Lab) -> None:
    """No text, nothing, the delimiter of messages, many bytes."""
    for data in PINGS:
        ping(lab, data)


def ping(lab: Lab, data: bytes) -> None:
    """Send `data` and demand it back."""
    front = lab.start()
    since = len(front.log)
    front.send_frames("heartbeat", [data])
    lab.wait(lambda: any(not each.to_kernel and each.channel == "heartbeat" for each in front.log[since:]))
    came = [each.frames for each in front.log[since:] if not each.to_kernel and each.channel == "heartbeat"]
    if came != [(data,)]:
        shown = _shown(came[0]) if came else None
        cause = "Something came back, but it is not what was sent." if came else ""
        raise Broken([Row("heartbeat", _shown((data,)), shown, agrees=False)], cause)


def _shown(frames: tuple[bytes, ...]) -> str:
    parts = [repr(frame[:SHOWN])[1:] + ("..." if len(frame) > SHOWN else "") for frame in frames]
    return " | ".join(parts)
