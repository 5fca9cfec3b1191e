"""Traces: records and lines, both directions; files that grow, are rotated, torn, full, or no trace at all."""

import json
import os
import stat
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_seams.wire.recording import Recorder
from kernel_seams.wire.trace import (
    Fault,
    Frames,
    Gap,
    Kernel,
    Other,
    Session,
    Socket,
    Stderr,
    Stdout,
    TraceError,
    decode,
    encode,
)
from kernel_seams.wire.tracefile import Follower, parts, read_trace

SESSION = Session(t=5, kernel="python3", display_name="Python 3", language="python", argv=("python", "-f", "x"), pid=7)
PING = Frames(t=6, channel="heartbeat", frames=(b"ping",))


def numbered(records):
    """The records with the `n` a recorder gives them."""
    return [decode(encode(record).replace(b'"n":0', f'"n":{n}'.encode())) for n, record in enumerate(records)]


@pytest.mark.parametrize(
    "record",
    [
        SESSION,
        Frames(t=1, n=2, channel="iopub", direction="to_client", frames=(b"\x00\xff", b""), verdict="good"),
        Frames(frames=(b"a", None), sizes=(1, 0), withheld={1: "password"}, fault="flip-byte", dropped=True),
        Socket(channel="iopub", side="back", event="HANDSHAKE_SUCCEEDED", value=0),
        Stderr(text="Invalid Signature: \x1b[31m"),
        Stdout(text="\udce9"),
        Kernel(state="exited", code=-9),
        Kernel(),
        Fault(fault="send-twice", state="armed", expected="The kernel drops the second."),
        Gap(count=3, bytes=4000, why="disk"),
    ],
)
def test_a_record_survives_its_line(record):
    """What is written is read, to the byte; a line has no newline but its last byte."""
    line = encode(record)

    assert decode(line) == record
    assert line.count(b"\n") == 1
    assert json.loads(line)["kind"] == record.kind


def test_the_line_is_as_the_format_has_it():
    """Base64 frames, null where one is withheld, all sizes, and no key that says nothing."""
    line = encode(Frames(t=1, n=2, frames=(b"\x00", None), sizes=(1, 9), withheld={1: "password"}, verdict="good"))

    assert json.loads(line) == {
        "kind": "frames",
        "t": 1,
        "n": 2,
        "channel": "shell",
        "direction": "to_kernel",
        "frames": ["AA==", None],
        "sizes": [1, 9],
        "verdict": "good",
        "withheld": {"1": "password"},
    }


@given(st.lists(st.binary(max_size=300), max_size=12))
def test_any_frames_survive(frames):
    """Whatever crossed, it comes back byte for byte."""
    assert decode(encode(Frames(frames=tuple(frames)))).frames == tuple(frames)


def test_a_kind_of_the_future_is_kept():
    """An unknown kind is read, and written as it was."""
    line = b'{"kind": "weather", "t": 1, "n": 2, "sun": true}\n'

    assert decode(line) == Other(t=1, n=2, content={"kind": "weather", "t": 1, "n": 2, "sun": True})
    assert json.loads(encode(decode(line))) == json.loads(line)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"kind": "frames", "frames": [1]}', "not base64"),
        ('{"kind": "frames", "frames": "AA=="}', "no list"),
        ('{"kind": "frames", "frames": [], "channel": ["shell"]}', "channel of a frames record is list"),
        ('{"kind": "session", "argv": "x"}', "argv"),
        ('{"kind": "session", "trace": 2}', "version 2"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(line, said):
    """A stranger's trace puts no surprise into a field."""
    with pytest.raises(TraceError, match=said):
        decode(line)


def test_a_trace_is_written_for_its_owner_alone_and_read_as_it_was(tmp_path):
    """Mode 0600, numbers without holes."""
    path = tmp_path / "traces" / "a.jsonl"
    recorder = Recorder(path, SESSION)
    for record in (PING, Stderr(t=7, text="hello")):
        recorder.write(record)
    recorder.close()

    read = list(read_trace(path))
    assert [record.n for record in read] == [0, 1, 2]
    assert [type(record) for record in read] == [Session, Frames, Stderr]
    assert read[0].budget > 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_follower_sees_what_is_added_and_waits_for_the_rest_of_a_line(tmp_path):
    """Half a line is no record; its other half makes it one."""
    path = tmp_path / "a.jsonl"
    line = encode(Frames(t=1, n=1, frames=(b"x" * 100,)))
    path.write_bytes(encode(SESSION) + line[:50])
    follower = Follower(path)

    assert [record.kind for record in follower.read()] == ["session"]
    assert follower.read() == []
    with path.open("ab") as file:
        file.write(line[50:])
    assert [record.frames for record in follower.read()] == [(b"x" * 100,)]
    assert follower.session == SESSION


def test_a_trace_is_rotated_within_its_budget(tmp_path):
    """The first part and the newest stay; each begins with its session; the reader says what is gone."""
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, SESSION, part_bytes=2000, keep=2)
    follower = Follower(path)
    followed = []
    for number in range(100):
        recorder.write(Stderr(t=number, text=f"{number} {'x' * 100}"))
        followed += follower.read()
    recorder.close()

    assert [record.n for record in followed] == list(range(len(followed)))
    assert [record.text.split()[0] for record in followed if record.kind == "stderr"] == [str(n) for n in range(100)]
    there = parts(path)
    assert there[0] == 0
    assert len(there) == 3
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 3 * 2000
    read = list(read_trace(path))
    assert [record.part for record in read if record.kind == "session"] == there
    assert read[0].budget == 6000
    (gap,) = (record for record in read if record.kind == "gap")
    assert gap.why == "rotated"
    assert sum(1 for record in read if record.kind != "gap") + gap.count == len(followed)


def test_a_full_disk_costs_records_and_is_told(tmp_path):
    """While the disk has too little room nothing is written; then a gap says how much was lost."""
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, SESSION)
    recorder._reserve = 1 << 60
    recorder._looked_at = None
    for _ in range(3):
        recorder.write(PING)
    recorder._reserve = 0
    recorder.write(Stderr(t=9, text="room again"))
    recorder.close()

    _session, gap, last = read_trace(path)
    assert (gap.count, gap.why) == (3, "disk")
    assert gap.bytes == 3 * len(b"ping")
    assert (last.text, last.n) == ("room again", 2)


def test_a_trace_is_there_once_it_says_what_it_is(tmp_path):
    """Whoever finds the file can read it; one that never came to its first line leaves none."""
    path = tmp_path / "a.jsonl"
    never, later = Recorder(tmp_path / "b.jsonl", SESSION, reserve=1 << 60), Recorder(path, SESSION, reserve=1 << 60)
    never.write(PING)
    later.write(PING)
    assert not path.exists()
    later._reserve = 0
    later.write(PING)
    never.close()

    assert [record.kind for record in read_trace(path)] == ["session", "gap", "frames"]
    assert list(tmp_path.iterdir()) == [path]


def test_half_a_line_is_taken_back(tmp_path, monkeypatch):
    """When the disk takes only a part of a line, the file still ends with a whole one."""
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, SESSION)
    write, refusals = os.write, [True]

    def short(file, data):
        if refusals and len(data) > 20:
            return write(file, bytes(data[:20]))
        if refusals:
            refusals.pop()
            raise OSError(28, "No space left on device")
        return write(file, data)

    monkeypatch.setattr("kernel_seams.wire.recording.os.write", short)
    recorder.write(PING)
    recorder.write(Stderr(t=8, text="after"))
    recorder.close()

    assert [record.kind for record in read_trace(path)] == ["session", "gap", "stderr"]


def test_damage_in_the_middle_is_a_gap(tmp_path):
    """One bad line does not hide what comes after it."""
    path = tmp_path / "a.jsonl"
    good = encode(Stderr(t=8, n=2, text="after"))
    path.write_bytes(encode(SESSION) + b"\xff\xfe not json\n" + good)

    _session, gap, last = read_trace(path)
    assert (gap.why, gap.count) == ("unreadable", 1)
    assert last.text == "after"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no first line"),
        (b"hello\n", "line 1: it is not JSON"),
        (b'{"kind": "stderr", "text": ""}\n', "begins with its session"),
        (b"x" * 3_000_000, "does not end"),
    ],
)
def test_what_is_no_trace_is_told(tmp_path, content, said):
    """The file, and why it is none."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)

    with pytest.raises(TraceError, match=said) as raised:
        list(read_trace(path))
    assert str(path) in str(raised.value)


def test_a_missing_trace_is_told(tmp_path):
    """One line, and no traceback from the file system."""
    with pytest.raises(TraceError, match="there is no trace"):
        list(read_trace(tmp_path / "a.jsonl"))


def test_a_large_message_is_read_in_time_that_grows_with_its_size(tmp_path):
    """Twenty megabytes in one record take seconds, not minutes."""
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, SESSION)
    recorder.write(Frames(frames=(b"x" * 20_000_000,)))
    recorder.close()

    started = time.monotonic()
    _, large = read_trace(path)
    assert large.sizes == (20_000_000,)
    assert time.monotonic() - started < 20
