"""The sandbox, from inside: what graded code tries in vain, and what it can do all the same."""

import json
import os
import re
import socket
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from kernel_seams.grading import landlock, seccomp
from kernel_seams.grading.sandbox import Sandbox

ATTEMPTS, SIGNAL_ATTEMPTS = (Path(__file__).parent / name for name in ("attempts.py", "signal_attempts.py"))
# ValueError is Python's word for limits that cannot be raised; IndexError: there is nothing to try it on.
REFUSED = {"PermissionError", "OSError", "ValueError", "IndexError"}
LEAVES_ALONE = """
import os, signal, time
for number in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for each in range(1, 65):
            try:
                signal.signal(each, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        time.sleep(600)
print('left')
"""
FAILS_IN_A_CHILD = """
import os
if os.fork() == 0:
    raise OSError('as where no more processes may be started')
os.wait()
print('one')
"""
ON_AN_OLDER_KERNEL = """
import json, sys
from kernel_seams.grading import landlock, machine, sandbox, seccomp
landlock.abi = lambda: int(sys.argv[1])
if sys.argv[2:] == ["by Landlock alone"]:
    seccomp.SIGNALS = seccomp.EMPTYING = ()
print(json.dumps(machine.weaknesses()))
"""
COUNTS = """
import subprocess
from kernel_seams.grading.processes import counted
before = counted()
there = [subprocess.Popen(["sleep", "600"]) for _ in range(5)]
print(before, counted())
for each in there:
    each.kill()
    each.wait()
print(counted())
"""


@pytest.fixture(
    scope="module",
    params=[
        "whoever tests",
        *(pytest.param(who, marks=pytest.mark.slow) for who in ("nobody", "the service", "root in the service")),
    ],
)
def seen(request, tmp_path_factory, jobs_run, as_nobody):
    """What a cell in the sandbox saw: the grader is whoever runs the tests, has no rights, or those of `grade`."""
    outside = tmp_path_factory.mktemp("outside")
    for folder in (outside, *outside.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/") and "pytest" in str(folder):
            folder.chmod(0o755)
    (outside / "secret").write_text("secret")
    (outside / "secret").chmod(0o666)
    nobody = request.param in ("nobody", "the service")
    user = []
    if request.param != "whoever tests":
        may = {"setuid", "setgid"} if "service" in request.param else ()
        user = as_nobody(65534 if nobody else 0, may)
    if "service" in request.param and not user:
        pytest.skip("only root can give the rights that the service `grade` has: run the tests as root")
    if nobody and os.getuid() == 0:
        os.chown(outside / "secret", 65534, 65534)
        os.chown(outside, 65534, 65534)
    with closing(socket.socket(socket.AF_UNIX)) as server:
        short = os.open(outside, os.O_PATH)  # the path of a socket has some hundred bytes at most
        server.bind(f"/proc/self/fd/{short}/socket")
        os.close(short)
        server.listen()
        (outside / "socket").chmod(0o666)
        ours, terminal = os.openpty()
        source = f"OUTSIDE, TERMINAL = {str(outside)!r}, {os.ttyname(terminal)!r}\n" + ATTEMPTS.read_text()
        try:
            (result,) = jobs_run([{"cells": [source, LEAVES_ALONE, FAILS_IN_A_CHILD]}], user=user)
        finally:
            os.close(ours)
            os.close(terminal)
    text = "".join(each["text"] for each in result["outputs"][0] if each["output_type"] == "stream")
    assert text, result["outputs"][0]
    return {**json.loads(text), "outside": outside, "result": result, "another": request.param != "nobody"}


def test_what_must_not_be_is_refused(seen):
    """Files, sockets, processes, limits, namespaces and the network outside: every attempt fails."""
    through = {name: came for name, came in seen["must not"].items() if came not in REFUSED}

    assert through == {}
    assert (seen["outside"] / "secret").read_text() == "secret"
    assert sorted(path.name for path in seen["outside"].iterdir()) == ["secret", "socket"]
    assert (seen["outside"] / "secret").stat().st_mode & 0o777 == 0o666
    assert (seen["outside"] / "secret").stat().st_mtime > 1


def test_what_must_be_works(seen):
    """In its own folder graded code writes, changes modes and times, connects, and starts programs and kernels."""
    assert seen["must"] == {
        "write": "1",
        "chmod": "0o640",
        "chmod from here": "0o604",
        "fchmod": "0o600",
        "times": "2.0",
        "copy with mode and times": "done",
        "run the copy": "ran",
        "connect": "heard",
        "python": "ran",
        "a child of a child": "ran",
        "processes": "python",
        "terminal": "ran",
        "thread": "\n",
    }


def test_it_is_nobody_else_s_user_where_that_can_be(seen):
    """Started by who may change users, graded code is a user that nobody is, in no group; else it is who grades."""
    assert seen["groups"] == ([] if os.getuid() == 0 else os.getgroups())  # which only root may leave
    assert len(set(seen["uids"])) == 1
    if os.getuid() == 0 and seen["another"]:
        assert 64000 <= seen["user"] < 65000
    else:
        assert seen["user"] == (os.getuid() or 65534)


def test_nothing_of_it_is_left(seen):
    """Daemons that ignore every signal are gone when the result is there, and so is the folder."""
    assert seen["result"]["faults"] == []
    scratch = Path(seen["folder"]).parents[1]
    assert scratch.name.startswith("seams-grade-")
    assert not scratch.exists()
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is another user's
            left += [process.name] if scratch in (process / "cwd").readlink().parents else []
    assert left == []


def test_one_process_answers(seen, printed):
    """A child that a cell has forked, and that comes back from it, is no second student: it ends there."""
    assert printed(seen["result"], 2) == "one\n"


def test_the_kernel_counts_all_processes_of_a_user(as_nobody):
    """How many there are is asked of the kernel, which holds a limit against all of them; of root it counts none."""
    told = []
    for user in ([], as_nobody(60000 + os.getpid() % 1000)):
        command = [*user, sys.executable, "-B", "-c", COUNTS]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=True)
        told.append([int(number) for number in done.stdout.split()])

    as_tested, as_nobody_else = told
    if os.getuid() == 0:
        assert (as_tested, as_nobody_else) == ([0, 0, 0], [1, 6, 1])
    else:  # whoever tests starts and ends others meanwhile
        assert min(as_tested) >= 1


def test_this_machine_holds_it():
    """The machine the tests run on enforces everything; if not, the list says what it lacks."""
    # In a process of its own, as in the template: it forks, and who forks beside threads may wait for a lock for ever.
    asked = "import json; from kernel_seams.grading import machine; print(json.dumps(machine.weaknesses()))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.fixture(scope="module", params=[1, 4])
def old(request):
    """A version of Landlock that does not hold signals; the first does not hold files from being emptied, either."""
    return request.param


@pytest.mark.parametrize("rights", [None, (), ("setuid", "setgid")])
def test_what_an_older_landlock_does_not_hold_is_held_all_the_same(old, rights, as_nobody):
    """Linux 5.13 has version 1 of Landlock, 6.8 has 4: what they let through is found, and then held by seccomp."""
    user = [] if rights is None else as_nobody(rights=rights)
    command = [*user, sys.executable, "-B", "-c", ON_AN_OLDER_KERNEL, str(old)]
    told = []
    for how in ([], ["by Landlock alone"]):
        done = subprocess.run([*command, *how], cwd="/", capture_output=True, text=True, check=True)
        told.append(json.loads(done.stdout))

    # Another user than who grades, but the same as whoever tests it.
    another = os.getuid() == 0 and rights != ()
    assert told == [
        [],
        [
            *(["empty your files"] if old < 3 else []),
            *([] if another else ["signal your processes"]),
            "signal the process that tests it",
        ],
    ]


@pytest.fixture(
    scope="module",
    params=[
        "whoever tests",
        *(pytest.param(who, marks=pytest.mark.slow) for who in ("nobody", "the service")),
    ],
)
def signalled(request, tmp_path_factory, jobs_run, as_nobody, printed):
    """What a cell saw that sends signals, where Landlock is of version 1, and whether those outside are still there."""
    outside = tmp_path_factory.mktemp("outside")
    for folder in (outside, *outside.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/") and "pytest" in str(folder):
            folder.chmod(0o755)
    (outside / "secret").write_text("secret")
    (outside / "secret").chmod(0o666)
    (outside / "sitecustomize.py").write_text("from kernel_seams.grading import landlock; landlock.abi = lambda: 1\n")
    user = []
    if request.param != "whoever tests":
        user = as_nobody(rights={"setuid", "setgid"} if "service" in request.param else ())
    with (
        pytest.MonkeyPatch.context() as variables,
        subprocess.Popen([*user, "sleep", "600"], start_new_session=True) as another,
    ):
        variables.setenv("PYTHONPATH", str(outside))
        source = f"OUTSIDE, OTHER = {str(outside)!r}, {another.pid}\n" + SIGNAL_ATTEMPTS.read_text()
        try:
            (result,) = jobs_run([{"cells": [source]}], user=user)
            left = another.poll()
        finally:
            another.kill()
    text = printed(result, 0)
    assert text, result
    return {**json.loads(text), "result": result, "left": left, "secret": (outside / "secret").read_text()}


def test_no_signal_leaves_the_sandbox_where_landlock_holds_none(signalled):
    """Nobody outside gets one, by whatever call; no file outside is emptied."""
    told = signalled["must not"]
    assert {name: came for name, came in told.items() if came not in {"PermissionError", "OSError"}} == {}
    assert len(told) == 3 * 11 + 4 + 6
    assert (signalled["left"], signalled["secret"]) == (None, "secret")
    assert (signalled["result"]["faults"], signalled["result"]["state"]) == ([], "ok")


def test_signals_work_in_the_sandbox_where_the_warden_sends_them(signalled):
    """A process signals itself, its threads, its group and its children, and hears what the kernel would say."""
    assert signalled["must"] == {
        "Popen.kill": "-9",
        "Popen.terminate": "-15",
        "tkill": "-15",
        "tgkill": "-15",
        "rt_sigqueueinfo": "-15",
        "rt_tgsigqueueinfo": "-15",
        "pidfd_send_signal": "-15",
        "a group of its own": "-9",
        "its group": "1",
        "its group by number": "1",
        "itself": "1",
        "raise": "1",
        "its main thread": "1",
        "a thread": "heard",
        "the group of others": "heard",
        "everybody": "[-9, -9]",
        "a daemon": "ended",
        "with a value": "-1 True",
        "multiprocessing": "-15",
        "abort": "-6",
        "a name that is no text": "-15",
        "a fault": "-11",
        "bash's kill": "143",
        "bash's jobs": "143",
        "bash stops itself": "on",
        "timeout": "124",
        "who has ended": "ProcessLookupError",
        "a group that is not there": "ProcessLookupError",
        "no signal": "OSError",
        "a child of its parent": "left to the warden",
        "truncate": "te",
    }


def test_without_landlock_nothing_is_graded(tmp_path):
    """What could be done is told, and where to grade: no container, which has the same kernel."""
    (tmp_path / "sitecustomize.py").write_text("from kernel_seams.grading import landlock; landlock.abi = lambda: 0\n")
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", "from kernel_seams.grading.template import Template; Template()"]
    done = subprocess.run(command, cwd="/", env=variables, capture_output=True, text=True, check=False)

    said = done.stderr.splitlines()[-1]
    assert "GradingError: This machine does not hold graded code: it could reach all of your files" in said
    assert f"Instead, grade where Linux is 5.13 or newer and has Landlock (here it is {os.uname().release})" in said
    assert "docker" not in said


def test_where_landlock_holds_it_the_filter_says_nothing_of_it(monkeypatch):
    """From version 6 on no signal and no opening of a file goes through the warden, or has a step in the filter."""
    programs = []
    for version in (2, 5, 6, 10):
        monkeypatch.setattr(landlock, "abi", lambda version=version: version)
        handed_over = Sandbox(()).handed_over
        programs.append((handed_over, seccomp.program("x86_64", hand_over=handed_over)))

    (_, emptying), (_, signals), *newer = programs
    assert newer == [(seccomp.HANDED_OVER, seccomp.program("x86_64", hand_over=seccomp.HANDED_OVER))] * 2
    asked = [number[0].to_bytes(4, "little") for name, number in seccomp.NUMBERS.items() if name in seccomp.ONLY_WITH]
    steps = {program[at : at + 8] for _, program in newer for at in range(0, len(program), 8)}
    assert not [step for step in steps if step[0] == seccomp.JUMP_EQUAL and step[4:] in asked and step[3]]
    assert len(emptying) > len(signals) > len(newer[0][1])


@pytest.mark.parametrize(
    ("header", "column", "pattern"),
    [
        ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", 0, r"__NR_(\w+) +(\d+)"),
        ("/usr/include/asm-generic/unistd.h", 1, r"__NR(?:3264)?_(\w+) +(\d+)"),
    ],
)
def test_the_numbers_of_the_calls_are_the_kernel_s(header, column, pattern):
    """Every number in the filter's table is the one of the kernel's header, for both architectures."""
    path = Path(header)
    if not path.exists():
        pytest.skip(f"{header} is missing: it comes with linux-libc-dev")
    known = {name: int(number) for name, number in re.findall(pattern, path.read_text())}

    table = {name: numbers[column] for name, numbers in seccomp.NUMBERS.items()}
    assert {name: number for name, number in table.items() if name in known and number != known[name]} == {}
    assert len(set(table) & set(known)) > 60


@pytest.mark.parametrize("machine_name", ["x86_64", "aarch64"])
@pytest.mark.parametrize("more", [(), (*seccomp.SIGNALS, *seccomp.EMPTYING)])
def test_the_filter_is_a_program_that_ends(machine_name, more):
    """Every jump lands inside the program, and every path ends in a verdict."""
    program = seccomp.program(machine_name, loopback=True, hand_over=(*seccomp.HANDED_OVER, *more))

    steps = [(program[at] | program[at + 1] << 8, program[at + 2], program[at + 3]) for at in range(0, len(program), 8)]
    assert len(steps) < 4096
    for number, (code, true, false) in enumerate(steps):
        if code & 0x07 == 0x05:
            assert number + 1 + max(true, false) < len(steps)
    assert steps[-1][0] == 0x06
