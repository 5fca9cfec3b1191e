"""`seams trace`: what is shown, what is found wrong, on made-up traces and on a live one."""

import json
import os
import subprocess
import sys

import pytest

from kernel_seams.wire.exchange import Conversation
from kernel_seams.wire.lint import lint
from kernel_seams.wire.show import Filter, Flow, drawn, tree
from kernel_seams.wire.trace import Frames, Gap, Kernel, Session, Socket, Stderr, encode


def seams(*words, **options):
    """Run the command; the finished process."""
    command = [sys.executable, "-m", "kernel_seams", "trace", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.fixture
def file(script, tmp_path):
    """A function that writes the made-up trace to a file."""

    def write():
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"".join(encode(record) for record in script.records))
        return path

    return write


def rules(script):
    """What is found wrong, without the notes: rule and severity."""
    return [(each.rule, each.severity) for each in lint(script.records) if each.severity != "note"]


def test_messages_stand_below_their_request(script):
    """In order, also where two requests overlap; their times count from the request."""
    first = script.send(content={"code": "1"})
    second = script.send(content={"code": "2"})
    for asked in (first, second):
        script.status(asked, "busy")
        script.answer(asked, "execute_reply", {"status": "ok", "execution_count": 1}, channel="shell")
        script.status(asked, "idle")
    lines = [line for line in tree(script.records, Filter()) if line.kind == "frames"]

    assert [(line.msg_type, line.text) for line in lines] == [
        ("execute_request", "1"),
        ("status", "busy"),
        ("execute_reply", "ok [1]"),
        ("status", "idle"),
        ("execute_request", "2"),
        ("status", "busy"),
        ("execute_reply", "ok [1]"),
        ("status", "idle"),
    ]
    assert [line.after for line in lines[:3]] == [None, 2_000_000, 3_000_000]


def test_silence_is_explained_below_its_request(script):
    """As a line of its own, after what did come."""
    script.send(verdict="bad", fault="wrong-key")
    lines = list(tree(script.records, Filter()))

    assert lines[-1].kind == "silence"
    assert lines[-1].marks == ("wrong-key",)
    assert lines[-2].marks == ("signature bad", "fault wrong-key")


@pytest.mark.parametrize(
    ("only", "types"),
    [
        (Filter(channels=("shell",)), ["execute_request", "execute_reply"]),
        (Filter(types=("stream", "execute_i*")), ["execute_input", "stream"]),
        (Filter(channels=("heartbeat",)), ["ping"]),
        (Filter(channels=("stdin",)), []),
    ],
)
def test_filters(script, only, types):
    """By channel, by msg_type; heartbeats only where they are asked for."""
    script.run()
    script.add(Frames(channel="heartbeat", frames=(b"c", b"", b"ping")))
    script.add(Stderr(text="x"))

    assert [line.msg_type for line in tree(script.records, only)] == types


def test_one_request_is_found_by_its_id(script):
    """By the beginning of its msg_id."""
    script.run()
    asked = script.run("2")

    lines = list(tree(script.records, Filter(parent=asked.msg_id[:12])))
    assert len(lines) == 6
    assert {line.msg_id if line.after is None else line.parent_id for line in lines} == {asked.msg_id}


def test_what_grows_is_shown_as_it_comes(script):
    """Line by line the same messages as in the tree."""
    script.run()
    flow = Flow(Filter())
    flowed = [line for record in script.records for line in flow.add(record)]

    assert flowed == [line for line in tree(script.records, Filter()) if line.kind != "silence"]


def test_frames_are_drawn_with_their_names(script):
    """Name, size, hexadecimal, ASCII; what is withheld says why."""
    script.run()
    record = next(each for each in script.records if isinstance(each, Frames))
    rows = list(drawn(record, 16))

    names = ["identity", "delimiter", "signature", "header", "parent_header", "metadata", "content"]
    assert [row.split(",")[0] for row in rows if not row.startswith(" ")] == names
    assert rows[0] == "identity, 8 bytes"
    assert rows[1] == "  0000  63 6c 69 65 6e 74 2d 31                          client-1"
    assert rows[3] == "  0000  3c 49 44 53 7c 4d 53 47 3e                       <IDS|MSG>"
    withheld = Frames(channel="stdin", frames=(*record.frames[:-1], None), withheld={6: "a reason"})
    assert list(drawn(withheld, 16))[-1] == "content, withheld: a reason"
    heartbeat = Frames(channel="heartbeat", frames=(b"\0abcd", b"", b"ping"))
    assert next(drawn(heartbeat, 16)) == "identity, 5 bytes"


def test_a_sound_trace_has_nothing_wrong(script):
    """Not an error, not a warning."""
    script.run()
    script.run("2")
    script.add(Kernel(state="exited", code=0))

    assert lint(script.records) == []


def test_what_is_wrong_is_found(script):
    """Each rule broken once."""
    early = script.send("inspect_request")
    script.answer(early, "display_data")
    script.status(early, "busy")
    script.answer(early, "complete_reply", {"status": "ok"}, channel="control")
    script.status(early, "idle")
    script.answer(early, "stream")
    script.answer(early, "inspect_reply", {"status": "ok"}, channel="shell")
    quiet = script.send("kernel_info_request")
    script.answer(quiet, "kernel_info_reply", {"status": "ok"}, channel="shell")
    script.status(quiet, "idle")
    script.answer(None, "execute_result")
    script.add(Frames(channel="shell", frames=(b"c", b"<IDS|MSG>", b"", b"{", b"{}", b"{}", b"{}"), verdict="bad"))
    script.add(Socket(channel="shell", side="front", event="HANDSHAKE_FAILED_NO_DETAIL"))
    script.add(Gap(count=1, why="disk"))
    script.add(Kernel(state="exited", code=-11))
    found = {(each.rule, each.severity, each.text.partition(" ")[0]) for each in lint(script.records)}

    assert found == {
        ("order", "error", "display_data"),
        ("order", "error", "stream"),
        ("reply", "error", "inspect_request"),
        ("reply", "error", "The"),
        ("busy-idle", "error", "kernel_info_request"),
        ("parent", "error", "execute_result"),
        ("signature", "error", "A"),
        ("readable", "error", "What"),
        ("connected", "error", "A"),
        ("connected", "warning", "The"),
        ("left-out", "warning", "1"),
    }


def test_replies_in_another_order_than_requests_are_found(script):
    """Shell is one queue, but for subshells."""
    first, second = script.send(), script.send()
    for asked in (second, first):
        script.status(asked, "busy")
        script.answer(asked, "execute_reply", {"status": "ok"}, channel="shell")
        script.status(asked, "idle")
    assert rules(script) == [("order", "error")]

    other = script.send(who=b"client-2")
    script.status(other, "busy")
    script.answer(other, "execute_reply", {"status": "ok"}, channel="shell", who=b"client-2")
    script.status(other, "idle")
    assert rules(script) == [("order", "error")]


def test_the_command_shows_and_lints(script, file):
    """Exit 1 where something is an error; JSON for programs."""
    script.run("print('hello')")
    shown = seams("show", file())
    assert shown.returncode == 0
    assert [line.split()[1:4] for line in shown.stdout.splitlines() if "request" in line] == [
        ["shell", "->", "execute_request"]
    ]
    assert json.loads(seams("show", file(), "--json", "--channel", "shell").stdout)[1]["msg_type"] == "execute_reply"
    assert seams("show", file(), "--frames", "--bytes", "8").stdout.count("delimiter, 9 bytes") == 6
    clean = seams("lint", file())
    assert (clean.returncode, clean.stdout) == (0, "nothing is wrong\n")

    script.send(verdict="bad")
    broken = seams("lint", file(), "--json")
    assert broken.returncode == 1
    assert {each["rule"] for each in json.loads(broken.stdout)} == {"signature", "reply"}


def test_what_a_stranger_wrote_cannot_forge_a_line(script, file):
    """Escapes and newlines in any text of a trace come out as text."""
    script.add(Session(kernel="\x1b[31mred\nkernel  started", display_name="a\r\nb"))
    script.send("evil\x1b]0;title\x07\nexecute_request", {"code": "a\x1b[2J\nb"})
    script.add(Stderr(text="\x1b[31mline\u202e"))
    script.add(Frames(frames=(b"\x1b[31m", b"<IDS|MSG>"), verdict=None))
    lines = seams("show", file(), "--frames").stdout

    assert "\x1b" not in lines
    assert "\u202e" not in lines
    assert "evil\\x1b" in lines


def test_the_newest_trace_is_shown_where_none_is_named(live):
    """Or that of a tap, by its number."""
    live.run("print('shown')")

    assert "shown" in seams("show", "--type", "stream").stdout
    assert "shown" in seams("show", live.tap.pid, "--type", "stream").stdout


def test_a_live_kernel_does_as_the_protocol_says(live, wait_until):
    """What ipykernel and a healthy client do has no error; live, through the whole path."""
    before = len(live.records())
    live.run("print(1)\n2")
    reply, _ = live.run("1/0")
    wait_until(lambda: not Conversation(live.records()[before:]).unfinished(), "both in the trace")

    assert reply["status"] == "error"
    assert [each for each in lint(live.records()[before:]) if each.severity == "error"] == []


def test_follow_goes_on_until_it_is_stopped(script, file):
    """Lines come as the trace grows; Ctrl-C ends it."""
    path = file()
    command = [sys.executable, "-m", "kernel_seams", "trace", "show", path, "--follow", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as process:
        assert json.loads(process.stdout.readline())["kind"] == "session"
        script.send()
        with path.open("ab") as growing:
            growing.write(encode(script.records[-1]))
        assert json.loads(process.stdout.readline())["msg_type"] == "execute_request"
        process.send_signal(2)
        assert process.wait(90) == 130


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "nowhere.jsonl"], 1, "there is no trace nowhere.jsonl"),
        (["lint", __file__], 1, "is no trace"),
        (["show", "99999999"], 1, "tap"),
        (["show", "--channel", "radio"], 2, "radio"),
    ],
)
def test_what_cannot_be_shown_is_told_in_a_line(words, code, said):
    """Exit 1, or 2 for bad usage; no traceback."""
    done = seams(*words)

    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert said.lower() in done.stderr.lower()
