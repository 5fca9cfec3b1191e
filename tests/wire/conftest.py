"""Tapped kernels for the tests of the wire: kernelspecs made once, one kernel that those share who do it no harm."""

import contextlib
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from kernel_seams.kernels import tapped
from kernel_seams.wire.message import Key, Message, header, request, serialize
from kernel_seams.wire.tap.running import running_taps
from kernel_seams.wire.trace import Frames, Session, Socket
from kernel_seams.wire.tracefile import read_trace

PATIENCE = 90


@dataclass
class Live:
    """A running kernel with a client; `tap` and `trace` are those of its tap."""

    manager: KernelManager
    client: object
    stderr: object

    @property
    def tap(self):
        """The running tap, as others find it."""
        pid = self.manager.provisioner.pid
        return next(tap for tap in running_taps() if tap.pid == pid)

    def records(self):
        """What the trace holds now."""
        return list(read_trace(self.tap.trace))

    def run(self, code, **options):
        """Execute, wait for reply and idle; the reply's content and the iopub messages in order."""
        heard = []
        reply = self.client.execute_interactive(code, timeout=PATIENCE, output_hook=heard.append, **options)
        return reply["content"], heard


def start(name, folder, **options):
    """Start the kernel `name` and wait until it is ready."""
    (folder / "runtime").mkdir(parents=True, exist_ok=True)
    stderr = (folder / "stderr").open("ab")  # open until `stop`: a restart writes there as well
    manager = KernelManager(
        kernel_name=name,
        connection_file=str(folder / "runtime" / f"kernel-{time.time_ns()}.json"),
        kernel_spec_manager=KernelSpecManager(ensure_native_kernel=False),
        **options,
    )
    try:
        manager.start_kernel(stderr=stderr, stdout=stderr)
    except RuntimeError:
        stderr.close()
        raise
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    last = client.kernel_info()  # waiting has sent several, and their replies are still to come
    while client.get_shell_msg(timeout=PATIENCE)["parent_header"]["msg_id"] != last:
        pass
    return Live(manager, client, stderr)


def stop(live):
    """End a kernel, however it is."""
    with contextlib.suppress(Exception):
        live.client.stop_channels()
    live.manager.shutdown_kernel(now=True)
    live.manager.context.destroy(linger=0)
    live.stderr.close()


@pytest.fixture(scope="session")
def _tapped_specs(tmp_path_factory):
    """Kernelspecs python3-tapped, bash-tapped and deno-tapped, where Jupyter finds them."""
    prefix = tmp_path_factory.mktemp("tapped")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("python3", "bash", "deno"):
            tapped.install(name, prefix=prefix)
        patch.setenv("JUPYTER_PATH", str(prefix / "share" / "jupyter"))
        yield


@pytest.fixture
def start_kernel(_tapped_specs, tmp_path):
    """A function that starts a kernel of this test's own."""
    started = []

    def begin(name="python3-tapped", **options):
        started.append(start(name, tmp_path, **options))
        return started[-1]

    yield begin
    for live in started:
        stop(live)


@pytest.fixture(scope="session")
def _shared(_tapped_specs, tmp_path_factory):
    live = start("python3-tapped", tmp_path_factory.mktemp("shared"))
    yield live
    stop(live)


@pytest.fixture
def live(_shared):
    """The tapped python3 kernel that tests share; nothing of an earlier test is left on its sockets."""
    client = _shared.client
    for channel in (client.iopub_channel, client.shell_channel, client.stdin_channel, client.control_channel):
        with contextlib.suppress(Empty):
            while True:
                channel.get_msg(timeout=0)
    return _shared


@pytest.fixture(scope="session")
def runtime():
    """Jupyter's runtime folder in these tests."""
    return Path(os.environ["JUPYTER_RUNTIME_DIR"])


class Script:
    """Makes up the records of a trace, 1 ms apart, signed as told; messages are real frames."""

    def __init__(self):
        self.records = []
        self.add(Session(kernel="python3", display_name="Python 3", language="python"))
        for channel in ("shell", "iopub", "control", "stdin"):
            self.add(Socket(channel=channel, side="back", event="HANDSHAKE_SUCCEEDED"))

    def add(self, record, seconds=0.001):
        """Append a record, so much later than the last; the record."""
        before = self.records[-1].t if self.records else 1_000_000_000
        self.records.append(replace(record, n=len(self.records), t=before + int(seconds * 1e9)))
        return self.records[-1]

    def send(self, msg_type="execute_request", content=None, *, channel="shell", who=b"client-1", **more):
        """A request crosses; the message."""
        message = request(msg_type, content or {}, session="s", identities=(who,) if who else ())
        self.frames(message, channel, "to_kernel", **more)
        return message

    def answer(self, to, msg_type, content=None, *, channel="iopub", who=None, direction="to_client", **more):
        """A message that has `to` as its parent crosses; the message."""
        names = {"iopub": b"kernel.1", "shell": b"client-1"}
        identities = (names.get(channel, b"client-1"),) if who is None else tuple(filter(None, [who]))
        parent = to.header if to else {}
        message = Message(header(msg_type, session="k"), content or {}, parent, identities=identities)
        self.frames(message, channel, direction, **more)
        return message

    def frames(self, message, channel, direction, seconds=0.001, verdict="good", **more):
        """Any message crosses."""
        frames = tuple(serialize(message, KEY))
        self.add(Frames(channel=channel, direction=direction, frames=frames, verdict=verdict, **more), seconds)

    def status(self, to, state, **more):
        """The kernel says busy or idle."""
        return self.answer(to, "status", {"execution_state": state}, **more)

    def run(self, code="1", **more):
        """A whole cell that does as it should; its request."""
        asked = self.send(content={"code": code}, **more)
        self.status(asked, "busy")
        self.answer(asked, "execute_input", {"code": code, "execution_count": 1})
        self.answer(asked, "stream", {"name": "stdout", "text": "hello\n"})
        self.answer(asked, "execute_reply", {"status": "ok", "execution_count": 1}, channel="shell")
        self.status(asked, "idle")
        return asked


KEY = Key(b"a key of these tests")


@pytest.fixture
def script():
    """A trace that is made up."""
    return Script()
