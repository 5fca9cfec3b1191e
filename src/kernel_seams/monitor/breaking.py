"""What the page asks of a running tap: which faults there are, what each would do, which are armed; arm, take back."""

from __future__ import annotations

from typing import Any

from kernel_seams.wire.message import Key
from kernel_seams.wire.tap.faults import DELAY_SECONDS, NAMES, Faults
from kernel_seams.wire.tap.running import RunningTap, TapError, ask

REQUEST = "execute_request"


def faults(tap: RunningTap | None, asked: dict[str, Any]) -> dict[str, Any]:
    """What is armed now, after what is `asked` was done: {"do": "faults"}, or "arm" or "off" and "fault".

    `problem` says why it was not: the tap is gone, or it refuses. Blocks as long as the tap takes, which is not long.
    """
    told: dict[str, Any] = {"faults": _choice(), "armed": [], "problem": ""}
    if tap is None:
        return told | {"faults": [], "problem": "No tap runs before this kernel now, so nothing can be changed."}
    try:
        if asked.get("do") in ("arm", "off"):
            ask(tap, _request(asked))
        told["armed"] = ask(tap, {"do": "status"}).get("armed", [])
    except TapError as error:
        told["problem"] = str(error)
    return told


def _request(asked: dict[str, Any]) -> dict[str, Any]:
    """The request to the tap, of known parts only."""
    request: dict[str, Any] = {"do": asked["do"], "fault": str(asked.get("fault"))}
    if asked["do"] == "arm":
        request["request"] = REQUEST
    return request


def _choice() -> list[dict[str, str]]:
    """Each fault and what should happen, for a kernel that signs."""
    could = Faults(Key(b"any"))
    return [{"name": name, "expected": could.arm(name, REQUEST, DELAY_SECONDS).expected} for name in NAMES]
