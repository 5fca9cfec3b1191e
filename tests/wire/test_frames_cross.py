"""The tap before a kernel that is a mirror: any frames, on any channel, both ways, arrive as they were sent."""

import contextlib
import os
import resource
import signal
import socket as plain
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import zmq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jupyter_client.connect import write_connection_file

from kernel_seams.wire.connection import CHANNELS, read_connection
from kernel_seams.wire.exchange import Conversation
from kernel_seams.wire.silence import failed_handshakes
from kernel_seams.wire.tap.ports import InnerConnection
from kernel_seams.wire.tap.running import ask, running_taps
from kernel_seams.wire.trace import Frames, Gap
from kernel_seams.wire.tracefile import read_trace

PATIENCE = 90
MIRROR = Path(__file__).with_name("mirror.py")
ASKED = ("shell", "stdin", "control")


class Tapped:
    """A running tap before a mirror, and what a client needs to talk through it."""

    def __init__(self, folder, *, encrypted=False, argv=None, **options):
        self.folder, self.file = folder, folder / "kernel-mirror.json"
        keys = dict(zip(("curve_publickey", "curve_secretkey"), zmq.curve_keypair(), strict=True)) if encrypted else {}
        write_connection_file(str(self.file), ip=str(folder / "s"), transport="ipc", key=b"a key to sign with", **keys)
        self.connection = read_connection(self.file)
        self.context, self.sockets = zmq.Context(), []
        command = [sys.executable, "-m", "kernel_seams.wire.tap", "--traces", folder / "traces", "mirror", self.file]
        command += ["--", *(argv or [sys.executable, MIRROR, "{tapped_connection_file}"])]
        with (folder / "stderr").open("wb") as stderr:
            self.process = subprocess.Popen([*map(str, command)], stderr=stderr, start_new_session=True, **options)

    @property
    def tap(self):
        """The tap as others find it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for tap in running_taps():
                if tap.pid == self.process.pid and tap.trace.exists():
                    return tap
        raise TimeoutError((self.folder / "stderr").read_text())

    def keeper(self):
        """The process that writes the trace."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if child.cmdline() == psutil.Process(self.process.pid).cmdline())

    def socket(self, channel, identity=b""):
        """A client's socket on a channel."""
        kind = {"iopub": zmq.SUB, "heartbeat": zmq.REQ}.get(channel, zmq.DEALER)
        socket = self.context.socket(kind)
        self.sockets.append(socket)
        socket.linger, socket.rcvtimeo = 0, PATIENCE * 1000
        if identity:
            socket.setsockopt(zmq.IDENTITY, identity)
        if self.connection.encrypted:
            socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
            socket.curve_serverkey = self.connection.curve_publickey
        if channel == "iopub":
            socket.setsockopt(zmq.RCVHWM, 0)
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(self.connection.address(channel))
        return socket

    def trace(self):
        """The records so far."""
        return list(read_trace(self.tap.trace))

    def stop(self):
        """End it."""
        self.context.destroy(linger=0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


@pytest.fixture(scope="module", params=["plain", "encrypted"])
def mirror(request, tmp_path_factory):
    """A tap before a mirror that tests share."""
    tapped = Tapped(tmp_path_factory.mktemp("m"), encrypted=request.param == "encrypted")
    yield tapped
    tapped.stop()


@pytest.fixture
def start(tmp_path):
    """A function that starts a tap of this test's own."""
    started = []

    def begin(**options):
        started.append(Tapped(tmp_path, **options))
        return started[-1]

    yield begin
    for tapped in started:
        tapped.stop()


@pytest.fixture(scope="module")
def client(mirror):
    """A client's five sockets."""
    sockets = {channel: mirror.socket(channel, b"" if channel == "heartbeat" else b"client") for channel in CHANNELS}
    assert sockets["iopub"].recv_multipart()[1] == b"WELCOME"
    yield sockets
    for socket in sockets.values():
        socket.close()


multiparts = st.lists(st.binary(max_size=200) | st.sampled_from([b"<IDS|MSG>", b"", b"{}"]), min_size=1, max_size=12)


def exchange(client, channel, frames):
    """Send frames on a channel and read what comes back."""
    if channel == "iopub":
        client["control"].send_multipart([b"PUBLISH", *frames])
        return client["iopub"].recv_multipart()
    if channel == "heartbeat":
        frames = frames[:1]
    client[channel].send_multipart(frames)
    return client[channel].recv_multipart()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(conversation=st.lists(st.tuples(st.sampled_from(CHANNELS), multiparts), min_size=1, max_size=8))
def test_any_frames_arrive_as_they_were_sent(mirror, client, conversation):
    """Both ways, on every channel, byte for byte, and nothing dies."""
    for channel, frames in conversation:
        expected = frames[:1] if channel == "heartbeat" else frames
        assert exchange(client, channel, frames) == expected
    assert mirror.process.poll() is None


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(conversation=st.lists(st.tuples(st.sampled_from(CHANNELS), multiparts), min_size=1, max_size=12))
def test_very_many_frames_arrive_as_they_were_sent(mirror, client, conversation):
    """The same, for longer."""
    for channel, frames in conversation:
        assert exchange(client, channel, frames) == (frames[:1] if channel == "heartbeat" else frames)
    assert mirror.process.poll() is None


def test_large_frames_arrive_and_are_recorded(mirror, client, wait_until):
    """Megabytes, beside small ones and empty ones, both ways, and the same bytes in the trace."""
    frames = [b"", os.urandom(3_000_000), b"x", os.urandom(1_000_001)]
    for channel in ("shell", "iopub"):
        assert exchange(client, channel, frames) == frames

    def recorded():
        large = [each for each in mirror.trace() if isinstance(each, Frames) and 3_000_000 in each.sizes]
        return [(each.channel, each.direction, list(each.frames[-4:])) for each in large]

    expected = [("shell", way, frames) for way in ("to_kernel", "to_client")]
    expected += [("control", "to_kernel", frames), ("iopub", "to_client", frames)]
    wait_until(lambda: recorded() == expected, "all four in the trace")


def test_the_kernel_sees_each_client_under_its_own_identity(mirror):
    """As it would without the tap."""
    for identity in (b"one", b"two"):
        socket = mirror.socket("control", identity)
        socket.send_multipart([b"WHO"])
        assert socket.recv_multipart() == [identity]
        socket.close()


def test_clients_that_come_and_go_leave_nothing_behind(mirror, wait_until):
    """Their connections to the kernel are closed with theirs; one that comes back is served again."""
    tap = psutil.Process(mirror.process.pid)
    first = mirror.socket("control")  # once it has its answer the tap stands, and has opened all that it keeps open
    first.send_multipart([b"hello"])
    assert first.recv_multipart() == [b"hello"]
    before = tap.num_fds()
    for number in range(20):
        sockets = [mirror.socket(channel, b"guest" if number % 2 else b"") for channel in ASKED]
        for socket in sockets:
            socket.send_multipart([b"hello", b"%d" % number])
            assert socket.recv_multipart() == [b"hello", b"%d" % number]
            socket.close()

    wait_until(lambda: tap.num_fds() <= before, lambda: (before, tap.num_fds()))
    first.close()


def test_subscriptions_go_on_to_the_kernel(mirror):
    """Each one, also the second of its kind; a client gets what it has subscribed to and nothing else."""
    first, second = (mirror.context.socket(zmq.SUB) for _ in range(2))
    control = mirror.socket("control")
    for socket in (first, second):
        socket.linger, socket.rcvtimeo = 0, PATIENCE * 1000
        if mirror.connection.encrypted:
            socket.curve_publickey, socket.curve_secretkey = zmq.curve_keypair()
            socket.curve_serverkey = mirror.connection.curve_publickey
        socket.connect(mirror.connection.address("iopub"))
        socket.setsockopt(zmq.SUBSCRIBE, b"news.")
        assert socket.recv_multipart() == [b"news.", b"WELCOME", b"news."]
    for topic in (b"weather.", b"news.today"):
        control.send_multipart([b"PUBLISH", topic, b"text"])
    assert first.recv_multipart() == [b"news.", b"WELCOME", b"news."]  # that of the second
    for socket in (first, second):
        assert socket.recv_multipart() == [b"news.today", b"text"]
        socket.close()
    control.close()


def test_a_kernel_that_reads_nothing_makes_its_clients_wait(start):
    """No message is lost or reordered on the way there or back, other channels go on, and the tap does not grow."""
    tapped = start()
    shell, control = tapped.socket("shell", b"c"), tapped.socket("control", b"c")
    shell.sndtimeo = 1000
    control.send_multipart([b"HUSH"])
    control.recv_multipart()
    sent = 0
    with contextlib.suppress(zmq.Again):
        while sent < 50_000:
            shell.send_multipart([b"%d" % sent, bytes(1000)])
            sent += 1
    control.send_multipart([b"WHO"])
    assert control.recv_multipart() == [b"c"]
    control.send_multipart([b"HEAR"])
    control.recv_multipart()

    assert 1000 < sent < 50_000
    assert psutil.Process(tapped.process.pid).memory_info().rss < 150_000_000
    assert [shell.recv_multipart()[0] for _ in range(sent)] == [b"%d" % number for number in range(sent)]


@pytest.mark.parametrize("identity", [b"c", b""])
def test_a_reply_to_a_client_that_has_gone_is_told(identity, start, wait_until):
    """The kernel's reply finds nobody, and the trace says so, also where ZeroMQ has made up the client's name."""
    tapped = start()
    shell, control = tapped.socket("shell", identity), tapped.socket("control", identity)
    control.send_multipart([b"HUSH"])
    control.recv_multipart()
    shell.send_multipart([b"question"])
    wait_until(lambda: "question" in str(tapped.trace()), "the question")
    shell.close()
    wait_until(lambda: "DISCONNECTED" in str(tapped.trace()), "the client to be gone")
    control.send_multipart([b"HEAR"])

    def answers():
        both = [each for each in tapped.trace() if isinstance(each, Frames) and each.channel == "shell"]
        return [(each.direction, each.dropped) for each in both]

    wait_until(lambda: answers() == [("to_kernel", False), ("to_client", True)], answers)


def test_a_keeper_that_stands_still_costs_the_trace_and_not_the_notebook(start, wait_until):
    """200 MB cross while nothing is written; memory stays within the budget; the trace says what is missing."""
    tapped = start()
    shell = tapped.socket("shell", b"c")
    shell.send_multipart([b"first"])
    shell.recv_multipart()
    keeper, tap = tapped.keeper(), psutil.Process(tapped.process.pid)
    before = tap.memory_info().rss
    keeper.suspend()
    large = os.urandom(1_000_000)
    for _ in range(100):
        shell.send_multipart([large])
        assert shell.recv_multipart() == [large]
    assert tap.memory_info().rss - before < (32 + 12) * 1_000_000
    assert ask(tapped.tap, {"do": "status"})["left_out"] > 100
    keeper.resume()
    wait_until(lambda: ask(tapped.tap, {"do": "status"})["waiting_bytes"] == 0, "the keeper to catch up")
    shell.send_multipart([b"last"])
    shell.recv_multipart()

    wait_until(lambda: b"last" in (tapped.trace()[-1].frames or ())[-1:], "the last message")
    records = tapped.trace()
    (gap,) = (each for each in records if isinstance(each, Gap))
    recorded = [each for each in records if isinstance(each, Frames) and each.channel == "shell"]
    assert gap.why == "budget"
    assert len(recorded) + gap.count == 204
    assert gap.bytes > gap.count * 1_000_000


def test_a_keeper_that_is_killed_costs_the_trace_alone(start, wait_until):
    """The kernel goes on, and the tap says that the trace has ended."""
    tapped = start()
    shell = tapped.socket("shell", b"c")
    shell.send_multipart([b"one"])
    shell.recv_multipart()
    tapped.keeper().kill()
    wait_until(lambda: not ask(tapped.tap, {"do": "status"})["recording"], "the tap to notice")
    shell.send_multipart([b"two"])

    assert shell.recv_multipart() == [b"two"]
    assert b"the kernel goes on" in (tapped.folder / "stderr").read_bytes()
    (child,) = psutil.Process(tapped.process.pid).children()
    os.kill(tapped.process.pid, signal.SIGTERM)
    assert tapped.process.wait(PATIENCE) == -signal.SIGTERM
    assert not child.is_running()


def test_a_full_disk_costs_the_trace_alone(start, wait_until):
    """A file that may not grow any more: what is there stays readable, and everything crosses."""
    tapped = start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
    shell = tapped.socket("shell", b"c")
    for number in range(100):
        shell.send_multipart([b"%d" % number, bytes(1000)])
        assert shell.recv_multipart()[0] == b"%d" % number
    wait_until(lambda: ask(tapped.tap, {"do": "status"})["waiting_bytes"] == 0, "all handed over")

    assert tapped.tap.trace.stat().st_size <= 20_000
    assert {each.why for each in tapped.trace() if isinstance(each, Gap)} <= {"disk"}
    assert len([each for each in tapped.trace() if isinstance(each, Frames)]) < 200
    assert tapped.process.poll() is None


@pytest.mark.parametrize(
    ("encrypted", "keys", "said"),
    [
        (True, "another's", "another server key"),
        (True, "none", "has no keys"),
        (False, "another's", "is not encrypted"),
    ],
)
def test_a_client_that_cannot_connect_is_named_in_the_trace(encrypted, keys, said, start, wait_until):
    """ZeroMQ tries for ever, and the trace says so, with the reason, and not a thousand times."""
    tapped = start(encrypted=encrypted)
    stranger = tapped.context.socket(zmq.DEALER)
    tapped.sockets.append(stranger)
    stranger.linger = 0
    if keys == "another's":
        stranger.curve_publickey, stranger.curve_secretkey = zmq.curve_keypair()
        stranger.curve_serverkey = zmq.curve_keypair()[0]
    stranger.reconnect_ivl = 1
    stranger.connect(tapped.connection.address("shell"))
    wait_until(lambda: "HANDSHAKE_FAILED" in str(tapped.trace()), "the failed handshake")
    found = failed_handshakes(Conversation(tapped.trace()))

    assert {(event.channel, event.side) for event, _ in found} == {("shell", "front")}
    assert all(said in text for _, text in found)
    assert len([each for each in tapped.trace() if each.kind == "socket"]) < 60


@pytest.mark.parametrize("how", ["no such program", "no connection file", "a port that is taken", "a kernel that ends"])
def test_what_keeps_it_from_starting_is_told_in_a_line(how, tmp_path, wait_until):
    """Exit 1 and one line; a kernel that was started is not left behind."""
    file = tmp_path / "kernel-1.json"
    argv = {"no such program": ["/no/such/kernel"], "a kernel that ends": [sys.executable, "-c", "exit(3)"]}
    with plain.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        if how != "no connection file":
            write_connection_file(str(file), ip="127.0.0.1", key=b"k", shell_port=taken.getsockname()[1])
        command = [sys.executable, "-m", "kernel_seams.wire.tap", "--traces", tmp_path, "k", file, "--"]
        command += argv.get(how, [sys.executable, MIRROR, "{tapped_connection_file}"])
        if how != "a port that is taken":
            taken.close()
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)

    said = {
        "no such program": "cannot be started",
        "no connection file": "cannot be read",
        "a port that is taken": "use",
    }
    assert done.returncode == (3 if how == "a kernel that ends" else 1), done.stderr
    assert done.stderr.count("\n") == (how != "a kernel that ends"), done.stderr
    assert said.get(how, "") in done.stderr

    def left():
        return [each.info for each in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(each.info["cmdline"])]

    wait_until(lambda: not left(), left)


def test_the_inner_ports_belong_to_nobody_else(tmp_path):
    """Until the kernel binds them no other program is given one, and ZeroMQ can bind them all the same."""
    file = tmp_path / "kernel-1.json"
    write_connection_file(str(file), ip="127.0.0.1", key=b"k")
    outer = read_connection(file)
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    inner = InnerConnection(outer, file.name, folder)
    inner.release()

    assert inner.connection.key == outer.key
    assert not set(inner.connection.ports.values()) & set(outer.ports.values())
    with zmq.Context() as context:
        for channel in CHANNELS:
            with plain.socket() as other, pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", inner.connection.ports[channel]))
            with context.socket(zmq.ROUTER) as socket:
                socket.bind(inner.connection.address(channel))
    for held in inner._held:
        held.close()


def test_starting_takes_no_longer_than_python_does():
    """What the tap imports before the kernel starts brings no library but the standard one."""
    code = "import sys, kernel_seams.wire.tap.__main__; print(sorted({'zmq', 'click', 'rich'} & {*sys.modules}))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
