"""Messages of the wall, on a socket whose other end sends what it likes."""

import json
import socket
import struct

import pytest

from kernel_seams.grading.frames import Channel, Gone, Late, Malformed


@pytest.fixture
def ends():
    """A channel, and the bare socket at its other end."""
    mine, theirs = socket.socketpair()
    with mine, theirs:
        yield Channel(mine, longest=100), theirs


@pytest.mark.parametrize("there", [0, 2, 4, 7])
def test_half_a_message_is_late_and_not_lost(ends, there):
    """What has come when the time is up is the beginning of the next answer, wherever it was cut."""
    channel, other = ends
    text = json.dumps({"n": 1}).encode()
    whole = struct.pack(">I", len(text)) + text
    other.sendall(whole[:there])

    with pytest.raises(Late):
        channel.receive(0)
    other.sendall(whole[there:] + whole)

    assert [channel.receive(0), channel.receive(0)] == [{"n": 1}, {"n": 1}]


@pytest.mark.parametrize(
    "sent", [struct.pack(">I", 101), struct.pack(">I", 2) + b"\xff\xff", struct.pack(">I", 2) + b"[}"]
)
def test_what_is_no_message_is_malformed(ends, sent):
    """Too long, no text, no JSON: told apart from silence, and nothing is read that was not announced."""
    channel, other = ends
    other.sendall(sent)

    with pytest.raises(Malformed):
        channel.receive(0)


def test_who_does_not_read_is_not_waited_for(ends):
    """A message that is not taken in time is late, and the sender goes on."""
    channel, _ = ends
    channel.longest = 10_000_000

    with pytest.raises(Late):
        channel.send("x" * 5_000_000, seconds=0.1)


def test_an_end_in_the_middle_is_an_end(ends):
    """Whoever closes the socket within a message is gone."""
    channel, other = ends
    other.sendall(struct.pack(">I", 50) + b"half")
    other.close()

    with pytest.raises(Gone):
        channel.receive(1)
