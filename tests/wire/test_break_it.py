"""Faults one by one on a live kernel: what was said beforehand is what happens."""

import json
import re
import subprocess
import sys
import threading

import pytest

from kernel_seams.wire.observe import Watch
from kernel_seams.wire.tap.running import TapError, ask, choose
from kernel_seams.wire.trace import Frames

PATIENCE = 90
CODE = "print('hello'); n = globals().get('n', 0) + 1; n"


@pytest.fixture
def strike(live):
    """A function that arms a fault, runs a cell, and says what happened."""

    def begin(fault, request="execute_request", seconds=1.0, then=PATIENCE, code=CODE):
        watch = Watch(live.tap.trace, fault)
        armed = ask(live.tap, {"do": "arm", "fault": fault, "request": request, "seconds": seconds})["armed"]
        live.sent = live.client.execute(code)
        observed = watch.wait(PATIENCE, then)
        assert observed.struck
        assert observed.expected == armed["expected"]
        return observed

    yield begin
    ask(live.tap, {"do": "off"})
    live.run("pass")  # the wire is whole again


def got(live, channel):
    """The msg_types that the client is given on a channel for the request it has sent, with all that came of it.

    Read up to the answer to a later request: what is not there by then does not come.
    """
    later, types = live.client.kernel_info(), []
    while True:
        message = getattr(live.client, f"get_{channel}_msg")(timeout=PATIENCE)
        parent, said = message["parent_header"].get("msg_id"), message["content"].get("execution_state")
        if parent == later and said != "busy":
            return types
        if parent == live.sent:
            types.append(said or message["msg_type"])


def count(live):
    """How often the cell has run."""
    content, _ = live.run("", user_expressions={"n": "globals().get('n', 0)"})
    return int(content["user_expressions"]["n"]["data"]["text/plain"])


@pytest.mark.parametrize(("fault", "reason"), [("flip-byte", "bad-signature"), ("wrong-key", "wrong-key")])
def test_a_message_that_is_not_signed_rightly_meets_silence(fault, reason, live, strike):
    """No busy, no output, no reply, and one line on the kernel's stderr."""
    before = count(live)
    observed = strike(fault)

    assert observed.happened.startswith("nothing came; the kernel's stderr: ValueError: Invalid Signature")
    assert observed.silence.reason == reason
    assert observed.silence.lasts
    assert got(live, "iopub") == got(live, "shell") == []
    assert count(live) == before


def test_sent_twice_runs_once(live, strike):
    """Ipykernel remembers signatures; the second copy has no reply."""
    before = count(live)
    observed = strike("send-twice")

    assert "Duplicate Signature" in observed.happened
    assert observed.silence.reason == "duplicate"
    assert got(live, "shell") == ["execute_reply"]
    assert count(live) == before + 1


@pytest.mark.slow
def test_sent_twice_runs_twice_in_deno(start_kernel):
    """Deno remembers nothing."""
    deno = start_kernel("deno-tapped")
    deno.run("globalThis.n = 0")
    watch = Watch(deno.tap.trace, "send-twice")
    ask(deno.tap, {"do": "arm", "fault": "send-twice"})
    deno.client.execute("globalThis.n += 1")
    observed = watch.wait(PATIENCE, PATIENCE)

    assert observed.happened.count("execute_input") == 2
    assert "runs it twice" in observed.silence.text


def test_without_its_idle_a_request_is_not_over(live, strike):
    """Output and reply arrive, idle does not."""
    observed = strike("drop-idle")

    assert got(live, "iopub") == ["busy", "execute_input", "stream", "execute_result"]
    assert got(live, "shell") == ["execute_reply"]
    assert observed.silence.reason == "idle-lost"


def test_a_late_reply_comes_after_the_idle(strike):
    """What iopub tells does not wait for the reply."""
    observed = strike("delay-reply", seconds=1.0)

    assert observed.silence is None
    assert observed.happened.index("idle") < observed.happened.index("execute_reply (ok)")
    assert float(re.search(r"execute_reply \(ok\) \+([\d.]+) s", observed.happened)[1]) >= 1


def test_a_lost_reply_is_lost(live, strike):
    """The cell runs; the client waits."""
    observed = strike("drop-reply")

    assert got(live, "iopub")[-1] == "idle"
    assert got(live, "shell") == []
    assert observed.silence.reason == "reply-lost"


def test_swapped_outputs_arrive_the_wrong_way_round(live, strike):
    """Two outputs change places."""
    strike("swap-iopub")

    assert got(live, "iopub") == ["busy", "execute_input", "execute_result", "stream", "idle"]


def test_an_output_swapped_with_the_idle_comes_after_it(live, strike):
    """Whoever stops at the idle misses it."""
    strike("swap-iopub", code="6 * 7")

    assert got(live, "iopub") == ["busy", "execute_input", "idle", "execute_result"]


def test_without_an_identity_the_reply_finds_nobody(live, strike):
    """The cell runs and iopub tells everybody; the reply is thrown away."""
    before = count(live)
    observed = strike("strip-identity")

    assert "execute_result" in got(live, "iopub")
    assert got(live, "shell") == []
    assert observed.silence.reason == "no-address"
    assert "execute_reply" not in observed.happened
    assert count(live) == before + 1


def test_a_held_heartbeat_looks_like_death_to_whoever_listens(live, strike, wait_until):
    """Code runs, and the client says that the kernel is dead; taken back, it beats again."""
    heartbeat = live.client.hb_channel
    heartbeat.unpause()
    wait_until(heartbeat.is_beating, "a heartbeat")
    observed = strike("hold-heartbeat", then=0.5)
    assert "none answered" in observed.happened

    wait_until(lambda: not heartbeat.is_beating(), "the end of the heartbeat")
    assert live.run("1 + 1")[0]["status"] == "ok"
    ask(live.tap, {"do": "off", "fault": "hold-heartbeat"})
    wait_until(heartbeat.is_beating, "a heartbeat again")


def test_what_a_fault_did_is_in_the_trace(live, strike):
    """What arrived, marked as dropped, and what went on, marked with the fault; armed and done."""
    strike("wrong-key")
    records = live.records()

    armed, done = [each for each in records if each.kind == "fault" and each.fault == "wrong-key"][-2:]
    before, after = [each for each in records if isinstance(each, Frames) and each.fault == "wrong-key"][-2:]
    assert (armed.state, done.state) == ("armed", "done")
    assert (before.dropped, before.verdict, after.dropped, after.verdict) == (True, "good", False, "bad")
    assert armed.n < before.n < after.n


def test_a_tap_refuses_what_it_does_not_know(live):
    """In words, and goes on."""
    for request in ({"do": "arm", "fault": "explode"}, {"do": "nothing"}, {"do": "arm", "seconds": "soon"}):
        with pytest.raises(TapError, match="refuses"):
            ask(live.tap, request)
    assert ask(live.tap, {"do": "status"})["recording"] is True


def seams(*words):
    """Run the command; the finished process."""
    return subprocess.run([sys.executable, "-m", "kernel_seams", *words], capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("strike")
def test_the_command_says_beforehand_and_shows_afterwards(live):
    """Expected, observed, because: in three lines, and as JSON."""
    number = str(live.tap.pid)
    finished = []
    watcher = threading.Thread(
        target=lambda: finished.append(seams("tap", "faults", "drop-reply", "--tap", number, "--wait", "30"))
    )
    watcher.start()
    while not ask(live.tap, {"do": "status"})["armed"]:
        assert watcher.is_alive()
    live.sent = live.client.execute("1")
    watcher.join(PATIENCE)

    (done,) = finished
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["expected", "observed", "because"]
    listed = json.loads(seams("tap", "faults", "--json", "--tap", number).stdout)
    assert len(listed) == 9
    assert not any(each["armed"] for each in listed)


def test_the_command_says_when_nothing_is_there(tmp_path, monkeypatch):
    """One line each: exit 1 without a tap, 2 for a fault that does not exist."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    for words, code, said in (
        (["faults", "flip-byte"], 1, "No tap runs."),
        (["faults", "explode"], 2, "there is no fault 'explode'; there are flip-byte"),
        (["remove", "nope"], 1, "The kernel 'nope' is not tapped."),
        (["install", "nope"], 1, "There is no kernel 'nope' to tap."),
        (["attach", "kernel-nope.json"], 1, "cannot be read"),
    ):
        done = seams("tap", *words)
        assert (done.returncode, done.stderr.count("\n"), said in done.stderr) == (code, 1, True), done.stderr
    with pytest.raises(TapError, match="No tap runs"):
        choose()
