"""`seams conform` as a person and a program use it: on any program, it never hangs and leaves nothing."""

import html.parser
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from kernel_seams.conform.matrix import BEGIN, END
from kernel_seams.conform.page import page
from kernel_seams.conform.run import run
from kernel_seams.conform.table import rules, stages

HERE = Path(__file__).parent
TINY = [sys.executable, str(HERE / "tiny.py"), "{connection_file}"]


REPORT = "schema kernel argv snippets words passed seconds counts kernel_info said stages results"
RESULT = "rule stage level document section quote says verdict seconds trace cause next stderr note"


@pytest.fixture(autouse=True)
def _tiny_can_be_imported(monkeypatch):
    """A kernel of this test's own can begin with `from tiny import Kernel`."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))


@pytest.fixture
def kernel(tmp_path):
    """A function that makes a kernel out of the body of a class, and gives its command line."""

    def make(body):
        program = tmp_path / "kernel.py"
        head = "import json, os, pathlib, subprocess, sys, threading, time, tiny\nclass Mine(tiny.Kernel):\n"
        program.write_text(f"{head}{textwrap.indent(textwrap.dedent(body), '    ')}\n\nMine(sys.argv[-1]).run()\n")
        return [sys.executable, str(program), "{connection_file}"]

    return make


def seams(*arguments, **more):
    """The finished run of `seams conform` with `arguments`."""
    command = [sys.executable, "-m", "kernel_seams", "conform", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=170, **more)


def verdicts(report):
    """The verdict on each rule."""
    return {result.rule.id: result.verdict for result in report.results}


def test_json_is_the_same_for_every_program(kernel):
    """`--json` has these keys, whatever came of it; the exit code says whether all that was asked passed."""
    good = seams("--json", "--stage", "1-2", "--", *TINY)
    bad = seams("--json", "--stage", "5", "--", *kernel("def status(self, state, request): pass"), "--budget=8")

    assert (good.returncode, bad.returncode) == (0, 1), (good.stderr, bad.stderr)
    assert (good.stderr, bad.stderr) == ("", "")
    for said in (json.loads(good.stdout), json.loads(bad.stdout)):
        assert set(said) == set(REPORT.split())
        for result in said["results"]:
            assert set(result) == set(RESULT.split())
    failed = json.loads(bad.stdout)["results"][0]
    assert (failed["rule"], failed["verdict"]) == ("kernel-info.busy-idle", "failed")
    assert {"socket": "iopub", "expected": "status busy", "came": None, "agrees": False} in failed["trace"]


LATE = """
    def parse(self, socket, frames):  # as ipykernel does, it obeys what has a good header, whatever its content
        if frames[-1] != b'"text"':
            return super().parse(socket, frames)
        return tiny.Request(socket, frames[:-6], json.loads(frames[-4]), {})

    def send_out(self, iopub, frames):
        time.sleep(0.02)
        super().send_out(iopub, frames)
"""


def test_what_is_published_late_belongs_to_its_own_request(kernel):
    """On a busy machine iopub lags behind the replies: what was asked before is not held against what is asked now."""
    report = run(kernel(LATE), only=range(1, 6))

    assert {name for name, verdict in verdicts(report).items() if verdict != "passed"} == set()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "seams: Say which KERNEL, or -- COMMAND ... {connection_file}. See `seams conform --help`.\n"),
        (["nope"], 1, "seams: There is no kernelspec 'nope'; there are: "),
        (["--", "python", "k.py"], 1, "seams: The command has no {connection_file}, so it cannot learn where to bind"),
        (["python3", "--stage", "99"], 1, "seams: There is no stage 99; there are 1 to 15.\n"),
        (["python3", "--stage", "first"], 2, "seams: Invalid value for '--stage': 'first' is no stage: say 3, or 1-6."),
        (["python3", "--snippets", "nope.toml"], 1, "seams: The snippets 'nope.toml' cannot be read: No such file"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(arguments, code, said):
    """Bad usage and unusable names: one line on stderr, nothing on stdout."""
    done = seams(*arguments)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert done.stderr.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[snippets]\nprint = 1", "print must be a text; it is 1"),
        ("[snippets]\nprnt = 'x'", "have 'prnt', which no rule uses"),
        ("[completion]\ncode = 'x'", "[completion] needs before, code, match, astral"),
        ("[snippets", "are not TOML"),
        ("snippets = 3", "need tables [snippets] and [completion]"),
    ],
)
def test_snippets_that_cannot_be_used_are_named(tmp_path, text, said):
    """A file of snippets with a mistake in it: what, and where."""
    (tmp_path / "mine.toml").write_text(text)

    done = seams("python3", "--snippets", str(tmp_path / "mine.toml"))

    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_a_program_that_cannot_be_started_is_a_failure(tmp_path):
    """A command that is not there breaks the first rule, and says why."""
    report = run([str(tmp_path / "nope"), "{connection_file}"])

    assert report.first_failure.rule.id == "start.runs"
    assert report.first_failure.rows[0].came == f"{tmp_path}/nope cannot be started: No such file or directory"


def test_a_language_nobody_speaks_is_not_asked(kernel):
    """Without snippets what needs them is not asked, and nothing of it counts as passed."""
    nobody = """
        def reply(self, request, content):
            if "language_info" in content:
                content["language_info"] = {"name": "nobody"}
            super().reply(request, content)
    """

    report = run(kernel(nobody), only={6, 7})

    assert set(verdicts(report).values()) == {"not asked"}
    assert report.snippets == "none"
    assert not report.passed


def test_snippets_of_ones_own_are_enough(kernel, tmp_path):
    """A kernel of any language is asked what its snippets say: here one that shouts what it is given."""
    command = kernel("def execute(self, code, silent, count):\n    print(code.upper())\n    return {}")
    (tmp_path / "shout.toml").write_text("[snippets]\nprint = 'LEFTRIGHT'\n")

    loud = verdicts(run(command, tmp_path / "shout.toml", only={6}, budget=8))

    assert loud["execute.reply"] == "passed"
    assert loud["stream.stdout"] == "failed"  # the words are small letters, and it shouts them
    assert loud["stream.stderr"] == "not asked"


def test_what_is_optional_must_be_there_where_that_is_asked(kernel):
    """Left out is not failed, unless strict; broken is failed in any case."""
    silent = kernel("do_history = None")

    assert verdicts(run(silent, only={11}))["history.tail"] == "not offered"
    assert verdicts(run(silent, only={11}, strict=True))["history.tail"] == "failed"
    broken = kernel("def do_history(self, request): self.reply(request, {'history': [['one']]})")
    assert verdicts(run(broken, only={11}))["history.tail"] == "failed"


def test_an_older_kernel_is_not_held_to_what_came_later(kernel):
    """What a version brought is not missed in a kernel that claims an older one."""
    old = """
        iopub_type = 1  # PUB
        def reply(self, request, content):
            if "protocol_version" in content:
                content["protocol_version"] = "5.3"
            super().reply(request, content)
    """

    report = run(kernel(old), only={14}, budget=8)

    assert verdicts(report) == dict.fromkeys(("welcome.sent", "welcome.content", "welcome.parent"), "not offered")


def test_an_interrupt_by_message_is_asked_for_its_reply():
    """With interrupt_mode message the interrupt is a request on control, and its reply is a rule."""
    report = run(TINY, only={12}, interrupt_mode="message")

    assert set(verdicts(report).values()) == {"passed"}


HOSTILE = r"""
def reply(self, request, content):
    sys.__stderr__.write("\x1b[31m<script>alert(1)</script>\x1b]0;title\x07\n")
    content.pop("language_info", None)
    content["banner"] = ["<img src=x onerror=alert(1)>\x1b[2J\u202e"]
    super().reply(request, content)
"""


class Page(html.parser.HTMLParser):
    """The tags and the attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_what_a_kernel_says_is_only_ever_text(kernel, tmp_path):
    """Markup and control sequences of a kernel reach neither the page as elements nor the terminal as commands."""
    done = seams("--stage", "5", "--report", str(tmp_path / "page.html"), "--", *kernel(HOSTILE))

    assert "<img src=x onerror=alert(1)>" in done.stdout
    assert "<script>alert(1)</script>" in done.stdout
    assert not set(done.stdout) & {"\x1b", "\x07", "\u202e"}
    text = (tmp_path / "page.html").read_text()
    shown = Page(text)
    assert not shown.tags & {"script", "img", "iframe", "link"}
    assert not {name for name in shown.attributes if name.startswith("on")}
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "default-src 'none'" in text
    assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_a_page_that_cannot_be_written_loses_nothing():
    """What was found out is printed all the same; then one line says why there is no page."""
    done = seams("--report", "/nope/page.html", "--stage", "1", "--", *TINY)

    assert done.returncode == 1
    assert "4 rules passed" in done.stdout
    assert done.stderr == "seams: The report cannot be written to /nope/page.html: No such file or directory.\n"


def test_the_page_has_every_rule(kernel):
    """Each rule is on the page with its verdict, under its stage, and what was not judged at its end."""
    report = run(kernel("def do_kernel_info(self, request): self.reply(request, {'banner': ''})"), only={4, 5})

    text = page(report)

    for stage in stages()[3:5]:
        assert f'id="stage-{stage.number}"' in text
        for rule in stage.rules:
            assert rule.says in text
    assert 'class="failed" open=""' in text
    assert "Said and not judged" in text


def alive(pid):
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_everything_a_program_started_is_ended(kernel, tmp_path):
    """A child that has left the session, and whose parent is gone, is ended all the same."""
    pid = tmp_path / "pid"
    orphan = "import os, subprocess; os.setsid(); print(subprocess.Popen(['sleep', '1000']).pid)"
    daemon = f"""
        def run(self):
            with open({str(pid)!r}, "w") as file:
                subprocess.run([sys.executable, "-c", {orphan!r}], stdout=file)
            super().run()
    """
    report = run(kernel(daemon), only={2})

    assert report.passed
    assert not alive(int(pid.read_text()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_nothing(kernel, tmp_path, wait_until, number):
    """Ctrl-C and SIGTERM end the command with one line, and the kernel with it."""
    pid = tmp_path / "pid"
    command = kernel(f"""
        def do_execute(self, request):
            pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))
            time.sleep(1000)
    """)
    running = subprocess.Popen(
        [sys.executable, "-m", "kernel_seams", "conform", "--stage", "6", "--", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: pid.exists() and pid.read_text(), "the kernel runs code")

    running.send_signal(number)
    _, said = running.communicate(timeout=60)

    assert (running.returncode, said.strip()) == (130, "seams: stopped.")
    assert not alive(int(pid.read_text()))


ENDLESS = {
    "works": "pass",
    "floods iopub": "self.publish('stream', {'name': 'stdout', 'text': 'x' * 9999}, {})",
    "floods stderr": "sys.__stderr__.write('x' * 9999)",
}


@pytest.mark.slow
@pytest.mark.parametrize("what", ENDLESS)
def test_a_program_that_never_comes_to_an_end_is_given_its_time(kernel, what):
    """A stage has a budget; a program that works all the time gets it and no more, and what failed is said."""
    endless = f"""
        def do_kernel_info(self, request):
            while True:
                {ENDLESS[what]}
    """

    report = run(kernel(endless), only={3}, budget=3)

    failed = report.first_failure
    assert failed.rule.id == "sign.reply"
    assert failed.cause.startswith("The 3 s of this stage were used up")
    assert report.seconds < 60
    assert len(failed.stderr) <= 64 * 1024


@pytest.mark.slow
def test_it_runs_without_the_workshop(checkout, tmp_path):
    """`uvx --from '.[wire]' seams conform` needs nothing of the workshop; a light install says what it lacks."""
    uv = shutil.which("uv") or str(checkout.root / ".tools" / "bin" / "uv")
    if not os.access(uv, os.X_OK):
        pytest.skip("there is no uv here")
    program = tmp_path / "kernel.py"
    program.write_text("import time\ntime.sleep(1000)\n")
    python = shutil.which("python3", path=os.defpath) or sys.executable  # any Python: it has none of our packages
    asked = ["--json", "--stage", "1", "--budget", "4", "--", python, str(program), "{connection_file}"]

    def run_from(what):
        command = [uv, "tool", "run", "--python", sys.executable, "--from", what, "seams", "conform", *asked]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    whole, light = run_from(f"{checkout.root}[wire]"), run_from(str(checkout.root))

    failed = [one["rule"] for one in json.loads(whole.stdout)["results"] if one["verdict"] == "failed"]
    assert (whole.returncode, failed) == (1, ["bind.sockets"]), whole.stderr
    assert (light.returncode, light.stdout) == (1, "")
    assert "`seams conform` needs" in light.stderr.splitlines()[-1]
    assert "kernel-seams[wire]" in light.stderr.splitlines()[-1]


@pytest.mark.slow
def test_deno_outlives_an_interrupt():
    """The kernelspec that we install for Deno lets its code be stopped and its variables live."""
    report = run("deno", only={12})

    assert {
        name: verdict for name, verdict in verdicts(report).items() if name.startswith("interrupt.")
    } == dict.fromkeys(("interrupt.stops", "interrupt.reply", "interrupt.state", "interrupt.idle"), "passed")


def test_the_table_of_kernels_has_every_rule(checkout, tmp_path):
    """docs/kernels.md has a row for each rule, in their order, and a new column leaves the others as they are."""
    copy = tmp_path / "kernels.md"
    copy.write_text((checkout.root / "docs" / "kernels.md").read_text())
    rows = {cells[0]: cells for cells in table_in(copy)}
    assert [name.strip("`") for name in rows if name.startswith("`")] == list(rules())
    assert rows["rule"][2:] == ["python3", "bash", "deno", "pypy", "ir", "own"]

    seams("--as", "tiny | `mine`", "--stage", "2", "--matrix", str(copy), "--", *TINY)

    told = {"rule": "tiny mine", "passed": "2", "failed": "0", "says it is": "?", "protocol": "?"}
    asked = dict.fromkeys(("`heartbeat.echo`", "`heartbeat.bytes`"), "yes")
    for *before, new in table_in(copy):
        assert before == rows[before[0]]
        assert new == {**told, **asked}.get(before[0], "")


def table_in(path):
    """The cells of each row of the table in docs/kernels.md, without the line below its head."""
    _, _, rest = path.read_text().partition(BEGIN)
    lines = rest.partition(END)[0].strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for number, line in enumerate(lines) if number != 1]


@pytest.mark.slow
def test_the_reference_kernel_passes_everything():
    """ipykernel passes every rule, also those that may be left out; its kind of interrupt has no reply to be asked for.

    What no language has a snippet for is not asked of it either: code that no interrupt stops outlives its shutdown.
    """
    report = run("python3", strict=True)
    rest = {name: verdict for name, verdict in verdicts(report).items() if verdict != "passed"}

    assert rest == {"interrupt.reply": "not asked", "shutdown.while-busy": "not asked"}
    assert len(report.results) == len(rules())
