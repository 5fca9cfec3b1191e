"""What the tests of the monitor stand on: a folder of traces, and a `seams monitor` that shows it."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kernel_seams.kernels.tapped import install
from kernel_seams.wire.message import Key, Message, header, serialize
from kernel_seams.wire.recording import Recorder
from kernel_seams.wire.trace import Frames, Session

KEY = Key(b"a0436f6c-1916-498b-8eb9-e81ab9368e84")
LIST = {"shell": b"client-1", "control": b"client-1", "stdin": b"client-1"}


def frames(channel, msg_type, content, *, parent=None, direction=None, key=KEY, **more):
    """A record of a message: from a client where the type is a request, else from a kernel; signed with `key`."""
    head = header(msg_type, session="test")
    route = LIST.get(channel, f"kernel.1.{msg_type}".encode(errors="replace"))
    message = Message(head, content, parent or {}, identities=(route,), buffers=more.pop("buffers", ()))
    way = direction or ("to_kernel" if msg_type.endswith("_request") and channel != "stdin" else "to_client")
    record = Frames(
        t=time.time_ns(), channel=channel, direction=way, frames=tuple(serialize(message, key)), verdict="good"
    )
    return head, Frames(**{**record.__dict__, **more})


def exchange(code="x = 6 * 7; print('the answer is', x); x", count=1):
    """The records of one cell, as a kernel sends them."""
    head, request = frames("shell", "execute_request", {"code": code, "silent": False})

    def answer(channel, msg_type, content):
        return frames(channel, msg_type, content, parent=head)[1]

    return [
        request,
        answer("iopub", "status", {"execution_state": "busy"}),
        answer("iopub", "execute_input", {"code": code, "execution_count": count}),
        answer("iopub", "stream", {"name": "stdout", "text": "the answer is 42\n"}),
        answer("iopub", "execute_result", {"data": {"text/plain": "42"}, "metadata": {}, "execution_count": count}),
        answer("shell", "execute_reply", {"status": "ok", "execution_count": count}),
        answer("iopub", "status", {"execution_state": "idle"}),
    ]


@pytest.fixture(scope="session", name="frames")
def _frames():
    """The function `frames`."""
    return frames


@pytest.fixture(scope="session", name="exchange")
def _exchange():
    """The function `exchange`."""
    return exchange


@dataclass
class Folder:
    """A folder of traces; `begin` begins one, of another kernel each time or of the one that is named."""

    path: Path
    begun: list = field(default_factory=list)

    def begin(self, kernel_id=None, part_bytes=10**8, **said):
        """A recorder of a new trace in the folder."""
        number = len(self.begun)
        session = Session(**{
            "t": time.time_ns(), "kernel": "python3", "display_name": "Python 3 (ipykernel)", "language": "python",
            "kernel_id": kernel_id or f"kernel-{number}", **said,
        })  # fmt: skip
        self.begun.append(Recorder(self.path / f"trace-{number:03}.jsonl", session, part_bytes=part_bytes))
        return self.begun[-1]


@dataclass
class Monitor:
    """A running `seams monitor`: its process, the address it printed, and its folder of traces."""

    process: subprocess.Popen
    url: str
    folder: Folder

    @property
    def base(self):
        """The address without the token."""
        return self.url.partition("?")[0]

    @property
    def token(self):
        """The token in the address."""
        return self.url.partition("token=")[2]


@pytest.fixture(scope="session")
def tapped(tmp_path_factory):
    """A folder for JUPYTER_PATH in which the kernel python3 is tapped."""
    prefix = tmp_path_factory.mktemp("tapped")
    install("python3", prefix=prefix)
    return prefix / "share" / "jupyter"


@pytest.fixture
def folder(tmp_path):
    """A folder of traces of this test's own."""
    made = Folder(tmp_path)
    yield made
    for recorder in made.begun:
        recorder.close()


@pytest.fixture(scope="module")
def monitor(tmp_path_factory):
    """One `seams monitor` for the tests of a module."""
    folder = Folder(tmp_path_factory.mktemp("traces"))
    command = [sys.executable, "-m", "kernel_seams", "monitor", "--no-browser", "--folder", str(folder.path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    lines = iter(process.stdout.readline, "")
    url = next((line.strip() for line in lines if line.startswith("http")), None)
    assert url, process.stderr.read()
    yield Monitor(process, url, folder)
    process.terminate()
    _, errors = process.communicate(timeout=90)
    for recorder in folder.begun:
        recorder.close()
    assert (process.returncode, errors) == (0, "stopped\n")
