"""What the tap makes of signatures, and what it does not write down."""

import json

import pytest

from kernel_seams.wire.message import Key, Message, header, request, serialize
from kernel_seams.wire.verdict import PASSWORD, SECRET, Discretion, Judge

KEY = Key(b"0e1f3c6b-key")
ASK = request("execute_request", {"code": "1"}, session="s")


def stdin(msg_type, content, who=b"client-1"):
    """A message on stdin."""
    return serialize(Message(header(msg_type, session="s"), content, identities=(who,) if who else ()), KEY)


@pytest.mark.parametrize(
    ("frames", "verdict"),
    [
        (serialize(ASK, KEY), "good"),
        (serialize(ASK, Key(b"another")), "bad"),
        (serialize(ASK, Key(b"")), "unsigned"),
        ([b"client", b"", b"ping"], None),
        ([b"\x01"], None),
        ([], None),
    ],
)
def test_signatures_are_judged(frames, verdict):
    """Good, bad, missing, or nothing that could be signed."""
    assert Judge(KEY).verdict("to_kernel", frames) == verdict


def test_the_second_of_its_kind_is_a_duplicate_in_its_direction():
    """A kernel remembers what it was sent, not what it sent."""
    judge, frames = Judge(KEY), serialize(ASK, KEY)

    assert judge.verdict("to_kernel", frames) == "good"
    assert judge.verdict("to_client", frames) == "good"
    assert judge.verdict("to_kernel", frames) == "duplicate"


def test_memory_of_signatures_is_bounded():
    """What is older than the last so many is forgotten."""
    judge, frames = Judge(KEY, remembered=2), serialize(ASK, KEY)
    judge.verdict("to_kernel", frames)
    for _ in range(2):
        judge.verdict("to_kernel", serialize(request("execute_request", session="s"), KEY))

    assert judge.verdict("to_kernel", frames) == "good"


def test_without_a_key_nothing_is_judged():
    """An empty key accepts everything."""
    assert Judge(Key(b"")).verdict("to_kernel", serialize(ASK, KEY)) == "unchecked"


def test_the_reply_to_a_password_prompt_is_withheld():
    """From the prompt to the next one that is none: what that client replies, also when it is sent again."""
    discretion = Discretion()
    reply = stdin("input_reply", {"value": "hunter2"})

    assert discretion.withheld("stdin", "to_kernel", reply) == {}
    discretion.withheld("stdin", "to_client", stdin("input_request", {"prompt": "Password:", "password": True}))
    assert discretion.withheld("stdin", "to_kernel", reply) == {6: PASSWORD}
    assert discretion.withheld("stdin", "to_kernel", stdin("input_reply", {"value": "x"}, b"client-2")) == {}
    assert discretion.withheld("stdin", "to_kernel", stdin("input_reply", {"value": "hunter2"}, b"")) == {5: PASSWORD}
    assert discretion.withheld("stdin", "to_kernel", [b"client-1", b"hunter2"]) == {0: PASSWORD, 1: PASSWORD}
    discretion.withheld("stdin", "to_client", stdin("input_request", {"prompt": "Name:", "password": False}))
    assert discretion.withheld("stdin", "to_kernel", stdin("input_reply", {"value": "Ada"})) == {}
    assert discretion.withheld("stdin", "to_kernel", reply) == {6: PASSWORD}


def test_what_holds_the_key_is_withheld():
    """`%connect_info` prints the key: that frame is not written down."""
    discretion = Discretion([KEY.key, b""])
    frames = [b"stream.stdout", b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", json.dumps({"text": KEY.key.decode()}).encode()]

    assert discretion.withheld("iopub", "to_client", frames) == {6: SECRET}
    assert not discretion.tells(b"anything else")
