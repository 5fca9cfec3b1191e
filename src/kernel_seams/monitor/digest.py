"""What the page needs to know of a trace's record to draw its row: small, whatever the record holds.

    {"k": "frames", "n": 21, "us": 1795693544498950, "channel": "iopub", "to": "client", "frames": 7, "bytes": 918,
     "type": "stream", "id": "a1b2", "parent": "c3d4", "verdict": "good", "says": {"name": "stdout", "text": "42"}}

Everything in a record came from a kernel or a client: no text is longer than TEXT, and no shape is taken for granted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from kernel_seams.wire.message import FrameError, json_object, name_frames, split
from kernel_seams.wire.trace import TO_KERNEL, Frames, Other, Record

TEXT = 300
# A content frame above this is not decoded for a row: its first bytes say enough.
CONTENT_BYTES = 64 * 1024

Json = dict[str, Any]


def digest(record: Record) -> Json:
    """The row of one record: `k` its kind, `n` its number, `us` its time in microseconds, and what that kind says."""
    row: Json = {"k": record.kind, "n": record.n, "us": record.t // 1000}
    if isinstance(record, Frames):
        return row | _frames(record)
    if isinstance(record, Other):
        return row | {"kind": text(record.content.get("kind"))}
    said = {name: _plain(getattr(record, name)) for name in SHOWN.get(record.kind, ())}
    return row | {name: value for name, value in said.items() if value is not None}


SHOWN: dict[str, Sequence[str]] = {
    "session": (
        *("kernel", "display_name", "language", "pid", "transport", "encrypted"),
        *("signature_scheme", "signs", "kernel_id", "part"),
    ),
    "socket": ("channel", "side", "event", "value"),
    "stderr": ("text",),
    "stdout": ("text",),
    "kernel": ("state", "code"),
    "fault": ("fault", "state", "expected"),
    "gap": ("count", "bytes", "why"),
}

# What a row shows of a message's content.
SAYS: dict[str, Sequence[str]] = {
    "execute_request": ("code", "silent"),
    "execute_input": ("code", "execution_count"),
    "execute_reply": ("status", "execution_count", "ename", "evalue"),
    "execute_result": ("data", "execution_count"),
    "display_data": ("data",),
    "update_display_data": ("data",),
    "stream": ("name", "text"),
    "error": ("ename", "evalue"),
    "status": ("execution_state",),
    "input_request": ("prompt", "password"),
    "input_reply": ("value",),
    "kernel_info_reply": ("status", "implementation", "implementation_version", "protocol_version"),
    "complete_request": ("code", "cursor_pos"),
    "inspect_request": ("code", "cursor_pos"),
    "is_complete_request": ("code",),
    "is_complete_reply": ("status",),
    "history_request": ("hist_access_type",),
    "comm_open": ("comm_id", "target_name"),
    "comm_msg": ("comm_id",),
    "comm_close": ("comm_id",),
    "comm_info_request": ("target_name",),
    "debug_request": ("command",),
    "debug_reply": ("command", "success"),
    "debug_event": ("event",),
    "shutdown_request": ("restart",),
    "shutdown_reply": ("status", "restart"),
    "create_subshell_reply": ("status", "subshell_id"),
}


def names_of(record: Frames) -> list[str]:
    """What each frame is, in order; a heartbeat and a subscription are no messages and have names of their own."""
    frames = [frame or b"" for frame in record.frames]
    if record.channel == "heartbeat":
        return ["identity"] * (len(frames) - 2) + ["empty", "ping"][-len(frames) :] if frames else []
    if record.channel == "iopub" and record.direction == TO_KERNEL:
        return ["subscription"] * len(frames)
    return [named.name for named in name_frames(frames, iopub=record.channel == "iopub")]


def text(value: object, length: int = TEXT) -> str:
    """The text that `value` is, cut to `length`, without lone surrogates; empty if it is none."""
    if not isinstance(value, str):
        return ""
    cut = value if len(value) <= length else f"{value[:length]}…"
    return cut.encode("utf-8", "replace").decode()


def _frames(record: Frames) -> Json:
    """The row of a `frames` record, without what all rows have."""
    row: Json = {
        "channel": text(record.channel),
        "to": "kernel" if record.direction == TO_KERNEL else "client",
        "frames": len(record.frames),
        "bytes": sum(record.sizes),
        "verdict": record.verdict,
    }
    row |= {name: _plain(getattr(record, name)) for name in ("fault", "dropped") if getattr(record, name)}
    if row["channel"] == "heartbeat":
        return row | {"type": "ping" if row["to"] == "kernel" else "pong"}
    if row["channel"] == "iopub" and row["to"] == "kernel":
        return row | _subscription(record.frames)
    return row | _message([frame or b"" for frame in record.frames], withheld=None in record.frames)


def _subscription(frames: Sequence[bytes | None]) -> Json:
    """What a subscription says: its first byte is 1 for subscribe and 0 for unsubscribe, the rest is the topic."""
    said = (frames[0] if frames else None) or b""
    topic = said[1 : 1 + TEXT].decode("utf-8", "replace")
    return {"type": "subscribe" if said[:1] == b"\1" else "unsubscribe", "says": {"topic": topic}}


def _message(frames: list[bytes], *, withheld: bool) -> Json:
    """What a message says; of one that is none, why."""
    try:
        envelope = split(frames)
        header = json_object("header", envelope.parts[0])
        parent = json_object("parent_header", envelope.parts[1])
    except FrameError as error:
        return {"type": "", "problem": text(str(error))}
    msg_type = text(header.get("msg_type"))
    row: Json = {
        "type": msg_type,
        "id": text(header.get("msg_id")),
        "parent": text(parent.get("msg_id")),
        "session": text(header.get("session")),
    }
    if not envelope.identities:
        row["unaddressed"] = True
    if parent:
        row["parent_type"] = text(parent.get("msg_type"))
    if withheld:
        return row | {"withheld": True}
    try:
        return row | {"says": _says(msg_type, envelope.parts[3])}
    except FrameError as error:
        return row | {"problem": text(str(error))}


def _says(msg_type: str, content: bytes) -> Json:
    """The few things of a content that a row shows."""
    wanted = SAYS.get(msg_type, ())
    if len(content) > CONTENT_BYTES:
        return {"start": content[:TEXT].decode("utf-8", "replace")}
    said = json_object("content", content)
    shown = {name: _plain(said[name]) for name in wanted if name in said and name != "data"}
    data = said.get("data")
    if "data" in wanted and isinstance(data, dict):
        shown["mimes"] = [text(mime, 80) for mime in list(data)[:8]]
        shown["text"] = text(data.get("text/plain"))
    return shown


def _plain(value: object) -> object:
    """`value` if it is small and plain: a text that is cut, a number, true, false or null; else what type it has."""
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, bool) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < 2**53 else str(value)[:TEXT]  # what a number of JavaScript cannot hold
    return f"({type(value).__name__})"
