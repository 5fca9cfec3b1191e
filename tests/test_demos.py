"""The six demos, run for real by the command that learners run; and what that command says when a demo is wrong."""

import ast
import fcntl
import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import psutil
import pytest

from kernel_seams import demos
from kernel_seams.checkout import Checkout, find_checkout
from kernel_seams.errors import DemoError

PATIENCE = 150
PUBLIC = sys.stdlib_module_names | {"jupyter_client", "zmq", "IPython", "ipykernel"}
FOUND = demos.find(find_checkout())
EACH = pytest.mark.parametrize("demo", FOUND, ids=lambda demo: demo.path.stem)

WRONG = '''"""Wrong: one claim holds and one does not."""

def demo():
    print("I look at \\x1b[31mtwo things")
    yield "one is", 1, 1
    yield "the answer is [bold]sure[/bold]", "42", "\\x1b[31mforty\\ntwo"
'''
STOPS = '''"""Stops: after one claim."""

def demo():
    yield "one is", 1, 1
    raise RuntimeError("the kernel\\ndied")
'''
NO_KERNEL = '''"""No kernel: the one it needs is not installed."""

from jupyter_client import KernelManager

def demo():
    KernelManager(kernel_name="no-such-kernel").start_kernel()
    yield "never", 1, 1
'''
NOISY = '''"""Noisy: it prints, and so do its children."""

import os, subprocess, sys

def demo():
    print("from the demo")
    subprocess.run([sys.executable, "-c", "import sys; print('from a child'); print('grumble', file=sys.stderr)"])
    yield "runtime folder", True, os.path.basename(os.environ["JUPYTER_RUNTIME_DIR"]) == "runtime"
    yield "what JSON has no word for", {b"bytes"}, {b"bytes"}
'''
ENDLESS = '''"""Endless: it waits for a child that never ends."""

import subprocess, sys

def demo():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        yield "the child has a number", True, child.pid > 0
        print("waiting", flush=True)
        child.wait()
    finally:
        child.kill()
        child.wait()
'''


def seams_demo(*arguments, root=None, **variables):
    """The finished process of `seams demo ARGUMENT...`, in the checkout at `root` (None: the real one)."""
    environment = {**os.environ, **variables}
    if root:
        environment["PYTHONPATH"] = str(root / "src")
    command = [sys.executable, "-m", "kernel_seams", "demo", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)


@pytest.fixture(scope="session")
def every(tmp_path_factory):
    """What came of one real `seams demo --all --json` with an empty home; pytest's workers share it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "demos.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = shared / "demos.json"
        if not kept.exists():
            kept.write_text(json.dumps(run_all(tmp_path_factory.mktemp("home"))))
    return json.loads(kept.read_text())


def run_all(home):
    """The end of `seams demo --all --json`, what it left in `home`, and the processes that outlived it."""
    mark = uuid.uuid4().hex
    process = seams_demo("--all", "--json", HOME=str(home), SEAMS_TEST=mark)
    return {
        "code": process.returncode,
        "stdout": process.stdout,
        "stderr": process.stderr,
        "home": [str(path) for path in home.rglob("*")],
        "left": [str(left) for left in marked(mark)],
    }


def marked(mark):
    """The processes of ours whose environment holds `mark`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("SEAMS_TEST") == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def made_up(tmp_path, checkout):
    """A function that makes a checkout whose demos are the given texts, numbered from 1."""

    def make(*texts):
        folder = tmp_path / "made up" / "scripts" / "demos"
        folder.mkdir(parents=True)
        (folder.parents[1] / "src").symlink_to(checkout.root / "src")
        for number, text in enumerate(texts, 1):
            (folder / f"{number}_made_up.py").write_text(text)
        return folder.parents[1]

    return make


def run(text, made_up, tell=lambda _: None):
    """The result of a made-up demo run in this process."""
    there = Checkout(made_up(text))
    return demos.run(demos.find(there)[0], there, tell, narrate=False)


@EACH
def test_each_demo_holds_on_live_processes(demo, every):
    """Every claim of every demo is what was observed, and there are some."""
    result = next(result for result in json.loads(every["stdout"]) if result["number"] == demo.number)

    assert result["problem"] is None
    assert [claim["claim"] for claim in result["claims"] if not claim["holds"]] == []
    assert len(result["claims"]) >= 5
    assert result["seconds"] > 0


def test_all_demos_say_nothing_but_json(every):
    """With --json stdout is the JSON, stderr is empty, and the exit code is 0."""
    assert every["stderr"] == ""
    assert every["code"] == 0
    assert [result["number"] for result in json.loads(every["stdout"])] == [1, 2, 3, 4, 5, 6]


def test_no_process_outlives_the_demos(every):
    """Every kernel, shell and child that a demo started has ended."""
    assert every["left"] == []


def test_nothing_is_written_outside_the_checkout(every):
    """An empty home stays empty."""
    assert every["home"] == []


@EACH
def test_a_demo_is_read_in_one_sitting(demo):
    """A demo has at most 100 lines, docstring included."""
    assert len(demo.path.read_text().splitlines()) <= 100


@EACH
def test_a_demo_imports_public_libraries_only(demo):
    """Who opens a demo finds the trick, not a call into our package."""
    imported = set()
    for node in ast.walk(ast.parse(demo.path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "ours").partition(".")[0])

    assert imported - PUBLIC == set()


@EACH
def test_a_demo_does_not_sleep(demo):
    """A demo waits for what it needs, never for a time."""
    assert "sleep" not in demo.path.read_text()


@EACH
def test_a_demo_presents_itself(demo):
    """The docstring has a title that fits a line and a text that fits 100 columns."""
    assert len(demo.title) < 95
    assert demo.text
    assert max(len(line) for line in demo.text.splitlines()) <= 100


def test_a_demo_runs_without_our_command():
    """`python scripts/demos/1_two_prompts.py` shows the same and ends well."""
    process = subprocess.run([sys.executable, FOUND[0].path], capture_output=True, text=True, timeout=PATIENCE)

    assert process.returncode == 0
    assert process.stdout.count("  holds: ") > 5
    assert "FALSE" not in process.stdout


def test_a_contradicted_claim_is_told_in_one_sentence(made_up):
    """The exit code is 1, and stderr names the demo, the claim, what was expected and what was observed."""
    process = seams_demo("1", root=made_up(WRONG))

    assert process.returncode == 1
    assert process.stderr.splitlines() == [
        "seams: Demo 1 (Wrong: one claim holds and one does not) is contradicted in its claim "
        "'the answer is [bold]sure[/bold]': expected '42', observed '\\x1b[31mforty\\ntwo'."
    ]


def test_what_a_kernel_said_is_printed_and_not_obeyed(made_up):
    """Claims are printed without control characters, and nothing in them is taken for markup."""
    process = seams_demo("1", root=made_up(WRONG))
    holds, false = (line for line in process.stdout.splitlines() if line.startswith(("  holds", "  FALSE")))

    assert holds == "  holds  one is: 1"
    assert false == "  FALSE  the answer is [bold]sure[/bold]: \\x1b[31mforty\\ntwo, expected 42"


def test_a_demo_that_stops_is_one_line(made_up):
    """A demo that raises gives exit code 1 and one line that says why and what to do, no traceback."""
    process = seams_demo("1", root=made_up(STOPS))

    assert process.returncode == 1
    assert process.stderr.splitlines() == [
        "seams: Demo 1 (Stops: after one claim) stopped: RuntimeError: the kernel died. "
        "`seams kernels list --boot` shows which kernels start, and why one does not."
    ]


def test_a_missing_kernel_says_how_to_get_it(made_up):
    """What is missing is named, and the command that installs it."""
    process = seams_demo("1", root=made_up(NO_KERNEL))

    assert process.returncode == 1
    assert "no-such-kernel" in process.stderr
    assert "`seams kernels install`" in process.stderr
    assert len(process.stderr.splitlines()) == 1


def test_all_go_on_after_a_wrong_one_and_report_it(made_up):
    """`--all --json` holds every demo, those that went wrong with their problem; the exit code is 1."""
    process = seams_demo("--all", "--json", root=made_up(WRONG, STOPS, NOISY))
    wrong, stops, noisy = json.loads(process.stdout)

    assert process.returncode == 1
    assert wrong["problem"].startswith("Demo 1 (Wrong")
    assert [claim["holds"] for claim in wrong["claims"]] == [True, False]
    assert stops["problem"].startswith("Demo 2 (Stops")
    assert len(stops["claims"]) == 1
    assert noisy["problem"] is None
    assert noisy["claims"][1] == {
        "claim": "what JSON has no word for",
        "expected": "{b'bytes'}",
        "observed": "{b'bytes'}",
        "holds": True,
    }


@pytest.mark.parametrize("arguments", [["9"], ["1", "--all"], ["one"]], ids=" ".join)
def test_bad_usage_is_two(arguments):
    """An unknown number, a number with --all and what is no number are bad usage."""
    process = seams_demo(*arguments)

    assert process.returncode == 2
    assert len(process.stderr.splitlines()) == 1
    assert process.stdout == ""


def test_without_a_number_the_demos_are_listed():
    """`seams demo` runs nothing and lists number and title."""
    lines = seams_demo().stdout.splitlines()

    assert [line.split("  ")[0] for line in lines[:6]] == ["1", "2", "3", "4", "5", "6"]
    assert all(demo.title in line for demo, line in zip(FOUND, lines, strict=False))


def test_the_environment_is_as_before(made_up):
    """What a demo's kernels write goes to a private place, and only as long as the demo runs."""
    before = dict(os.environ)
    result = run(NOISY, made_up)

    assert result.problem is None
    assert dict(os.environ) == before
    assert not list((result.demo.path.parents[2] / ".workshop").glob("demo-*"))


def test_a_demo_is_closed_when_its_reader_stops(made_up, tmp_path):
    """Ctrl-C between two claims runs the demo's `finally` at once."""
    text = f"""def demo():
    try:
        yield "one is", 1, 1
    finally:
        open({str(tmp_path / "closed")!r}, "w").close()
"""

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(text, made_up, stop)

    assert (tmp_path / "closed").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_stopped_demo_leaves_no_process(made_up, number):
    """Ctrl-C and SIGTERM end a demo and what it has started, in one line."""
    mark = uuid.uuid4().hex
    environment = {**os.environ, "PYTHONPATH": str(made_up(ENDLESS) / "src"), "SEAMS_TEST": mark}
    command = [sys.executable, "-u", "-m", "kernel_seams", "demo", "1"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert any("waiting" in line for line in process.stdout)
        assert len(marked(mark)) == 2
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert said.split() == ["seams:", "stopped."]
    assert marked(mark) == []


def test_a_demo_that_claims_nothing_is_a_problem(made_up):
    """A demo without a claim has shown nothing."""
    result = run("def demo():\n    yield from ()\n", made_up)

    assert "has claimed nothing" in result.problem


def test_a_file_that_is_no_python_is_named(made_up):
    """A demo that cannot be read is named in the message."""
    there = Checkout(made_up("def demo(:\n"))

    with pytest.raises(DemoError, match=r"1_made_up\.py"):
        demos.find(there)


def test_a_place_that_cannot_be_written_is_named(made_up):
    """Without a place for what kernels write, a demo does not start, and says where it wanted to write."""
    there = Checkout(made_up(NOISY))
    Path(there.state).write_text("in the way")

    with pytest.raises(DemoError, match=r"needs to write to .*workshop"):
        demos.run(demos.find(there)[0], there, lambda _: None)
