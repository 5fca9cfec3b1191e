"""The front-end of lesson 09: another way to write it, the real kernels it drives, and our own kernel and shell."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.course.holes import finished
from kernel_seams.course.stages import check_stages
from kernel_seams.course.table import read_table
from kernel_seams.kernels import tapped
from kernel_seams.kernels.install import install
from kernel_seams.wire.lint import lint
from kernel_seams.wire.trace import Frames
from kernel_seams.wire.tracefile import read_trace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LESSON = "09-frontend"
OTHERS = Path(__file__).parent / "own_frontends"
# What is typed, and what is then to be read; the same front-end for each.
TYPED = {
    "python3": (
        "6 * 7\nx = input('who? ')\nada\nx\n1 / 0\n:restart\nx\n",
        ["42", "who? ", "'ada'", "ZeroDivisionError", "NameError"],
    ),
    "bash": ("x=3; echo [$x]\n:restart\necho [$x]\n", ["[3]", "[]"]),
    # Deno publishes a moment after its idle; what a cell shows is seen with the next one.
    "deno": (
        "6 * 7\nnope\n:restart\n40 + 3\n" + "await new Promise(done => setTimeout(done, 500))\n" * 2,
        ["42", "ReferenceError", "43"],
    ),
    "mine": (
        "6 * 7\nx = input('who? ')\nada\nx\n1 / 0\n:restart\nx\nexit\n",
        ["42", "who? ", "'ada'", "ZeroDivisionError", "NameError"],
    ),
}


@pytest.fixture(scope="module")
def place(checkout, tmp_path_factory):
    """A folder with the finished front-end, and the variables with which it also finds our own kernel and shell."""
    folder = tmp_path_factory.mktemp("own")
    work = folder / "work" / "08-kernel"
    work.mkdir(parents=True)
    for lesson, name in (("08-kernel", "kernel.py"), ("07-shell", "shell.py")):
        (work / name).write_text(finished((checkout.solutions / lesson / name).read_text()))
    (folder / "frontend.py").write_text(finished((checkout.solutions / LESSON / "frontend.py").read_text()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kernel_seams.kernels.install.require_checkout", lambda _: type(checkout)(folder))
        install(["mine"], folder)
    return folder, {**os.environ, "JUPYTER_PATH": str(folder / "share" / "jupyter")}


@pytest.mark.parametrize("program", sorted(OTHERS.glob("*.py")), ids=lambda path: path.stem)
def test_another_way_to_write_it_passes(own_checkout, program):
    """A front-end that shares no line with ours gets every stage."""
    folder = own_checkout.work / LESSON
    folder.mkdir(parents=True)
    shutil.copy(program, folder / "frontend.py")
    outcomes = check_stages(own_checkout, read_table(own_checkout.table).lesson(LESSON), lambda *_: None).outcomes

    assert [(outcome.task.id, outcome.told) for outcome in outcomes if not outcome.right] == []


@pytest.mark.parametrize("kernel", TYPED)
def test_it_drives_every_kernel_unchanged(place, kernel):
    """In a terminal: results, input, errors, a restart that forgets, the end; with IPython, Bash, Deno and our own."""
    typed, shown = TYPED[kernel]
    done = subprocess.run(
        [sys.executable, "frontend.py", kernel],
        cwd=place[0], env=place[1], input=typed, capture_output=True, text=True, timeout=200,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    rest = done.stdout
    for text in shown:
        before, found, rest = rest.partition(text)
        assert found, f"{text!r} is not in what follows:\n{before}"


def test_all_three_are_in_one_trace(place, tmp_path, monkeypatch):
    """Front-end, kernel and shell, none of them anybody else's: one conversation, to the letter and without a fault."""
    monkeypatch.setenv("JUPYTER_PATH", place[1]["JUPYTER_PATH"])
    tapped.install("mine", prefix=place[0], traces=tmp_path)
    done = subprocess.run(
        [sys.executable, "frontend.py", "mine-tapped"],
        cwd=place[0], env=place[1], input="6 * 7\nx = input('who? ')\nada\nx\n1 / 0\n",
        capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*.jsonl")
    records = list(read_trace(path))
    heard = [(each.channel, each.message()) for each in records if isinstance(each, Frames) and each.message()]
    cell = next(message for _, message in heard if message.msg_type == "execute_request")
    info = next(message for _, message in heard if message.msg_type == "kernel_info_reply")
    answers = [(channel, said) for channel, said in heard if said.parent_header.get("msg_id") == cell.header["msg_id"]]
    types = [message.msg_type for channel, message in answers if channel == "iopub"]
    values = [said.content["data"]["text/plain"] for _, said in heard if said.msg_type == "execute_result"]

    assert [each for each in lint(records) if each.severity != "note"] == []
    assert cell.content["code"] == "6 * 7"
    assert cell.header["username"] == "you"
    assert info.content["implementation"] == "mine"
    assert types == ["status", "execute_input", "execute_result", "status"]
    assert [said.msg_type for channel, said in answers if channel == "shell"] == ["execute_reply"]
    assert values == ["42", "'ada'"]
    errors = [said.content for _, said in heard if said.msg_type == "error"]
    assert "----> 1 1 / 0" in "\n".join(errors[0]["traceback"])
    assert [said.content["value"] for channel, said in heard if channel == "stdin" and "value" in said.content] == [
        "ada"
    ]


def test_it_lists_what_jupyter_lists(place):
    """The kernels it finds are those of `jupyter kernelspec list`, each in the same folder."""
    from jupyter_client.kernelspec import KernelSpecManager

    listed = subprocess.run(
        [sys.executable, "frontend.py"], cwd=place[0], env=place[1], capture_output=True, text=True, timeout=60
    ).stdout
    found = dict(line.split(maxsplit=1) for line in listed.splitlines())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", place[1]["JUPYTER_PATH"])
        theirs = KernelSpecManager().find_kernel_specs()

    assert {"mine", "bash", "deno"} <= set(found)
    assert {name: found.get(name) for name in theirs if name != "python3"} == {
        name: folder for name, folder in theirs.items() if name != "python3"
    }


def test_ctrl_c_stops_the_cell_and_nothing_else(place, wait_until):
    """Ctrl-C in its terminal ends the cell that runs in our own kernel; what the kernel knew is still there."""
    out = place[0] / "out"
    with out.open("w") as stdout:
        process = subprocess.Popen(
            [sys.executable, "frontend.py", "mine"],
            cwd=place[0], env={**place[1], "PYTHONUNBUFFERED": "1"}, text=True,
            stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        process.stdin.write("x = 'kept'\nimport time; print('asleep'); time.sleep(300)\n")
        process.stdin.flush()
        wait_until(lambda: "asleep\n" in out.read_text(), out.read_text)
        process.send_signal(signal.SIGINT)
        wait_until(lambda: "KeyboardInterrupt" in out.read_text(), out.read_text)
        process.stdin.write("x\nexit\n")
        process.stdin.close()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()

    assert "'kept'" in out.read_text()
