"""A row of a record: small and plain, whatever a kernel or a client put into it."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel_seams.monitor.digest import TEXT, digest, names_of
from kernel_seams.wire.trace import Fault, Frames, Gap, Kernel, Other, Socket, Stderr, Stdout

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("x" * 10_000)
JSON = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["text/plain", "<i>"]), SCALARS)
TYPES = st.sampled_from(["stream", "status", "execute_request", "execute_result", "error", "<b>", "\ud800", "x" * 500])


@settings(deadline=None, max_examples=40)
@given(
    msg_type=TYPES,
    content=st.dictionaries(st.sampled_from(["text", "data", "code", "execution_count", "execution_state"]), JSON),
    parent=st.dictionaries(st.sampled_from(["msg_id", "msg_type"]), JSON),
)
def test_whatever_a_kernel_says_a_row_is_small_and_plain(frames, msg_type, content, parent):
    """No content makes `digest` fail, nor gives it a text longer than TEXT, nor JSON that a browser does not read."""
    try:
        _, record = frames("iopub", msg_type, content, parent=parent)
    except ValueError:
        return  # it cannot be written as JSON at all
    row = digest(record)

    assert json.loads(json.dumps(row, allow_nan=False).encode()) == row
    assert len(json.dumps(row)) < 6 * TEXT * 6


@settings(deadline=None, max_examples=60)
@given(
    channel=st.sampled_from(["shell", "iopub", "stdin", "control", "heartbeat", "", "<i>"]),
    direction=st.sampled_from(["to_kernel", "to_client"]),
    data=st.lists(st.binary(max_size=20) | st.just(b"<IDS|MSG>") | st.none(), max_size=9),
)
def test_whatever_the_frames_each_has_a_name(channel, direction, data):
    """Frames that are no message have names, too, one each."""
    record = Frames(channel=channel, direction=direction, frames=tuple(data))

    assert len(names_of(record)) == len(data)
    json.dumps(digest(record), allow_nan=False)


def test_rows_of_what_is_no_message():
    """Heartbeats, subscriptions, and every other kind of record say what they are."""
    ping = Frames(channel="heartbeat", frames=(b"id", b"", b"ping"))
    assert names_of(ping) == ["identity", "empty", "ping"]
    assert digest(ping)["type"] == "ping"
    subscribed = Frames(channel="iopub", direction="to_kernel", frames=(b"\1kernel.1",))
    assert digest(subscribed)["type"] == "subscribe"
    assert digest(subscribed)["says"] == {"topic": "kernel.1"}
    broken = Frames(channel="shell", frames=(b"<IDS|MSG>", b"", b"{", b"{}", b"{}", b"{}"))
    assert digest(broken)["problem"].startswith("header is not JSON")
    latin = Frames(
        channel="iopub", direction="to_client", frames=(b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b'{"a": "\xe9"}')
    )
    assert digest(latin)["problem"] == "content is not UTF-8: byte 0xe9 at 7"
    others = (Socket(event="E"), Stderr(text="\x1b[31m"), Stdout(), Kernel(code=-9), Fault(fault="f"), Gap(), Other())
    assert [digest(record)["k"] for record in others] == [record.kind for record in others]
    assert digest(Kernel(state="exited", code=-9)) == {"k": "kernel", "n": 0, "us": 0, "state": "exited", "code": -9}
