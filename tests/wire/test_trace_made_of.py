"""`seams trace diff`, `replay` and `export`: what is made of a trace, on made-up ones and with live kernels."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kernel_seams.monitor.export import html, mermaid
from kernel_seams.wire.compare import compare
from kernel_seams.wire.exchange import Conversation
from kernel_seams.wire.show import Filter, tree
from kernel_seams.wire.trace import Frames, Stderr, encode
from kernel_seams.wire.tracefile import read_trace

PATIENCE = 90


def seams(*words):
    """Run the command; the finished process."""
    command = [sys.executable, "-m", "kernel_seams", "trace", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


@pytest.fixture
def other(script):
    """A second made-up trace."""
    return type(script)()


def cell(script, code="1", said=("hello\n",), result="42", **result_more):
    """A cell that prints, in as many messages as there are texts, and has a value."""
    asked = script.send(content={"code": code})
    script.status(asked, "busy")
    for text in said:
        script.answer(asked, "stream", {"name": "stdout", "text": text})
    data = {"data": {"text/plain": result}, "execution_count": 1, **result_more}
    script.answer(asked, "execute_result", data)
    script.answer(asked, "execute_reply", {"status": "ok", "execution_count": 1}, channel="shell")
    script.status(asked, "idle")


def test_two_runs_of_the_same_differ_in_nothing(script, other):
    """Other ids, other times, a text cut otherwise, addresses and dates; and one who asked more often who is there."""
    cell(script, said=("hel", "lo\n"), result="<object at 0x7f3a2b1c9d00> 2026-01-01T10:00:00Z")
    for _ in range(3):
        asked = other.send("kernel_info_request")
        other.answer(asked, "kernel_info_reply", {"status": "ok"}, channel="shell")
    asked = script.send("kernel_info_request")
    script.answer(asked, "kernel_info_reply", {"status": "ok"}, channel="shell")
    script.records = [*script.records[:5], *script.records[-2:], *script.records[5:-2]]
    cell(other, result="<object at 0x7fffffffffff> 2026-02-02T11:11:11.5Z")

    assert compare(script.records, other.records) == []


def test_what_differs_is_named_with_its_place(script, other):
    """The value, the message that is missing, the request that only one has."""
    cell(script)
    cell(other, result="43", metadata={"x": 1})
    script.send("inspect_request", {"code": "a"})
    first, second = compare(script.records, other.records)

    assert [(each.channel, each.where, each.a, each.b) for each in first.values] == [
        ("iopub", "execute_result content.data.text/plain", '"42"', '"43"'),
        ("iopub", "execute_result content.metadata", "(not there)", '{"x": 1}'),
    ]
    assert (second.msg_type, second.only, second.n[1]) == ("inspect_request", "a", None)


def test_a_message_that_only_one_sends_is_named(script, other):
    """On its own socket, wherever the others stand."""
    cell(script)
    cell(other, said=())
    ((value,),) = (each.values for each in compare(script.records, other.records))

    assert (value.channel, value.where, value.b) == ("iopub", "stream", "(not there)")
    assert "hello" in value.a


def test_a_long_text_is_shown_where_it_differs(script, other):
    """Not from its beginning, where it is the same."""
    cell(script, result="x" * 500 + "one")
    cell(other, result="x" * 500 + "two")
    ((value,),) = (each.values for each in compare(script.records, other.records))

    assert (value.a, value.b) == ('..."' + "x" * 30 + 'one"', '..."' + "x" * 30 + 'two"')


def test_the_order_of_two_sockets_is_no_difference(script, other):
    """Reply before idle or idle before reply: ZeroMQ promises nothing."""
    cell(script)
    cell(other)
    *rest, reply, idle = other.records
    other.records = [*rest, replace(idle, n=reply.n), replace(reply, n=idle.n)]

    assert compare(script.records, other.records) == []


def test_json_nested_without_end_is_compared(script, other):
    """A stranger's trace ends nothing."""
    deep = "[" * 600 + "]" * 600
    for each in (script, other):
        asked = each.send()
        each.answer(asked, "execute_reply", json.loads(f'{{"status": "ok", "deep": {deep}}}'), channel="shell")

    assert compare(script.records, other.records) == []


def test_the_command_compares(script, other, tmp_path):
    """Exit 1 where anything differs, as diff does; JSON for programs."""
    files = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    cell(script)
    cell(other, result="43\x1b[31m")
    for file, each in zip(files, (script, other), strict=True):
        file.write_bytes(b"".join(encode(record) for record in each.records))
    done = seams("diff", *files)

    assert done.returncode == 1
    assert [line.strip() for line in done.stdout.splitlines()[-3:]] == [
        "iopub    execute_result content.data.text/plain",
        'a  "42"',
        r'b  "43\u001b[31m"',
    ]
    assert json.loads(seams("diff", *files, "--json").stdout)[0]["values"][0]["b"] == r'"43\u001b[31m"'
    same = seams("diff", files[0], files[0])
    assert (same.returncode, same.stdout.splitlines()[-1]) == (0, "nothing differs")


class Reader(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.texts.append(data)


def test_a_page_is_text_and_nothing_else(script):
    """Whatever a kernel says: no script, no address, no handler, nothing that is fetched."""
    evil = '<script>alert(1)</script><img src="http://x/" onerror=alert(2)> &amp; \x1b[31m\x00'
    cell(script, code=evil, said=(evil,), result=evil)
    script.send(evil, verdict="bad")
    script.add(Stderr(text=evil))
    page = Reader(html(evil, tree(script.records, Filter())))

    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "details", "summary", "p", "pre"),
        *("time", "b", "i", "code", "span", "em"),
    }
    assert page.attributes <= {"lang", "charset", "content", "http-equiv", "name", "class", "open", "title"}
    assert any("<script>alert(1)</script>" in text for text in page.texts)
    assert any("delimiter, 9 bytes" in text for text in page.texts)
    assert not any("\x1b" in text or "\0" in text for text in page.texts)
    assert any("Its signature does not hold" in text for text in page.texts)


def test_a_diagram_has_a_line_a_message(script):
    """Arrows by direction; a message that was held back ends in a cross; what Mermaid could read is spelled out."""
    cell(script, code="a; b #1\nend")
    asked = script.send(verdict="bad", fault="flip-byte", dropped=True)
    assert asked
    said = mermaid(tree(script.records, Filter())).splitlines()

    assert said[0] == "sequenceDiagram"
    assert "    F->>K: shell execute_request a#59; b #35;1 end" in said
    assert "    K-->>F: iopub stream stdout: 'hello#92;n'" in said
    assert any(line.startswith("    F-xK: shell execute_request") for line in said)
    assert any(line.startswith("    Note over F,K: ") and "signature does not hold" in line for line in said)
    assert all(re.fullmatch(r"[^;#]*(#\d+;[^;#]*)*", line) for line in said)


def test_the_command_exports(script, tmp_path):
    """To stdout or to a file; one line where that cannot be written."""
    file = tmp_path / "a.jsonl"
    cell(script)
    file.write_bytes(b"".join(encode(record) for record in script.records))
    page = tmp_path / "a.html"

    assert seams("export", file, "--format", "mermaid", "--channel", "shell").stdout.count("execute_re") == 2
    assert seams("export", file, "--format", "html", "-o", page).returncode == 0
    assert page.read_text().startswith("<!DOCTYPE html>")
    failed = seams("export", file, "--format", "html", "-o", tmp_path / "nowhere" / "a.html")
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)
    assert seams("export", file).returncode == 2


@pytest.mark.slow
def test_a_replay_is_the_same_conversation_again(live, tmp_path, wait_until):
    """With fresh ids and signatures, and what was typed typed again: nothing is refused, and nothing differs."""
    before = len(live.records())
    live.run("print('the answer is', 6 * 7); 6 * 7")
    live.client.execute("input('Who? ')", allow_stdin=True)
    live.client.get_stdin_msg(timeout=PATIENCE)
    live.client.input("Ada")
    live.run("1/0")
    live.client.execute("import getpass; len(getpass.getpass())", allow_stdin=True)
    live.client.get_stdin_msg(timeout=PATIENCE)
    live.client.input("")
    wait_until(lambda: len(over(live.records()[before:])) == 4, "all four in the trace")
    file = tmp_path / "a.jsonl"
    records = [live.records()[0], *live.records()[before:]]
    file.write_bytes(b"".join(encode(record) for record in records))
    done = seams("replay", file, "--kernel", "python3", "--traces", tmp_path / "new", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    # Where this test is the first, the question that begins the session may still be on its way into the trace.
    cells = [each for each in told["requests"] if each["msg_type"] == "execute_request"]
    assert [each["outcome"] for each in cells] == ["ok", "ok", "error", "ok"]
    again = list(read_trace(Path(told["trace"])))
    assert {each.verdict for each in again if isinstance(each, Frames) and each.verdict} == {"good"}
    assert again[-1].state == "exited"
    same = [each for each in compare(records, again) if each.msg_type != "kernel_info_request"]
    assert [value for each in same for value in each.values if not is_number(value)] == []
    assert [each.only for each in same if each.only] == []


def over(records):
    """The cells that are over."""
    exchanges = Conversation(records).exchanges.values()
    return [each for each in exchanges if each.msg_type == "execute_request" and each.over]


def is_number(value):
    """Whether a difference is only which cell of its session this is."""
    return "execution_count" in value.where or "In[" in value.a or "Cell" in value.a


@pytest.mark.slow
def test_a_replay_says_what_it_could_not_send(script, tmp_path):
    """A request that was not signed rightly, one that ends the kernel, and what would come after it."""
    script.send("execute_request", {"code": "1"}, verdict="bad")
    for _ in range(2):
        script.send("weather_request")
    script.send("execute_request", {"code": "import os; os._exit(3)"})
    script.send("execute_request", {"code": "2"})
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"".join(encode(record) for record in script.records))
    done = seams("replay", file, "--kernel", "python3", "--traces", tmp_path / "new", "--seconds", "10")

    assert done.returncode == 0, done.stderr
    assert [line.split("  ")[-1] for line in done.stdout.splitlines()[:5]] == [
        "not sent: it was not signed rightly, or is no message",
        "not over after 10 s",
        "not over after 1 s",
        "the kernel has ended",
        "not sent: the kernel has ended",
    ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["diff", "nowhere.jsonl", __file__], 1, "no trace"),
        (["replay", "nowhere.jsonl", "--kernel", "python3"], 1, "no trace"),
        (["replay"], 2, "--kernel"),
        (["export", __file__, "--format", "html"], 1, "is no trace"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(words, code, said):
    """Exit 1, or 2 for bad usage; no traceback."""
    done = seams(*words)

    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert said in done.stderr
