"""With the tap as without it: the same conversation over every transport, encrypted or not, under other front-ends."""

import json
import subprocess
import sys
from queue import Empty

import nbformat
import pexpect
import pytest
from jupyter_client import BlockingKernelClient
from nbclient import NotebookClient

from kernel_seams.kernels import tapped
from kernel_seams.kernels.specs import read_kernelspec
from kernel_seams.wire.tap.running import running_taps

PATIENCE = 90
pytestmark = pytest.mark.slow


def conversation(live):
    """What a client sees of a kernel in many ways, as plain data: times and ids aside."""
    seen = {"encrypted": bool(live.manager.get_connection_info().get("curve_publickey"))}
    seen["cell"] = outputs(live, "print('a'); 6 * 7")
    seen["error"] = outputs(live, "1/0")
    seen["input"] = with_input(live)
    seen["queue"] = queue(live)
    seen["interrupt"] = interrupted(live)
    seen["control"] = control(live)
    seen["buffers"] = buffers(live)
    seen["second client"] = second_client(live)
    live.client.shutdown()
    seen["shutdown"] = live.client.get_control_msg(timeout=PATIENCE)["msg_type"]
    seen["exit"] = live.manager.provisioner.process.wait(PATIENCE)
    return seen


def outputs(live, code):
    """Types and texts on iopub, and the status of the reply."""
    reply, heard = live.run(code)
    said = [message["content"].get("text") or message["content"].get("ename") for message in heard]
    return [[message["msg_type"] for message in heard], said, reply["status"]]


def with_input(live):
    live.client.execute("input('? ') * 2", allow_stdin=True)
    prompt = live.client.get_stdin_msg(timeout=PATIENCE)["content"]["prompt"]
    live.client.input("ab")
    return [prompt, live.client.get_shell_msg(timeout=PATIENCE)["content"]["status"]]


def queue(live):
    """After an error, what was already queued is aborted."""
    session, shell, control = live.client.session, live.client.shell_channel, live.client.control_channel
    control.send(session.msg("create_subshell_request"))
    subshell = control.get_msg(timeout=PATIENCE)["content"]["subshell_id"]
    fails = "import time\nwhile 'queued' not in globals():\n    time.sleep(0.01)\n1/0"
    asked = [live.client.execute(code) for code in (fails, "2", "3")]
    # What a subshell is asked goes the same way, behind them: when it runs, they have come.
    request = session.msg("execute_request", {"code": "queued = True", "silent": False, "store_history": False})
    request["header"]["subshell_id"] = subshell
    shell.send(request)
    replies = [live.client.get_shell_msg(timeout=PATIENCE) for _ in range(4)]
    status = {reply["parent_header"]["msg_id"]: reply["content"]["status"] for reply in replies}
    return [status[each] for each in asked]


def interrupted(live):
    live.client.execute("import time; print('go'); time.sleep(60)")
    while live.client.get_iopub_msg(timeout=PATIENCE)["content"].get("text") != "go\n":
        pass
    live.manager.interrupt_kernel()
    name = live.client.get_shell_msg(timeout=PATIENCE)["content"]["ename"]
    # Until then it aborts what it is asked to run.
    while live.client.get_iopub_msg(timeout=PATIENCE)["content"].get("execution_state") != "idle":
        pass
    return name


def control(live):
    """A debugger that starts, while nothing else is asked."""
    session, channel = live.client.session, live.client.control_channel
    answers = []
    for number, command in enumerate(("debugInfo", "initialize", "dumpCell")):
        arguments = {"code": "x = 1"} if command == "dumpCell" else {}
        content = {"type": "request", "seq": number, "command": command, "arguments": arguments}
        channel.send(session.msg("debug_request", content))
        answer = channel.get_msg(timeout=PATIENCE)["content"]
        answers.append([answer.get("success"), sorted(answer.get("body", {}))])
    return answers


def buffers(live):
    """Raw bytes to a comm and back."""
    live.run(
        "from comm import get_comm_manager\n"
        "def opened(comm, message):\n"
        "    comm.on_msg(lambda m: comm.send(m['content']['data'], buffers=[bytes(b)[::-1] for b in m['buffers']]))\n"
        "get_comm_manager().register_target('echo', opened)"
    )
    session, shell = live.client.session, live.client.shell_channel
    shell.send(session.msg("comm_open", {"comm_id": "one", "target_name": "echo", "data": {}}))
    session.send(
        shell.socket, session.msg("comm_msg", {"comm_id": "one", "data": {}}), buffers=[bytes(range(256)), b""]
    )
    while (heard := live.client.get_iopub_msg(timeout=PATIENCE))["msg_type"] != "comm_msg":
        pass
    return [bytes(each).hex() for each in heard["buffers"]]


def second_client(live):
    """What another client, which asks for nothing, hears of a cell."""
    other = BlockingKernelClient(connection_file=live.manager.connection_file)
    other.load_connection_file()
    other.start_channels()
    other.wait_for_ready(timeout=PATIENCE)
    last = other.kernel_info()  # waiting has sent several, whose replies and states are still to come
    while other.get_shell_msg(timeout=PATIENCE)["parent_header"]["msg_id"] != last:
        pass
    _, mine = live.run("print('heard')")
    cell, heard = mine[0]["parent_header"]["msg_id"], []
    try:
        while heard[-1:] != ["idle"]:
            message = other.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == cell:
                content = message["content"]
                heard.append(content.get("execution_state") or content.get("text") or content.get("code"))
        with pytest.raises(Empty):
            other.get_shell_msg(timeout=0.2)
    finally:
        other.stop_channels()
    return heard


@pytest.mark.parametrize("encryption", ["disabled", "auto", "required"])
@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_a_conversation_is_the_same(transport, encryption, start_kernel, tmp_path):
    """Message by message, with the tap and without it."""
    found = {}
    for name in ("python3", "python3-tapped"):
        options = {"ip": str(tmp_path / name)} if transport == "ipc" else {}
        live = start_kernel(name, transport=transport, transport_encryption=encryption, **options)
        found[name] = conversation(live)

    assert found["python3-tapped"] == found["python3"]
    assert found["python3"]["encrypted"] == (encryption != "disabled")
    assert found["python3"]["interrupt"] == "KeyboardInterrupt"
    assert found["python3"]["exit"] == 0


@pytest.mark.parametrize("name", ["bash", "bash-tapped"])
def test_encryption_that_a_kernel_does_not_offer_is_refused(name, start_kernel):
    """`required` fails for a kernel that says nothing of it, tapped or not."""
    with pytest.raises(RuntimeError, match="does not declare 'curve'"):
        start_kernel(name, transport_encryption="required")


def test_a_kernel_that_is_interrupted_by_a_message(start_kernel, tmp_path, monkeypatch):
    """`interrupt_mode` is kept, and interrupt_request goes through."""
    source = tapped.usable_kernelspecs()["python3"]
    folder = tmp_path / "share" / "jupyter" / "kernels" / "told"
    folder.mkdir(parents=True)
    content = {"argv": list(source.argv), "display_name": "Told", "language": "python", "interrupt_mode": "message"}
    (folder / "kernel.json").write_text(json.dumps(content))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    made = tapped.install("told", prefix=tmp_path)
    assert json.loads((made.spec.folder / "kernel.json").read_text())["interrupt_mode"] == "message"

    live = start_kernel("told-tapped")
    assert interrupted(live) == "KeyboardInterrupt"
    assert "interrupt_request" in [each.message().msg_type for each in live.records() if message_of(each)]


def message_of(record):
    """The message of a record, if it is one."""
    return record.message() if record.kind == "frames" else None


@pytest.mark.usefixtures("_tapped_specs")
def test_nbclient_runs_a_notebook_in_it(tmp_path, monkeypatch, wait_until):
    """As nbconvert and papermill do; the tap ends with the kernel, and its trace stays."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    cells = [nbformat.v4.new_code_cell(code) for code in ("x = 6 * 7", "print(x)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3-tapped", timeout=PATIENCE).execute()

    assert notebook.cells[1].outputs[0]["text"] == "42\n"
    wait_until(lambda: running_taps(tmp_path) == [], "the end of the tap")
    (trace,) = (tmp_path / "traces").iterdir()
    assert "x = 6 * 7" in shown(trace)


@pytest.mark.usefixtures("_tapped_specs")
def test_jupyter_console_talks_to_it(tmp_path, monkeypatch):
    """A line in, its result out, in a terminal."""
    monkeypatch.setenv("TERM", "dumb")
    command = [sys.executable, "-m", "jupyter_console", "--kernel", "python3-tapped", "--simple-prompt"]
    console = pexpect.spawn(command[0], command[1:], timeout=PATIENCE, encoding="utf-8", cwd=tmp_path)
    console.expect("In")
    console.sendline("6 * 7 * 1000")
    console.expect("42000")
    console.sendline("exit")
    console.expect(pexpect.EOF)


def test_attached_to_a_running_kernel_it_sees_both_kinds_of_client(start_kernel, runtime, wait_until):
    """Clients of the new file whole; of the others what iopub tells; the kernel stays when the tap goes."""
    live = start_kernel("python3")
    command = [sys.executable, "-m", "kernel_seams", "tap", "attach", live.manager.connection_file]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        lines = [process.stdout.readline() for _ in range(3)]
        assert [line.split()[0] for line in lines] == ["tapped", "connect", "trace"]
        other = BlockingKernelClient(connection_file=str(runtime / lines[1].split()[-1]))
        other.load_connection_file()
        other.start_channels()
        other.wait_for_ready(timeout=PATIENCE)
        other.execute_interactive("y = 1", timeout=PATIENCE)
        live.run("print('through the other door')")
        tap = next(tap for tap in running_taps() if tap.pid == process.pid)
        wait_until(lambda: "through the other door" in shown(tap.trace), lambda: shown(tap.trace))
        assert "execute_reply" in shown(tap.trace)
        other.stop_channels()
        process.send_signal(2)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()

    assert not (runtime / lines[1].split()[-1]).exists()
    assert live.run("y")[0]["status"] == "ok"


def shown(trace):
    """What `seams trace show` makes of it."""
    command = [sys.executable, "-m", "kernel_seams", "trace", "show", trace]
    return subprocess.check_output(command, text=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"metadata": {"kernel_provisioner": {"provisioner_name": "local-provisioner"}}}, None),
        ({"argv": ["x", "--port", "1"]}, "names no {connection_file}"),
        ({"metadata": {"kernel_seams": {"taps": "y"}}}, "is a tap already"),
    ],
)
def test_what_cannot_be_tapped_is_told(content, said, tmp_path, monkeypatch):
    """One sentence; nothing is written."""
    folder = tmp_path / "share" / "jupyter" / "kernels" / "odd"
    folder.mkdir(parents=True)
    usual = {
        "argv": ["{resource_dir}/run", "{connection_file}"],
        "display_name": "Odd",
        "language": "x",
        "env": {"A": "b"},
    }
    (folder / "kernel.json").write_text(json.dumps({**usual, **content}))
    (folder / "logo-64x64.png").write_bytes(b"png")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    if said:
        with pytest.raises(tapped.SpecError, match=said):
            tapped.install("odd", prefix=tmp_path / "other")
        return
    spec = tapped.install("odd", prefix=tmp_path).spec
    again = read_kernelspec(spec.folder)

    assert again.problem is None
    assert (again.display_name, again.env, again.language) == ("Odd (tapped)", {"A": "b"}, "x")
    assert again.argv[-2:] == (f"{folder}/run", "{tapped_connection_file}")
    assert (spec.folder / "logo-64x64.png").read_bytes() == b"png"
    assert "odd" in [one.kernel for one in tapped.tapped()]
    assert tapped.remove("odd") == spec.folder
    assert "odd" not in [one.kernel for one in tapped.tapped()]
