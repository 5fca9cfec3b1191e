"""Why a request has no reply: each reason, from records alone, and none where there is no silence."""

import pytest

from kernel_seams.wire.exchange import Conversation
from kernel_seams.wire.lint import lint
from kernel_seams.wire.silence import explain, explain_all, failed_handshakes, refused_copies
from kernel_seams.wire.trace import Fault, Frames, Gap, Kernel, Session, Socket, Stderr


def reason(script, asked):
    """The reason for this request, and its text."""
    conversation = Conversation(script.records)
    silence = explain(conversation, conversation.exchanges[asked.msg_id])
    return (silence.reason, silence.text) if silence else (None, "")


def test_what_is_over_is_not_silent(script):
    """Reply and idle have come, in either order; a comm_msg has no reply."""
    first = script.run()
    second = script.send("kernel_info_request")
    script.status(second, "busy")
    script.status(second, "idle")
    script.answer(second, "kernel_info_reply", {"status": "ok"}, channel="shell")
    comm = script.send("comm_msg")
    script.status(comm, "busy")
    script.status(comm, "idle")

    assert [reason(script, each)[0] for each in (first, second, comm)] == [None, None, None]
    assert explain_all(Conversation(script.records)) == []


def test_one_bad_signature_among_good_ones_was_changed(script):
    """The client has the right key, so the message was changed after it was signed; stderr is quoted."""
    script.run()
    asked = script.send(verdict="bad")
    script.add(Stderr(text="ValueError: Invalid Signature: b'12'"))

    found, text = reason(script, asked)
    assert found == "bad-signature"
    assert "changed after it was signed" in text
    assert "It says so on its stderr alone: Invalid Signature." in text


def test_a_client_of_which_nothing_is_signed_rightly_has_another_key(script):
    """The other client's messages do not count."""
    script.run()
    asked = script.send(verdict="bad", who=b"client-2")

    assert reason(script, asked)[0] == "wrong-key"


@pytest.mark.parametrize(("fault", "expected"), [("flip-byte", "bad-signature"), ("wrong-key", "wrong-key")])
def test_a_fault_is_named(script, fault, expected):
    """Who did it is known."""
    asked = script.send(verdict="bad", fault=fault)

    found, text = reason(script, asked)
    assert found == expected
    assert fault in text


def test_unsigned(script):
    """An empty signature frame."""
    asked = script.send(verdict="unsigned")
    script.add(Stderr(text="ValueError: Unsigned Message"))

    found, text = reason(script, asked)
    assert found == "unsigned"
    assert text.endswith("Unsigned Message.")


def test_a_second_copy_is_a_duplicate(script):
    """The first has its reply; the second is told of apart."""
    asked = script.run()
    script.frames(asked, "shell", "to_kernel", verdict="duplicate")
    script.add(Stderr(text="ValueError: Duplicate Signature: b'12'"))
    conversation = Conversation(script.records)

    ((exchange, silence),) = refused_copies(conversation)
    assert (exchange.id, silence.reason) == (asked.msg_id, "duplicate")
    assert "This one says on its stderr: Duplicate Signature." in silence.text


def test_an_unknown_type_goes_busy_and_idle(script):
    """The kernel's stderr says it; where it says nothing, the type is not one of the protocol."""
    asked = script.send("nonsense_request")
    script.status(asked, "busy")
    script.add(Stderr(text="[IPKernelApp] WARNING | Unknown message type: 'nonsense_request'"))
    script.status(asked, "idle")

    assert reason(script, asked)[0] == "unknown-type"


def test_a_known_type_without_a_reply_quotes_what_the_kernel_said(script):
    """The debug_request of bash_kernel: busy, idle, a traceback, no reply."""
    asked = script.send("debug_request", channel="control")
    script.status(asked, "busy")
    script.add(Stderr(text="NotImplementedError"))
    script.status(asked, "idle")

    assert reason(script, asked) == (
        "no-reply",
        "The kernel went busy and idle for debug_request and sent no reply. The last line on its stderr: "
        "NotImplementedError",
    )


def test_a_busy_kernel_says_with_which_cell(script):
    """The running cell itself runs; what comes after it waits."""
    first = script.send(content={"code": "while True: pass"})
    script.status(first, "busy")
    script.answer(first, "execute_input", {"code": "", "execution_count": 7})
    second = script.send(seconds=2.5)

    assert reason(script, first) == ("runs", "The kernel is at it [7], for 2.5 s.")
    assert reason(script, second) == (
        "kernel-busy",
        "The kernel is busy with execute_request [7], for 2.5 s. This one waits in its queue.",
    )


def test_a_request_on_control_does_not_wait_for_shell(script):
    """Another socket, another thread."""
    first = script.send()
    script.status(first, "busy")
    asked = script.send("interrupt_request", channel="control")

    assert reason(script, asked)[0] == "unknown"


@pytest.mark.parametrize("named", ["nothing", "the input_request", "the execute_request"])
def test_waiting_for_input(script, named):
    """Until somebody replies, whatever the reply names as its parent."""
    asked = script.send()
    script.status(asked, "busy")
    question = script.answer(asked, "input_request", {"prompt": "?"}, channel="stdin")
    assert reason(script, asked)[0] == "waits-for-input"
    later = script.send()
    assert "and waits for input" in reason(script, later)[1]

    parent = {"nothing": None, "the input_request": question, "the execute_request": asked}[named]
    script.answer(parent, "input_reply", {"value": "x"}, channel="stdin", direction="to_kernel")
    assert reason(script, asked)[0] == "runs"


@pytest.mark.parametrize(("code", "said"), [(-9, "was killed by signal 9"), (1, "ended with exit code 1")])
def test_a_dead_kernel(script, code, said):
    """While it ran this, or before it came to it."""
    first = script.send()
    script.status(first, "busy")
    second = script.send()
    script.add(Kernel(state="exited", code=code))

    assert reason(script, first) == ("kernel-dead", f"The kernel {said} while it ran this.")
    assert reason(script, second) == ("kernel-dead", f"The kernel {said} before it came to this.")


@pytest.mark.parametrize(
    ("fault", "msg_type", "content", "channel", "expected"),
    [
        ("drop-reply", "execute_reply", {"status": "ok"}, "shell", "reply-lost"),
        ("delay-reply", "execute_reply", {"status": "ok"}, "shell", "reply-late"),
        ("drop-idle", "status", {"execution_state": "idle"}, "iopub", "idle-lost"),
    ],
)
def test_what_a_fault_took(script, fault, msg_type, content, channel, expected):
    """The kernel did its part."""
    asked = script.send()
    script.status(asked, "busy")
    script.answer(asked, msg_type, content, channel=channel, fault=fault, dropped=True)
    if channel == "iopub":
        script.answer(asked, "execute_reply", {"status": "ok"}, channel="shell")
    else:
        script.status(asked, "idle")

    assert reason(script, asked)[0] == expected


def test_a_reply_without_an_address(script):
    """It was sent and reaches nobody."""
    asked = script.send()
    script.status(asked, "busy")
    script.answer(asked, "execute_reply", {"status": "ok"}, channel="shell", who=b"")
    script.status(asked, "idle")

    assert reason(script, asked)[0] == "no-address"


def test_a_client_that_has_gone(script):
    """The reply was addressed rightly, and nobody was there."""
    asked = script.send()
    script.status(asked, "busy")
    script.answer(asked, "execute_reply", {"status": "ok"}, channel="shell", dropped=True)
    script.status(asked, "idle")

    assert reason(script, asked)[0] == "client-gone"
    assert [each.severity for each in lint(script.records)] == ["note"]  # nobody has done anything wrong


def test_a_kernel_that_has_not_opened_its_socket(script):
    """And one that cannot be spoken to at all."""
    script.records = [each for each in script.records if getattr(each, "channel", "") != "shell"]
    asked = script.send()
    assert reason(script, asked)[0] == "not-connected"

    script.add(Socket(channel="shell", side="back", event="HANDSHAKE_FAILED_NO_DETAIL"))
    assert reason(script, asked)[0] == "handshake-failed"


@pytest.mark.parametrize(
    ("encrypted", "event", "value", "said"),
    [
        (True, "HANDSHAKE_FAILED_PROTOCOL", 0x11000002, "has no keys"),
        (True, "HANDSHAKE_FAILED_PROTOCOL", 0x11000001, "another server key"),
        (True, "HANDSHAKE_FAILED_NO_DETAIL", 11, "another server key"),
        (True, "HANDSHAKE_FAILED_NO_DETAIL", 32, "has no keys"),
        (False, "HANDSHAKE_FAILED_PROTOCOL", 0x11000002, "is not encrypted"),
    ],
)
def test_a_client_that_cannot_connect(script, encrypted, event, value, said):
    """Nothing of it ever arrives: ZeroMQ's own word is the only trace of it."""
    script.add(Session(encrypted=encrypted))
    for _ in range(3):
        script.add(Socket(channel="shell", side="front", event=event, value=value))

    ((socket, text),) = failed_handshakes(Conversation(script.records))
    assert socket.event == event
    assert said in text


def test_one_client_that_cannot_connect_is_told_once(script):
    """One without keys hangs up as soon as it knows: ZeroMQ sees its greeting, or nothing but that it has gone."""
    script.add(Session(encrypted=True))
    for event, value in (("NO_DETAIL", 32), ("PROTOCOL", 0x11000002), ("NO_DETAIL", 32)):
        script.add(Socket(channel="shell", side="front", event=f"HANDSHAKE_FAILED_{event}", value=value))

    ((socket, text),) = failed_handshakes(Conversation(script.records))
    assert socket.event == "HANDSHAKE_FAILED_PROTOCOL"
    assert "has no keys" in text


def test_what_is_left_out_may_hold_the_answer(script):
    """No false accusation where records are missing."""
    asked = script.send()
    script.add(Gap(count=12, why="budget"))

    assert reason(script, asked)[0] == "left-out"


def test_a_reply_without_its_idle(script):
    """Half of the end is not the end."""
    asked = script.send()
    script.status(asked, "busy")
    script.answer(asked, "execute_reply", {"status": "ok"}, channel="shell")

    assert reason(script, asked)[0] == "no-idle"


def test_nothing_at_all(script):
    """What is known is said, and what is not is not made up."""
    asked = script.send("complete_request")
    script.add(Fault(fault="drop-idle"), 3.0)

    found, text = reason(script, asked)
    assert found == "unknown"
    assert text.startswith("Nothing has come for 3.0 s. The request is signed rightly and the kernel runs")


def test_a_content_that_cannot_be_read_still_belongs_to_its_request(script):
    """A flipped bit may make the content no JSON: the header says which request it was."""
    asked = script.send(dropped=True, fault="flip-byte")
    frames = script.records[-1].frames
    broken = (*frames[:-1], b'{"code"; 1}')
    script.add(Frames(frames=broken, verdict="bad", fault="flip-byte"))

    assert reason(script, asked)[0] == "bad-signature"
    assert Conversation(script.records).unreadable[0].problem.startswith("content is not JSON")


def test_two_requests_of_one_msg_id_are_two_exchanges(script):
    """A manager and a client of jupyter_client may count the same number."""
    first = script.run()
    message = script.send("shutdown_request", channel="control")
    script.records.pop()
    message.header["msg_id"] = first.msg_id
    script.frames(message, "control", "to_kernel")
    script.answer(message, "shutdown_reply", {"status": "ok"}, channel="control")

    conversation = Conversation(script.records)
    assert [each.msg_type for each in conversation.exchanges.values()] == ["execute_request", "shutdown_request"]
    assert [len(each.answers) for each in conversation.exchanges.values()] == [5, 1]
