"""Stage 4: what is not signed is not obeyed, what is no message does no harm.

Nothing is proved by waiting: the good request that is sent after the bad one is answered, and nothing came before.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from kernel_seams.conform.checks import check, reply
from kernel_seams.conform.exchange import Exchange, Row, describe
from kernel_seams.conform.lab import Broken, Lab
from kernel_seams.wire.message import DELIMITER, Key, Message, request, serialize, split

GOOD = reply("kernel_info", status="ok")
OBEY_SECONDS = 0.3


def bad_request(lab: Lab) -> Message:
    """A kernel_info_request to be spoilt."""
    return request("kernel_info_request", session=lab.start().session)


def refused(lab: Lab, message: Message, frames: Sequence[bytes], channel: str = "shell") -> None:
    """Send `frames`, which are `message` spoilt; demand silence for them and a reply to the good request after them."""
    front = lab.ready()
    bad = Exchange(front, channel, message, len(front.log))
    front.send_frames(channel, frames, message)
    good = lab.ask("kernel_info_request", idle=False)
    if channel != "shell":
        front.pump(lambda: bad.own or lab.ended(), OBEY_SECONDS)
    if bad.own:
        obeyed = [each for each in bad.own if each.channel == channel] or bad.own
        raise Broken(
            [Row(each.channel, "nothing for the bad request", describe(each), agrees=False) for each in obeyed]
        )
    lab.demand(good, GOOD)


@check("refuse.unsigned")
def unsigned(lab: Lab) -> None:
    """An empty signature frame."""
    message = bad_request(lab)
    refused(lab, message, serialize(message, Key(b"")))


@check("refuse.wrong-key")
def wrong_key(lab: Lab) -> None:
    """A signature made with a key of somebody else."""
    message = bad_request(lab)
    refused(lab, message, serialize(message, Key(uuid.uuid4().hex.encode())))


@check("refuse.tampered")
def tampered(lab: Lab) -> None:
    """Each of the four frames changed after signing, one at a time."""
    for number in range(4):
        message = bad_request(lab)
        frames = serialize(message, lab.start().key)
        # White space is enough: the JSON says the same, the bytes are others.
        frames[2 + number] += b" "
        refused(lab, message, frames)


@check("refuse.control")
def control(lab: Lab) -> None:
    """A shutdown_request on control, signed with another key."""
    lab.ready()
    message = request("shutdown_request", {"restart": False}, session=lab.start().session)
    refused(lab, message, serialize(message, Key(uuid.uuid4().hex.encode())), "control")


@check("refuse.truncated")
def truncated(lab: Lab) -> None:
    """Too few frames, no delimiter, one empty frame."""
    message = bad_request(lab)
    whole = serialize(message, lab.start().key)
    for frames in ([b""], [b"no", b"delimiter"], [DELIMITER], whole[:2], whole[:5]):
        refused(lab, message, frames)


@check("refuse.not-json")
def not_json(lab: Lab) -> None:
    """Frames that are signed as they should be, and make no sense."""
    key, message = lab.ready().key, bad_request(lab)
    envelope = split(serialize(message, key))
    header, parent, metadata, content = envelope.parts
    for parts in (
        (b"{not json", parent, metadata, content),
        (b"[]", parent, metadata, content),
        (b"{}", parent, metadata, content),
        (header, b"\xff\xfe", metadata, content),
        (header, parent, metadata, b'"text"'),
    ):
        front = lab.start()
        # Its header is whole in some of them: a kernel may obey it, and what it publishes then is that message's.
        front.send_frames("shell", [DELIMITER, key.sign(parts), *parts], message)
        lab.demand(lab.ask("kernel_info_request", idle=False), GOOD)
