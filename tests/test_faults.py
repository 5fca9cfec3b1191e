"""Faults as they change frames: each strikes the message it is about, once, and says so."""

import pytest

from kernel_seams.wire.message import Key, Message, header, parse, request, serialize, split
from kernel_seams.wire.tap.faults import EXPECTED, NAMES, FaultError, Faults

KEY = Key(b"secret-key")
WHO = b"client-1"
ASK = request("execute_request", {"code": "1 + 1"}, session="s", identities=(WHO,))
FRAMES = serialize(ASK, KEY)


def answer(msg_type, content=None, parent=ASK, who=WHO):
    """A message that has the request as its parent."""
    return serialize(Message(header(msg_type, session="k"), content or {}, parent.header, identities=(who,)), KEY)


REPLY = answer("execute_reply", {"status": "ok"})
IDLE = answer("status", {"execution_state": "idle"}, who=b"kernel.1.status")
RESULT = answer("execute_result", {"data": {}}, who=b"kernel.1.execute_result")


def shown(passages):
    """What became of a message: frames, fault, dropped."""
    return [(list(each.frames), each.fault, each.dropped) for each in passages]


@pytest.fixture
def faults():
    """Nothing armed."""
    return Faults(KEY)


def test_nothing_armed_changes_nothing(faults):
    """Whatever it is, on any channel, any direction."""
    for channel in ("shell", "iopub", "stdin", "control", "heartbeat"):
        for direction in ("to_kernel", "to_client"):
            for frames in (FRAMES, REPLY, IDLE, [], [b"x"]):
                assert shown(faults.through(channel, direction, frames)) == [(frames, None, False)]


def test_flip_byte(faults):
    """One bit of the content differs, nothing else; the next request is left alone."""
    faults.arm("flip-byte")
    before, after = faults.through("shell", "to_kernel", FRAMES)

    assert shown([before]) == [(FRAMES, "flip-byte", True)]
    differing = [at for at, (a, b) in enumerate(zip(FRAMES, after.frames, strict=True)) if a != b]
    assert differing == [len(FRAMES) - 1]
    assert sum((a ^ b).bit_count() for a, b in zip(FRAMES[-1], after.frames[-1], strict=True)) == 1
    assert not KEY.verifies(split(after.frames))
    assert shown(faults.through("shell", "to_kernel", FRAMES)) == [(FRAMES, None, False)]


def test_wrong_key(faults):
    """Only the signature differs, and does not hold."""
    faults.arm("wrong-key")
    _, after = faults.through("shell", "to_kernel", FRAMES)

    assert [at for at, (a, b) in enumerate(zip(FRAMES, after.frames, strict=True)) if a != b] == [2]
    assert len(after.frames[2]) == len(FRAMES[2])


def test_send_twice(faults):
    """The same frames, two times."""
    faults.arm("send-twice")

    assert shown(faults.through("shell", "to_kernel", FRAMES)) == [(FRAMES, None, False), (FRAMES, "send-twice", False)]


def test_strip_identity(faults):
    """The frames begin with the delimiter; the signature still holds."""
    faults.arm("strip-identity")
    _, after = faults.through("shell", "to_kernel", FRAMES)

    assert list(after.frames) == FRAMES[1:]


def test_drop_idle(faults):
    """The idle of that request is dropped; busy, and the idle of another, pass."""
    faults.arm("drop-idle")
    other = answer("status", {"execution_state": "idle"}, request("kernel_info_request", session="s"))

    assert shown(faults.through("iopub", "to_client", other)) == [(other, None, False)]
    assert shown(faults.through("iopub", "to_client", IDLE)) == [(IDLE, "drop-idle", True)]
    assert shown(faults.through("iopub", "to_client", IDLE)) == [(IDLE, None, False)]


def test_drop_and_delay_reply(faults):
    """Lost, or late by so many seconds."""
    faults.arm("drop-reply")
    assert shown(faults.through("shell", "to_client", REPLY)) == [(REPLY, "drop-reply", True)]

    armed = faults.arm("delay-reply", seconds=1.5)
    assert "1.5 s late" in armed.expected
    now, later = faults.through("shell", "to_client", REPLY)
    assert (now.dropped, later.dropped, later.after) == (True, False, 1.5)


def test_hold_heartbeat_lasts(faults):
    """Every ping is held until the fault is taken back."""
    ping = [WHO, b"", b"ping"]
    faults.arm("hold-heartbeat")

    for _ in range(2):
        assert shown(faults.through("heartbeat", "to_kernel", ping)) == [(ping, "hold-heartbeat", True)]
    assert [armed.name for armed in faults.off("hold-heartbeat")] == ["hold-heartbeat"]
    assert shown(faults.through("heartbeat", "to_kernel", ping)) == [(ping, None, False)]


def test_swap_iopub(faults):
    """An output waits for the message after it, or until it has waited long enough."""
    faults.arm("swap-iopub")
    assert shown(faults.through("iopub", "to_client", RESULT)) == [(RESULT, "swap-iopub", True)]
    assert faults.waits
    assert [list(each.frames) for each in faults.through("iopub", "to_client", IDLE)] == [IDLE, RESULT]
    assert not faults.waits

    faults.arm("swap-iopub")
    faults.through("iopub", "to_client", RESULT)
    assert shown(faults.late()) == [(RESULT, "swap-iopub", False)]
    assert faults.late() == []


def test_a_fault_is_about_the_request_it_names(faults):
    """complete_request is struck, execute_request is not."""
    faults.arm("flip-byte", "complete_request")
    complete = serialize(request("complete_request", session="s", identities=(WHO,)), KEY)

    assert len(faults.through("shell", "to_kernel", FRAMES)) == 1
    assert len(faults.through("shell", "to_kernel", complete)) == 2


def test_what_happens_is_news(faults):
    """Armed, done, off: each with the sentence that was said beforehand."""
    faults.arm("flip-byte")
    faults.through("shell", "to_kernel", FRAMES)
    faults.arm("drop-idle")
    faults.off()

    assert [(armed.name, state) for armed, state in faults.news] == [
        ("flip-byte", "armed"),
        ("flip-byte", "done"),
        ("drop-idle", "armed"),
        ("drop-idle", "off"),
    ]
    assert "Invalid Signature" in faults.news[0][0].expected


def test_without_a_key_other_things_are_expected():
    """What nobody signs nobody checks."""
    assert "no key" in Faults(Key(b"")).arm("flip-byte").expected


@pytest.mark.parametrize("name", NAMES)
def test_each_fault_says_what_should_happen(faults, name):
    """In whole sentences, with the request's name where it is about one."""
    said = faults.arm(name, "complete_request").expected

    assert said.endswith(".")
    assert "{" not in said
    assert ("complete_request" in said) == ("{request}" in EXPECTED[name])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explode",), "there are flip-byte, "),
        (("flip-byte", "status"), "execute_request"),
        (("flip-byte", "a\nb_request"), "execute_request"),
        (("delay-reply", "execute_request", 0), "more than 0"),
        (("delay-reply", "execute_request", float("nan")), "more than 0"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(faults, arguments, said):
    """What there is, or what is allowed."""
    with pytest.raises(FaultError, match=said):
        faults.arm(*arguments)
    with pytest.raises(FaultError, match="no fault"):
        faults.off("explode")


def test_the_changed_content_is_still_read_by_nobody(faults):
    """The flipped request is a message of the same id, so that what is dropped can be told apart."""
    faults.arm("wrong-key")
    _, after = faults.through("shell", "to_kernel", FRAMES)

    assert parse(after.frames).msg_id == ASK.msg_id
