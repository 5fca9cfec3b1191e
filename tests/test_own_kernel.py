"""The kernel of lesson 08, finished: every rule, other ways to write it, real front-ends, hostile messages."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import zmq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel_seams.conform.run import run
from kernel_seams.course import stage
from kernel_seams.course.holes import finished
from kernel_seams.course.own import NEIGHBOURS, bench, command
from kernel_seams.kernels.install import install
from kernel_seams.wire.connection import read_connection
from kernel_seams.wire.message import Message, header, parse, serialize

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("own kernel")]

OTHERS = Path(__file__).parent / "own_kernels"
STAGES = range(1, 15)
# jupyter_kernel_test with every attribute set.
SUITE = """
import unittest

import jupyter_kernel_test


class Mine(jupyter_kernel_test.KernelTests):
    kernel_name = "mine"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = [{"text": "zi", "matches": {"zip"}}, {"text": "impor"}]
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\\n  return x*2\\n\\n\\n"]
    incomplete_code_samples = ["print('''hello", "def f(x):\\n  x*2"]
    invalid_code_samples = ["import = 7q"]
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result = [{"code": "1+2+3", "result": "6"}, {"code": "[n*n for n in (1, 2)]", "result": "[1, 4]"}]
    code_display_data = [
        {"code": "class B: _repr_html_ = lambda self: '<b>b</b>'\\ndisplay(B())", "mime": "text/html"}
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "mine"
    support_iopub_welcome = True


unittest.main(verbosity=2)
"""
CELLS = ["x = 6 * 7\nprint('hello')\nx", "1 / 0", "!echo from the system", "%who"]


@pytest.fixture(scope="module")
def mine(checkout, tmp_path_factory):
    """A checkout in whose work/ the kernel is finished, the kernelspec `mine`, and the variables that find it."""
    folder = tmp_path_factory.mktemp("mine")
    work = folder / "work" / "08-kernel"
    work.mkdir(parents=True)
    (work / "kernel.py").write_text(finished((checkout.solutions / "08-kernel" / "kernel.py").read_text()))
    shutil.copy(checkout.exercises / "08-kernel" / "ipython_shell.py", work)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kernel_seams.kernels.install.require_checkout", lambda _: type(checkout)(folder))
        (installed,) = install(["mine"], folder)
    assert installed.spec.argv[1:] == (str(work / "kernel.py"), "-f", "{connection_file}")
    return work, {**os.environ, "JUPYTER_PATH": str(folder / "share" / "jupyter")}


@pytest.mark.parametrize("program", ["finished", *sorted(path.stem for path in OTHERS.glob("*.py"))])
def test_every_way_to_write_it_keeps_every_rule(mine, program, tmp_path, monkeypatch):
    """Ours, asyncio, a thread for each socket, one loop and a process for the cells: all that stages 1 to 14 ask."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(mine[0] / "ipython_shell.py", tmp_path)
    shutil.copy(mine[0] / "kernel.py" if program == "finished" else OTHERS / f"{program}.py", tmp_path / "kernel.py")
    with bench("kernel.py", *NEIGHBOURS) as folder:
        kernel = command(folder / "kernel.py", "-f", "{connection_file}")
        report = run(kernel, stage.snippets(), only=STAGES, budget=90, strict=True, interrupt_mode="message")
        signalled = run(kernel, stage.snippets(), only=[12], budget=90, strict=True)

    for each in (*report.results, *signalled.results):
        assert each.verdict in ("passed", "not asked"), (each.rule.id, each.cause, each.stderr)
    assert [each.rule.id for each in report.results if each.verdict == "not asked"] == []
    assert len(report.results) > 90


def test_jupyter_kernel_test_has_nothing_to_say(mine, tmp_path):
    """Every test of jupyter_kernel_test runs and passes; none is left out."""
    (tmp_path / "suite.py").write_text(SUITE)
    done = subprocess.run(
        [sys.executable, "suite.py"], cwd=tmp_path, env=mine[1], capture_output=True, text=True, timeout=300
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert "skip" not in done.stderr.lower()
    assert "Ran 13 tests" in done.stderr


def test_nbclient_runs_a_notebook_with_it(mine, monkeypatch):
    """A notebook for the kernel `mine` gets its outputs as from any other."""
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("JUPYTER_PATH", mine[1]["JUPYTER_PATH"])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(notebook, kernel_name="mine", allow_errors=True, timeout=120).execute()
    outputs = [cell.outputs for cell in notebook.cells]

    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3, 4]
    assert outputs[0][0].text == "hello\n"
    assert outputs[0][1].data["text/plain"] == "42"
    assert outputs[1][0].ename == "ZeroDivisionError"
    assert outputs[2][0].text == "from the system\n"
    assert "x" in outputs[3][0].text.split()


def test_jupyter_console_talks_to_it(mine, tmp_path):
    """A terminal front-end: results, output, errors, a question, and the end."""
    typed = "6 * 7\nprint('hel' + 'lo')\n1 / 0\nname = input('who? ')\nada\nname\nexit\n"
    console = [sys.executable, "-m", "jupyter_console", "--kernel", "mine", "--simple-prompt"]
    done = subprocess.run(console, cwd=tmp_path, env=mine[1], input=typed, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr[-3000:]
    for shown in ("Out[1]: 42", "hello", "ZeroDivisionError: division by zero", "who? ", "Out[5]: 'ada'"):
        assert shown in done.stdout + done.stderr
    assert "Do you really want to exit" not in done.stdout


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ASKED = ["execute", "complete", "inspect", "is_complete", "history", "comm_info", "kernel_info", "interrupt"]
FIELDS = ["code", "cursor_pos", "detail_level", "silent", "store_history", "user_expressions", "hist_access_type", "n"]
FIELDS += ["start", "stop", "pattern", "unique", "output", "stop_on_error", "allow_stdin", "comm_id", "target_name"]
TYPES = st.sampled_from([f"{each}_request" for each in ASKED] + ["comm_open", "comm_msg", "execute_reply"]) | st.text()
CONTENT = st.dictionaries(st.sampled_from(FIELDS) | st.text(), JSON, max_size=6)
# The four JSON frames: some as a kernel expects them, some with anything in their place.
PART = st.binary() | JSON.map(lambda value: json.dumps(value).encode()) | st.sampled_from([b"", b"[" * 100_000, b"{}"])
WELL_SIGNED = st.tuples(TYPES, CONTENT, st.dictionaries(st.text(), JSON, max_size=3))
FRAMES = st.lists(st.binary() | st.just(b"<IDS|MSG>"), max_size=9) | st.lists(PART, min_size=4, max_size=7)


@pytest.fixture(scope="module")
def talking(mine, tmp_path_factory):
    """A running kernel, its connection, and a function that sends frames on a socket of it."""
    from jupyter_client.manager import KernelManager

    folder = tmp_path_factory.mktemp("talking")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", mine[1]["JUPYTER_PATH"])
        manager = KernelManager(kernel_name="mine", connection_file=str(folder / "kernel.json"))
        with (folder / "log").open("wb") as log:
            manager.start_kernel(stdout=log, stderr=log)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=90)
    connection, context = read_connection(folder / "kernel.json"), zmq.Context()
    sockets = {channel: context.socket(zmq.DEALER) for channel in ("shell", "control", "stdin")}
    for channel, socket in sockets.items():
        socket.linger = 0
        socket.connect(connection.address(channel))
    yield manager, client, connection, sockets
    client.stop_channels()
    context.destroy(linger=0)
    manager.shutdown_kernel(now=True)


@settings(max_examples=200, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(hostile=WELL_SIGNED | FRAMES, channel=st.sampled_from(["shell", "control", "stdin"]))
def test_no_message_ends_it(talking, hostile, channel):
    """Whatever is sent, signed or not, on whichever socket: the good request after it is answered."""
    manager, _, connection, sockets = talking
    if isinstance(hostile, tuple):
        msg_type, content, more = hostile
        if msg_type == "execute_request":
            content.pop("allow_stdin", None)
        whole = Message(header(msg_type, session="nobody") | more | {"msg_type": msg_type}, content)
        hostile = serialize_anything(whole, connection.key)
    elif len(hostile) >= 4 and b"<IDS|MSG>" not in hostile:
        hostile = [b"<IDS|MSG>", connection.key.sign(hostile[:4]), *hostile]
    sockets[channel].send_multipart(hostile or [b""])
    asked = Message(header("kernel_info_request", session="somebody"), {})
    for each in ("shell", "control"):
        sockets[each].send_multipart(serialize(asked, connection.key))
        asked = Message(header("kernel_info_request", session="somebody"), {})
    for each in ("shell", "control"):
        while sockets[each].poll(90_000):
            if parse(sockets[each].recv_multipart()).parent_header.get("session") == "somebody":
                break
        else:
            pytest.fail(f"no answer on {each} after {hostile!r} on {channel}; alive: {manager.is_alive()}")


def serialize_anything(message, key):
    """The frames of a message whose JSON need not be JSON to the letter: NaN, lone surrogates."""
    said = (message.header, message.parent_header, message.metadata, message.content)
    parts = [json.dumps(each).encode() for each in said]
    return [b"<IDS|MSG>", key.sign(parts), *parts]


def test_it_still_computes_after_all_that(talking):
    """The kernel that was sent two hundred hostile messages runs a cell as before."""
    _, client, _, _ = talking
    shown = []
    reply = client.execute_interactive("6 * 7", timeout=60, output_hook=shown.append, allow_stdin=False)

    assert reply["content"]["status"] == "ok"
    assert [each["content"]["data"]["text/plain"] for each in shown if each["msg_type"] == "execute_result"] == ["42"]
