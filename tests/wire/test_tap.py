"""The tap around a live kernel: what works without it works with it, and all of it is written down."""

import json
import os
import signal
import stat
import time
from pathlib import Path

import psutil
import pytest
from jupyter_client import BlockingKernelClient

from kernel_seams.wire.tap.running import ask, read_tap, running_taps
from kernel_seams.wire.tracefile import read_trace

PATIENCE = 90


def frames(records, channel, direction):
    """The messages of one direction of a channel, as seen by the tap."""
    return [
        record.message()
        for record in records
        if record.kind == "frames" and (record.channel, record.direction) == (channel, direction)
    ]


def kernel_pid(live):
    """The process number of the real kernel."""
    return ask(live.tap, {"do": "status"})["kernel_pid"]


def gone(pid):
    """Whether a process has ended."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_cell_runs_and_all_of_it_is_in_the_trace(live, wait_until):
    """One request, its reply, and what iopub told in between, in order, signed rightly."""
    reply, heard = live.run("print('the answer is', 6 * 7); 6 * 7")

    assert reply["status"] == "ok"
    parent = heard[0]["parent_header"]["msg_id"]

    def seen():
        records = [each for each in live.records() if each.kind == "frames" and each.message()]
        return [each for each in records if parent in (each.message().msg_id, each.message().parent_id)]

    wait_until(lambda: len(seen()) == 7, lambda: seen())
    on_iopub = [each.message() for each in seen() if each.channel == "iopub"]
    assert [message.msg_type for message in on_iopub] == [message["msg_type"] for message in heard]
    assert on_iopub[2].content == {"name": "stdout", "text": "the answer is 42\n"}
    assert {each.verdict for each in seen()} == {"good"}
    assert [(each.channel, each.direction) for each in seen() if each.channel == "shell"] == [
        ("shell", "to_kernel"),
        ("shell", "to_client"),
    ]


def test_the_first_thing_on_iopub_is_the_welcome(live):
    """The subscription is passed on, and the kernel's answer to it comes back."""
    records = live.records()
    (subscription, *_) = [each for each in records if each.kind == "frames" and each.channel == "iopub"]

    assert (subscription.direction, subscription.frames, subscription.verdict) == ("to_kernel", (b"\x01",), None)
    assert frames(records, "iopub", "to_client")[0].msg_type == "iopub_welcome"


def test_input_arrives_also_with_two_clients(live):
    """The prompt finds the client that asked, under the identity of its shell request."""
    other = BlockingKernelClient(connection_file=live.manager.connection_file)  # a session, so an identity, of its own
    other.load_connection_file()
    other.start_channels()
    other.wait_for_ready(timeout=PATIENCE)
    try:
        for client, name in ((live.client, "Ada"), (other, "Grace")):
            request = client.execute("name = input('Who? ')", allow_stdin=True)
            asked = client.get_stdin_msg(timeout=PATIENCE)
            assert asked["parent_header"]["msg_id"] == request
            client.input(name)
            assert client.get_shell_msg(timeout=PATIENCE)["content"]["status"] == "ok"
            content, _ = live.run("", user_expressions={"name": "name"}, silent=False)
            assert content["user_expressions"]["name"]["data"]["text/plain"] == repr(name)
    finally:
        other.stop_channels()


def test_a_password_is_not_in_the_trace(live, wait_until):
    """What is typed at a password prompt reaches the kernel and nothing else."""
    before = len(live.records())
    secret = f"hunter{time.time_ns()}"
    live.client.execute("import getpass; got = getpass.getpass(); len(got)", allow_stdin=True)
    assert live.client.get_stdin_msg(timeout=PATIENCE)["content"]["password"]
    live.client.input(secret)
    assert live.client.get_shell_msg(timeout=PATIENCE)["content"]["status"] == "ok"
    content, _ = live.run("", user_expressions={"n": "got"})

    assert secret in content["user_expressions"]["n"]["data"]["text/plain"]
    withheld = wait_until(
        lambda: [each for each in live.records()[before:] if "password" in str(getattr(each, "withheld", ""))],
        "the reply in the trace",
    )
    assert [each.frames[-1] for each in withheld] == [None]
    assert [each.sizes[-1] for each in withheld] == [0]
    assert {each.verdict for each in withheld} == {"good"}


def test_the_key_is_not_in_the_trace_even_if_the_kernel_prints_it(live, wait_until):
    """`%connect_info` prints the connection file: that output is withheld, and says why."""
    key = live.manager.session.key.decode()
    _, heard = live.run("%connect_info")
    assert key in heard[2]["content"]["text"]
    live.run(f"import sys; print({key!r}, file=sys.__stderr__)")

    wait_until(lambda: any("holds the key" in str(getattr(r, "withheld", "")) for r in live.records()), "the output")
    wait_until(lambda: any("holds the key" in getattr(r, "text", "") for r in live.records()), "the line on stderr")
    assert all(key.encode() not in part.read_bytes() for part in live.tap.trace.parent.glob("*.jsonl"))


def test_comms_keep_their_buffers(live):
    """Raw buffers go both ways, to the byte."""
    code = """
        from comm import get_comm_manager
        def opened(comm, message):
            comm.on_msg(lambda m: comm.send(m["content"]["data"], buffers=[bytes(b)[::-1] for b in m["buffers"]]))
        get_comm_manager().register_target("echo", opened)
    """
    live.run("\n".join(line[8:] for line in code.splitlines()))
    session, shell = live.client.session, live.client.shell_channel
    buffer = bytes(range(256)) * 40
    content = {"comm_id": "one", "target_name": "echo", "data": {}}
    shell.send(session.msg("comm_open", content))
    message = session.msg("comm_msg", {"comm_id": "one", "data": {"n": 1}})
    session.send(shell.socket, message, buffers=[buffer, b""])

    while (heard := live.client.get_iopub_msg(timeout=PATIENCE))["msg_type"] != "comm_msg":
        pass
    assert heard["content"]["data"] == {"n": 1}
    assert [bytes(each) for each in heard["buffers"]] == [buffer[::-1], b""]


def test_subshells_and_the_debugger_answer(live):
    """Requests on control are passed on, while the shell is busy too."""
    session, control = live.client.session, live.client.control_channel
    live.client.execute("input('wait ')", allow_stdin=True)
    live.client.get_stdin_msg(timeout=PATIENCE)

    control.send(session.msg("create_subshell_request", {}))
    subshell = control.get_msg(timeout=PATIENCE)["content"]["subshell_id"]
    request = session.msg("execute_request", {"code": "21 * 2", "silent": False, "store_history": False})
    request["header"]["subshell_id"] = subshell
    live.client.shell_channel.send(request)
    reply = live.client.get_shell_msg(timeout=PATIENCE)
    assert reply["parent_header"]["msg_id"] == request["header"]["msg_id"]

    control.send(session.msg("debug_request", {"type": "request", "seq": 1, "command": "debugInfo", "arguments": {}}))
    assert control.get_msg(timeout=PATIENCE)["content"]["body"]["isStarted"] is False
    live.client.input("go on")
    assert live.client.get_shell_msg(timeout=PATIENCE)["content"]["status"] == "ok"


def test_an_interrupt_reaches_the_kernel_once(live, wait_until):
    """Sent to the process group as Jupyter does, and to the one process as others do."""
    code = """
        import time
        try:
            print("go")
            time.sleep(60)
        except KeyboardInterrupt:
            time.sleep(0.3)
            print("once")
    """
    lines = "\n".join(line[8:] for line in code.splitlines())
    for interrupt in (live.manager.interrupt_kernel, lambda: os.kill(live.tap.pid, signal.SIGINT)):
        live.client.execute(lines)
        while live.client.get_iopub_msg(timeout=PATIENCE)["content"].get("text") != "go\n":
            pass
        interrupt()
        assert live.client.get_shell_msg(timeout=PATIENCE)["content"]["status"] == "ok"
    wait_until(
        lambda: [getattr(each, "state", "") for each in live.records()].count("interrupted") == 2, "two in the trace"
    )


def test_the_kernel_sees_what_it_would_see_without_the_tap(live):
    """The same file name, its own parent's number, a session of its own, nothing of ours in its environment."""
    code = """
        import ipykernel.connect, os
        seen = [ipykernel.connect.get_connection_file(), os.environ["JPY_PARENT_PID"], os.getppid(), os.getsid(0),
                os.getpid(), oct(os.stat(ipykernel.connect.get_connection_file()).st_mode)]
    """
    live.run("\n".join(line[8:] for line in code.splitlines()))
    content, _ = live.run("", user_expressions={"seen": "seen"})
    file, variable, parent, session, own, mode = eval(  # noqa: S307 (repr of a list)
        content["user_expressions"]["seen"]["data"]["text/plain"]
    )

    assert Path(file).name == Path(live.manager.connection_file).name
    assert (int(variable), parent) == (live.tap.pid, live.tap.pid)
    assert session == own
    assert mode == "0o100600"


def test_stderr_is_passed_on_and_kept(live, wait_until):
    """Byte for byte to where the front-end reads it, a line each into the trace, past the protocol."""
    live.run("import os; os.write(2, b'half \\xff'); os.write(2, b'and half\\nnext\\n')")

    wait_until(lambda: "half \\xffand half" in [getattr(each, "text", "") for each in live.records()], "in the trace")
    stderr = Path(live.manager.connection_file).parent.parent / "stderr"
    wait_until(lambda: b"half \xffand half\nnext\n" in stderr.read_bytes(), "on stderr")


def test_a_tap_is_found_and_its_files_are_private(live, runtime):
    """Its file says where the trace and the control socket are; nobody else can read them."""
    tap = live.tap
    file = runtime / f"tap-{tap.pid}.json"

    assert read_tap(file) == tap
    assert json.loads(file.read_text())["tap"] == 1
    for path in (file, tap.trace, Path(tap.control.removeprefix("ipc://"))):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert (tap.kernel, tap.display_name) == ("python3", "Python 3 (ipykernel)")
    assert f"kernel-{tap.kernel_id}.json" == Path(live.manager.connection_file).name


@pytest.mark.slow
def test_a_restart_is_a_new_tap_with_a_new_trace(start_kernel, wait_until):
    """The same connection file, the same client, another session in another file."""
    live = start_kernel()
    first = live.tap
    live.run("x = 1")
    live.manager.restart_kernel()
    live.client.wait_for_ready(timeout=PATIENCE)

    content, _ = live.run("", user_expressions={"x": "'x' in globals()"})
    assert content["user_expressions"]["x"]["data"]["text/plain"] == "False"
    second = live.tap
    assert (second.kernel_id, second.pid != first.pid, second.trace != first.trace) == (first.kernel_id, True, True)
    wait_until(lambda: [each.kind for each in read_trace(first.trace)][-1] == "kernel", "the end of the first")


@pytest.mark.parametrize(
    "how",
    [pytest.param("shutdown", marks=pytest.mark.slow), pytest.param("SIGTERM", marks=pytest.mark.slow), "SIGKILL"],
)
def test_the_kernel_ends_with_the_tap(how, start_kernel, wait_until, runtime):
    """However it ends, no process and no file is left, and the trace has its last line."""
    live = start_kernel()
    tap, kernel = live.tap, kernel_pid(live)
    folder = runtime / f"tap-{tap.pid}"
    assert folder.is_dir()
    if how == "shutdown":
        live.manager.shutdown_kernel()
        while live.client.get_iopub_msg(timeout=PATIENCE)["msg_type"] != "shutdown_reply":
            pass
    elif how == "SIGTERM":
        os.kill(tap.pid, signal.SIGTERM)
    else:
        os.killpg(tap.pid, signal.SIGKILL)

    wait_until(lambda: gone(kernel), "the end of the kernel")
    wait_until(lambda: gone(tap.pid), "the end of the tap")
    wait_until(lambda: not folder.exists() and not folder.with_suffix(".json").exists(), "its files gone")
    last = list(read_trace(tap.trace))[-1]
    expected = {"shutdown": 0, "SIGTERM": -signal.SIGTERM, "SIGKILL": -signal.SIGKILL}
    assert (last.kind, last.state, last.code) == ("kernel", "exited", expected[how])
    assert tap not in running_taps()


@pytest.mark.slow
@pytest.mark.parametrize(("end", "code"), [("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", -9)])
def test_the_tap_ends_as_the_kernel_ended(end, code, start_kernel, wait_until):
    """Whoever started it sees the exit code, or the signal, that it would have seen without the tap."""
    live = start_kernel()
    process = live.manager.provisioner.process
    live.client.execute(f"import os; {end}")

    assert wait_until(lambda: process.poll() is not None, "the end of the tap")
    assert process.returncode == code
