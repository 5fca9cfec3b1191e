"""Messages and frames, both directions, on literal bytes; jupyter_client's Session is the other opinion."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupyter_client.session import Session

from kernel_seams.wire.message import (
    DELIMITER,
    Envelope,
    FrameError,
    Key,
    Message,
    name_frames,
    parse,
    request,
    serialize,
    split,
)

KEY = Key(b"a0436f6c-1916-498b-8eb9-e81ab9368e84")
# What a kernel sends for `1+1`, to the byte.
FRAMES = [
    b"kernel.0e1f.execute_result",
    b"<IDS|MSG>",
    b"a3a60c1b2b1d3b60e1bb5a36ab8a1b62ab5e26e3c5bb7f0b37b4b1a56ac2f1c4",
    b'{"msg_id": "2", "msg_type": "execute_result", "session": "k", "username": "u", "date": "", "version": "5.3"}',
    b'{"msg_id": "1", "msg_type": "execute_request"}',
    b"{}",
    b'{"data": {"text/plain": "2"}, "metadata": {}, "execution_count": 1}',
    b"\x00\xff raw",
]


def test_frames_are_split_at_the_delimiter():
    """What is before it routes, what is after has fixed places, what is left are buffers."""
    envelope = split(FRAMES)

    assert envelope.identities == (FRAMES[0],)
    assert envelope.signature == FRAMES[2]
    assert envelope.parts == tuple(FRAMES[3:7])
    assert envelope.buffers == (FRAMES[7],)
    assert envelope.frames() == FRAMES


def test_a_message_without_a_topic_has_no_identities():
    """iopub_welcome begins with the delimiter."""
    assert parse(FRAMES[1:]).identities == ()


def test_what_a_message_says():
    """The four JSON frames, and the names that are asked for most."""
    message = parse(FRAMES)

    assert (message.msg_type, message.msg_id, message.parent_id) == ("execute_result", "2", "1")
    assert message.content["data"] == {"text/plain": "2"}
    assert parse([*FRAMES[:4], b'{"msg_id": 3}', *FRAMES[5:]]).parent_id == ""


def test_a_known_signature():
    """HMAC-SHA256 of the four frames as if they were one text, in hexadecimal: the known one of this sentence."""
    assert Key(b"key").sign([b"The quick brown fox ", b"jumps over ", b"the lazy dog", b""]) == (
        b"f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    )


def test_signed_frames_verify_and_a_changed_byte_does_not():
    """Each of the four frames is covered, and the buffers are not."""
    frames = serialize(request("execute_request", {"code": "x"}, session="s", buffers=(b"one",)), KEY)

    assert KEY.verifies(split(frames))
    for place in range(1, 6):
        changed = [*frames]
        changed[place] += b" "
        assert not KEY.verifies(split(changed)), changed[place]
    assert KEY.verifies(split([*frames[:-1], b"another"]))
    assert not Key(b"another key").verifies(split(frames))


def test_an_empty_key_neither_signs_nor_checks():
    """The protocol's way to switch signatures off."""
    frames = serialize(request("kernel_info_request", session="s"), Key(b""))

    assert frames[1] == b""
    assert Key(b"").verifies(Envelope((), b"anything", (b"{}",) * 4))


def test_a_key_is_never_shown():
    """Neither its repr nor an error holds the secret."""
    assert "a0436f6c" not in repr(KEY)
    with pytest.raises(ValueError, match="hmac-nothing"):
        Key(b"a0436f6c", "hmac-nothing")


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([], "none of the 0 frames"),
        ([b"identity", b"{}"], "none of the 2 frames is the delimiter <IDS|MSG>"),
        ([DELIMITER, b"", b"{}", b"{}"], "after the delimiter come 3 frames"),
        ([DELIMITER, b"", b"{}", b"\xff", b"{}", b"{}"], "parent_header is not UTF-8: byte 0xff at 0"),
        ([DELIMITER, b"", b"{}", b"{}", b"{", b"{}"], "metadata is not JSON"),
        ([DELIMITER, b"", b"{}", b"{}", b"{}", b"[]"], "content is JSON, but list"),
        ([DELIMITER, b"", b"[" * 100_000, b"{}", b"{}", b"{}"], "header is JSON nested too deep"),
    ],
)
def test_what_is_wrong_with_frames_is_named(frames, said):
    """Which frame, and what it is instead."""
    with pytest.raises(FrameError, match=r"^") as raised:
        parse(frames)

    assert said in str(raised.value)


def test_frames_get_their_names():
    """A topic on iopub, an identity elsewhere; frames that are no message are unknown."""
    assert [frame.name for frame in name_frames(FRAMES, iopub=True)] == [
        "topic", "delimiter", "signature", "header", "parent_header", "metadata", "content", "buffer",
    ]  # fmt: skip
    assert name_frames(FRAMES)[0].name == "identity"
    assert [frame.name for frame in name_frames([b"\x01"])] == ["unknown"]
    assert [frame.data for frame in name_frames(FRAMES)] == FRAMES


def test_jupyter_client_reads_what_we_write():
    """Its Session accepts our signature and finds the same message."""
    session = Session(key=KEY.key)
    ours = request("execute_request", {"code": "print('h\u00e9llo \U0001d54f')"}, session="s", identities=(b"me",))

    identities, rest = session.feed_identities(serialize(ours, KEY))
    theirs = session.deserialize(rest)

    assert identities == [b"me"]
    assert theirs["content"] == ours.content
    assert theirs["header"]["msg_id"] == ours.msg_id
    assert theirs["header"]["date"].utcoffset() is not None


def test_we_read_what_jupyter_client_writes():
    """And its signature holds for us."""
    session = Session(key=KEY.key)
    frames = session.serialize(session.msg("comm_msg", {"data": {"a": [1, None]}}), ident=b"me")

    assert KEY.verifies(split(frames))
    assert parse(frames).content == {"data": {"a": [1, None]}}


@given(st.lists(st.binary(max_size=40) | st.just(DELIMITER) | st.just(b"{}"), max_size=12))
def test_any_frames_are_a_message_or_a_frame_error(frames):
    """Nothing else comes out of bytes that somebody else sent, and every frame has a name."""
    try:
        message = parse(frames)
    except FrameError:
        pass
    else:
        assert isinstance(message, Message)

    assert [frame.data for frame in name_frames(frames)] == frames


def test_text_that_is_no_unicode_is_sent_all_the_same():
    """A lone surrogate, as a file name may hold, becomes a question mark and not an exception."""
    frames = serialize(request("stream", {"text": "\ud800"}, session="s"), KEY)

    assert json.loads(frames[5]) == {"text": "?"}
