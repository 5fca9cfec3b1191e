"""`given_kernel`: graded code is given a live kernel, and nothing of it is left."""

import base64
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from jupyter_client import BlockingKernelClient

from kernel_seams.course.kernels import given_kernel, tapped_kernel
from kernel_seams.errors import KernelError


def ask(connection_file, code):
    """What `code` prints in the kernel of `connection_file`."""
    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels()
    printed = []
    try:
        client.wait_for_ready(timeout=90)
        client.execute_interactive(code, timeout=90, output_hook=printed.append)
    finally:
        client.stop_channels()
    return "".join(message["content"]["text"] for message in printed if message["msg_type"] == "stream")


@pytest.mark.parametrize(("name", "code"), [("python3", "print(6 * 7)"), ("bash", "echo $((6 * 7))")])
def test_a_kernel_is_given_over_ipc_and_answers(name, code):
    """Whoever has the path of the connection file can talk to the kernel; the sockets are files beside it."""
    with given_kernel(name) as connection_file:
        described = json.loads(connection_file.read_text())

        assert described["transport"] == "ipc"
        assert Path(described["ip"]).parent == connection_file.parent
        assert ask(connection_file, code).strip() == "42"


def test_all_it_writes_is_in_its_own_folder(wait_until):
    """History, startup files and stderr are private, and no one else may read the folder."""
    code = "import os, sys; print(get_ipython().ipython_dir, os.getpid()); print('a last word', file=sys.__stderr__)"
    with given_kernel() as connection_file:
        ipython, process = ask(connection_file, code).split()

        assert Path(ipython).is_relative_to(connection_file.parent)
        assert connection_file.parent.stat().st_mode & 0o077 == 0
        wait_until(
            lambda: "a last word" in (connection_file.parent / "kernel.log").read_text(), "its stderr in the log"
        )
    assert not connection_file.parent.exists()
    assert not psutil.pid_exists(int(process))


def test_an_error_in_the_block_ends_the_kernel_too():
    """Whatever is raised while the kernel is used, the kernel is gone and the error is what the caller sees."""
    with pytest.raises(ZeroDivisionError), given_kernel() as connection_file:  # noqa: PT012  (the block is what is tested)
        process = int(ask(connection_file, "import os; print(os.getpid())"))
        raise ZeroDivisionError

    assert not psutil.pid_exists(process)


def test_it_ends_with_the_process_that_was_given_it(wait_until):
    """A checker that is killed leaves no kernel behind."""
    code = (
        "import time\nfrom kernel_seams.course.kernels import given_kernel\n"
        "with given_kernel() as path:\n    print(path, flush=True)\n    time.sleep(600)\n"
    )
    checker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with checker:
        connection_file = Path(checker.stdout.readline().strip())
        process = int(ask(connection_file, "import os; print(os.getpid())"))
        os.kill(checker.pid, signal.SIGKILL)

    wait_until(lambda: not psutil.pid_exists(process), "the end of the kernel")


def test_a_persons_own_kernelspec_is_not_looked_at(tmp_path, monkeypatch):
    """A `python3` of the person's own, first on Jupyter's path, does not decide how an answer is checked."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    spec.joinpath("kernel.json").write_text('{"argv": ["false"], "display_name": "mine", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    with given_kernel() as connection_file:
        assert Path(ask(connection_file, "import sys; print(sys.prefix)").strip()) == Path(sys.prefix)


@pytest.mark.parametrize(
    ("name", "told"), [("no-such", "has no kernel 'no-such'"), ("deno", "'deno' ended before it answered; it said:")]
)
def test_a_kernel_that_cannot_be_given_is_named(name, told):
    """There is no such kernel, or it speaks no ipc: one line says so."""
    with pytest.raises(KernelError, match=told) as caught, given_kernel(name):
        pass

    assert "\n" not in str(caught.value)


def test_a_long_folder_for_temporary_files_does_not_matter(tmp_path, monkeypatch):
    """The path of a socket is limited to some hundred bytes; the kernel's folder is then elsewhere."""
    long = tmp_path / ("a-long-name" * 10)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))

    with given_kernel() as connection_file:
        assert ask(connection_file, "print(1)").strip() == "1"


def test_a_kernel_of_another_folder_is_given(tmp_path):
    """A kernelspec that was just written is booted from its folder, and only from there."""
    spec = tmp_path / "just-written"
    spec.mkdir()
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    content = {"argv": argv, "display_name": "Just written", "language": "python", "env": {"SEAMS_SAYS": "me"}}
    spec.joinpath("kernel.json").write_text(json.dumps(content))

    with given_kernel("just-written", folder_of_specs=tmp_path) as connection_file:
        assert ask(connection_file, "import os; print(os.environ['SEAMS_SAYS'])").strip() == "me"
    with pytest.raises(KernelError, match="no kernel 'bash' in that folder"), given_kernel("bash", 60, tmp_path):
        pass


@pytest.mark.parametrize(("name", "code"), [("python3", "print(6 * 7)"), ("bash", "echo $((6 * 7))")])
def test_a_tapped_kernel_leaves_its_trace(name, code):
    """It answers as without a tap; at the end its trace is whole, over ipc, and no file of it is left."""
    with tapped_kernel(name) as (connection_file, lines):
        assert json.loads(connection_file.read_text())["transport"] == "ipc"
        assert ask(connection_file, code).strip() == "42"
        assert lines == []
        commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
        argv = next(argv for argv in commands if str(connection_file) in argv and "--traces" in argv)
    folder = Path(argv[argv.index("--traces") + 1])

    first, *middle, last = map(json.loads, lines)
    assert (first["kind"], first["kernel"], first["transport"]) == ("session", name, "ipc")
    assert (last["kind"], last["state"]) == ("kernel", "exited")
    requests = [line for line in middle if line["kind"] == "frames" and line["channel"] == "shell"]
    assert any("execute_request" in base64.b64decode(frame).decode() for line in requests for frame in line["frames"])
    assert not folder.exists()
