"""What a bystander who has the key makes of a message: is its signature good, and may its frames be shown.

Source: jupyter_client's "Messaging in Jupyter", "The Wire Protocol": an HMAC over header, parent_header, metadata and
content; `jupyter_client.session.Session.deserialize` refuses a signature that it has seen before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kernel_seams.wire.message import DELIMITER, FrameError, Key, Message, parse, split
from kernel_seams.wire.trace import TO_CLIENT, TO_KERNEL

Verdict = Literal["good", "bad", "unsigned", "duplicate", "unchecked"]
REMEMBERED = 65536  # as many as jupyter_client's Session remembers (`digest_history_size`)
SHORTEST_SECRET = 8
PASSWORD = "the reply to a password prompt"  # noqa: S105
SECRET = "it holds the key of this connection"  # noqa: S105


class Judge:
    """Judges signatures, and remembers them: the second message with the same one in a direction is a duplicate."""

    def __init__(self, key: Key, remembered: int = REMEMBERED) -> None:
        self._key = key
        self._remembered = remembered
        self._seen: dict[str, OrderedDict[bytes, None]] = {TO_KERNEL: OrderedDict(), TO_CLIENT: OrderedDict()}

    def verdict(self, direction: str, frames: Sequence[bytes]) -> Verdict | None:
        """The verdict on these frames; None where they are no message."""
        try:
            envelope = split(frames)
        except FrameError:
            return None
        if not self._key.key:
            return "unchecked"
        if not envelope.signature:
            return "unsigned"
        if not self._key.verifies(envelope):
            return "bad"
        seen = self._seen[direction]
        if envelope.signature in seen:
            return "duplicate"
        seen[envelope.signature] = None
        if len(seen) > self._remembered:
            seen.popitem(last=False)
        return "good"


@dataclass
class Discretion:
    """Says which frames must not be written down: the replies to password prompts, and whatever holds a `secrets`."""

    secrets: Sequence[bytes] = ()
    _asked: set[bytes] = field(default_factory=set)
    _replied: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        # A key of a few bytes would be found everywhere, and hides nothing.
        self.secrets = [secret for secret in self.secrets if len(secret) >= SHORTEST_SECRET]

    def withheld(self, channel: str, direction: str, frames: Sequence[bytes]) -> Mapping[int, str]:
        """The indices of frames that are withheld, each with its reason."""
        found = {at: SECRET for at, frame in enumerate(frames) if self.tells(frame)}
        if channel == "stdin":
            if direction == TO_CLIENT:
                self._prompt(frames)
            elif self._asked or self._replied:
                found |= self._reply(frames)
        return found

    def tells(self, data: bytes) -> bool:
        """Whether a secret stands in `data`."""
        return any(secret in data for secret in self.secrets)

    def _prompt(self, frames: Sequence[bytes]) -> None:
        """Remember whom the kernel has asked for a password, until it asks for something else."""
        message = _message(frames)
        if message is None or message.msg_type != "input_request":
            return
        who = b"".join(message.identities)
        if message.content.get("password"):
            self._asked.add(who)
        else:
            self._asked.discard(who)

    def _reply(self, frames: Sequence[bytes]) -> dict[int, str]:
        if DELIMITER not in frames:
            return dict.fromkeys(range(len(frames)), PASSWORD)
        at = list(frames).index(DELIMITER)
        who, signature = b"".join(frames[:at]), bytes(frames[at + 1]) if len(frames) > at + 1 else b""
        # Whoever names no sender, or one that nobody knows, may still be the one who was asked.
        if who in self._asked or not who or (signature and signature in self._replied):
            self._replied.add(signature)
            return dict.fromkeys(range(at + 5, len(frames)), PASSWORD)
        return {}


def _message(frames: Sequence[bytes]) -> Message | None:
    try:
        return parse(frames)
    except FrameError:
        return None
