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

from kernel_seams.grading import seccomp

ATTEMPTS = Path(__file__).parent / "attempts.py"
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
from kernel_seams.grading import landlock, machine
landlock.abi = lambda: int(sys.argv[1])
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


@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize("rights", [None, (), ("setuid", "setgid")])
def test_what_an_older_kernel_does_not_hold_is_named(version, rights, as_nobody):
    """Linux 6.1 has version 2 of Landlock, 6.8 has 4: what they let through is found, whoever graded code is there."""
    user = [] if rights is None else as_nobody(rights=rights)
    command = [*user, sys.executable, "-B", "-c", ON_AN_OLDER_KERNEL, str(version)]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=True)

    # Another user than who grades, but the same as whoever tests it.
    another = os.getuid() == 0 and rights != ()
    assert json.loads(done.stdout) == [
        *(["empty your files"] if version < 3 else []),
        *([] if another else ["signal your processes"]),
        "signal the process that tests it",
    ]


def test_on_an_older_kernel_nothing_is_graded(tmp_path):
    """What it lets through is told, and where to grade: no container, which has the same kernel."""
    (tmp_path / "sitecustomize.py").write_text("from kernel_seams.grading import landlock; landlock.abi = lambda: 4\n")
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", "from kernel_seams.grading.template import Template; Template()"]
    done = subprocess.run(command, cwd="/", env=variables, capture_output=True, text=True, check=False)

    said = done.stderr.splitlines()[-1]
    assert "GradingError: This machine does not hold graded code: it could signal" in said
    assert f"Instead, grade where Linux is 6.12 or newer and has Landlock (here it is {os.uname().release})" in said
    assert "docker" not in said


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
def test_the_filter_is_a_program_that_ends(machine_name):
    """Every jump lands inside the program, and every path ends in a verdict."""
    program = seccomp.program(machine_name, loopback=True, hand_over=seccomp.HANDED_OVER)

    steps = [(program[at] | program[at + 1] << 8, program[at + 2], program[at + 3]) for at in range(0, len(program), 8)]
    assert len(steps) < 4096
    for number, (code, true, false) in enumerate(steps):
        if code & 0x07 == 0x05:
            assert number + 1 + max(true, false) < len(steps)
    assert steps[-1][0] == 0x06
