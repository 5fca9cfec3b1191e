"""A Jupyter message as ZeroMQ frames and back: bytes in, bytes out, no socket and no ZeroMQ.

    identity ...     how to route it: a client's identity, on iopub a topic, or nothing at all
    <IDS|MSG>        the delimiter
    signature        HMAC of the next four frames, in hexadecimal; empty where nothing is signed
    header           JSON: msg_id, msg_type, session, username, date, version
    parent_header    JSON: the header of the request this belongs to, or {}
    metadata         JSON
    content          JSON: what the msg_type says
    buffer ...       raw bytes; no signature covers them

Source: jupyter_client's "Messaging in Jupyter", sections "The Wire Protocol" and "General Message Format".
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

DELIMITER = b"<IDS|MSG>"
PARTS = ("header", "parent_header", "metadata", "content")
VERSION = "5.4"

Json = dict[str, Any]


class FrameError(ValueError):
    """These frames are no Jupyter message: which frame, and what is wrong with it."""


@dataclass(frozen=True)
class Envelope:
    """A message whose JSON has not been read: what routes it, its signature, its four `parts`, its buffers."""

    identities: tuple[bytes, ...]
    signature: bytes
    parts: tuple[bytes, ...]
    buffers: tuple[bytes, ...] = ()

    def frames(self) -> list[bytes]:
        """The frames, in the order in which they are sent."""
        return [*self.identities, DELIMITER, self.signature, *self.parts, *self.buffers]


@dataclass(frozen=True)
class Message:
    """What a message says. `identities` are a client's on shell, stdin and control, a topic on iopub."""

    header: Json
    content: Json
    parent_header: Json = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)
    identities: tuple[bytes, ...] = ()
    buffers: tuple[bytes, ...] = ()

    @property
    def msg_type(self) -> str:
        """The header's msg_type, empty if it names none."""
        return _text(self.header.get("msg_type"))

    @property
    def msg_id(self) -> str:
        """The header's msg_id, empty if it names none."""
        return _text(self.header.get("msg_id"))

    @property
    def parent_id(self) -> str:
        """The msg_id of the request this belongs to, empty if it belongs to none."""
        return _text(self.parent_header.get("msg_id"))


@dataclass(frozen=True)
class Key:
    """The connection file's `key` and `signature_scheme`: what signs and verifies.

    With an empty key nothing is signed and everything is accepted.
    """

    key: bytes
    scheme: str = "hmac-sha256"

    def __post_init__(self) -> None:
        kind, _, digest = self.scheme.partition("-")
        if kind != "hmac" or digest not in hashlib.algorithms_available:
            raise ValueError(
                f"signature_scheme {self.scheme!r} is none that is known here; hmac-sha256 is the usual one"
            )

    def sign(self, parts: Sequence[bytes]) -> bytes:
        """The signature frame for the four `parts`, header to content: an HMAC over them, in hexadecimal."""
        if not self.key:
            return b""
        digest = hmac.new(self.key, digestmod=self.scheme.partition("-")[2])
        for part in parts:
            digest.update(part)
        return digest.hexdigest().encode()

    def verifies(self, envelope: Envelope) -> bool:
        """Whether the signature holds, compared in constant time."""
        return not self.key or hmac.compare_digest(self.sign(envelope.parts), envelope.signature)

    def __repr__(self) -> str:
        return f"Key(scheme={self.scheme!r}, signs={bool(self.key)})"  # never the secret


@dataclass(frozen=True)
class NamedFrame:
    """One frame and what it is: identity, topic, delimiter, signature, header ... content, buffer, or unknown."""

    name: str
    data: bytes


def split(frames: Sequence[bytes]) -> Envelope:
    """The envelope of a multipart message; `FrameError` if the delimiter or a frame after it is missing."""
    if DELIMITER not in frames:
        raise FrameError(f"none of the {len(frames)} frames is the delimiter {DELIMITER.decode()}")
    at = list(frames).index(DELIMITER)
    rest = tuple(frames[at + 1 :])
    if len(rest) < 1 + len(PARTS):
        raise FrameError(
            f"after the delimiter come {len(rest)} frames; a signature and {', '.join(PARTS)} make {1 + len(PARTS)}"
        )
    return Envelope(tuple(frames[:at]), rest[0], rest[1 : 1 + len(PARTS)], rest[1 + len(PARTS) :])


def parse(frames: Sequence[bytes]) -> Message:
    """The message these frames are; `FrameError` says which frame is not as the protocol has it.

    The signature is not looked at: see `Key.verifies`.
    """
    envelope = split(frames)
    header, parent, metadata, content = (
        json_object(name, part) for name, part in zip(PARTS, envelope.parts, strict=True)
    )
    return Message(header, content, parent, metadata, envelope.identities, envelope.buffers)


def serialize(message: Message, key: Key) -> list[bytes]:
    """The frames of `message`, signed with `key`."""
    said = (message.header, message.parent_header, message.metadata, message.content)
    parts = tuple(json.dumps(each, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") for each in said)
    return Envelope(message.identities, key.sign(parts), parts, message.buffers).frames()


def request(msg_type: str, content: Mapping[str, Any] | None = None, *, session: str, **options: Any) -> Message:
    """A new message from a client: a fresh msg_id, the time now; `options` are further fields of `Message`."""
    return Message(header(msg_type, session=session), dict(content or {}), **options)


def header(msg_type: str, *, session: str, username: str = "") -> Json:
    """A new header: unique msg_id, ISO 8601 date with its zone, the protocol's version."""
    return {
        "msg_id": uuid.uuid4().hex,
        "msg_type": msg_type,
        "session": session,
        "username": username,
        "date": datetime.now(UTC).isoformat(),
        "version": VERSION,
    }


def name_frames(frames: Sequence[bytes], *, iopub: bool = False) -> list[NamedFrame]:
    """Each frame with its name, whatever the frames are: those of no message are all called unknown.

    On iopub what stands before the delimiter is a topic.
    """
    routing = "topic" if iopub else "identity"
    try:
        envelope = split(frames)
    except FrameError:
        return [NamedFrame("delimiter" if frame == DELIMITER else "unknown", frame) for frame in frames]
    names = [*(routing for _ in envelope.identities), "delimiter", "signature", *PARTS]
    names += ["buffer"] * len(envelope.buffers)
    return [NamedFrame(name, frame) for name, frame in zip(names, frames, strict=True)]


def json_object(name: str, part: bytes) -> Json:
    """The JSON object in the frame called `name`; `FrameError` says what it is instead."""
    try:
        value = json.loads(part.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FrameError(f"{name} is not UTF-8: byte {error.object[error.start]:#04x} at {error.start}") from None
    except RecursionError:
        raise FrameError(f"{name} is JSON nested too deep to be read") from None
    except ValueError as error:
        raise FrameError(f"{name} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise FrameError(f"{name} is JSON, but {type(value).__name__} and not an object")
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
