"""What a submission does to what is beside it: the disk, the processors, the user's processes, the tests' own home."""

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, closing, suppress

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kernel_seams.errors import GradingError
from kernel_seams.grading import batch, executor, users, warden
from kernel_seams.grading.calibrate import plans_for
from kernel_seams.grading.frames import Channel
from kernel_seams.grading.here import Here
from kernel_seams.grading.jobs import Job, Result, cells_of
from kernel_seams.grading.sandbox import readable
from kernel_seams.grading.scratch import Scratch
from kernel_seams.grading.template import Template

ROOM = """
import json, os, resource
mine = 0
for name in os.listdir("/proc"):
    try:
        if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
            mine += len(os.listdir(f"/proc/{name}/task"))
    except OSError:
        pass
print(json.dumps([resource.getrlimit(resource.RLIMIT_NPROC)[0] - mine, resource.getrlimit(resource.RLIMIT_CPU)[0]]))
"""
# Each at most as large as a file may be. The disk is everybody's, and may become emptier meanwhile: so there are many.
HIDDEN = """
import os, time
os.mkdir("closed")
kept = []
for number in range(100):
    kept.append(open(f"closed/{number}", "wb", buffering=0))
%s
for file in kept:
    file.write(bytes(4_000_000))
    time.sleep(0.1)
"""
UNLINK = "    os.unlink(f'closed/{number}')"
CLOSE = "os.chmod('closed', 0)"
PLANT = """
def plant(path):
    open(path + "/planted", "w").close()
"""
PLANTED = """
import os
os.makedirs(os.environ["HOME"], exist_ok=True)
try:
    plant(os.environ["HOME"])
except OSError:
    pass
else:
    assert False, os.environ["HOME"]
"""
ELSEWHERE = "/nowhere/python"  # nobody can read it
SWAP = """
import os, threading, time
from pathlib import Path
from kernel_seams.kernels.terminal import TERMINALS
shared = Path(os.environ[TERMINALS]).parent
os.mkfifo("pipe")

def swap():
    while True:
        for log in shared.glob("seams-kernel-*/kernel.log"):
            os.replace("pipe", log)
            return

threading.Thread(target=swap, daemon=True).start()
"""
GIVEN = """
from kernel_seams.course.kernels import given_kernel
with given_kernel():
    pass
"""
ODD = """
class A: pass
a = A()
def more(result):
    get_ipython().outputs.append({"output_type": "execute_result", "data": {"text/plain": [1]}, "metadata": {}})
if MORE: get_ipython().events.register("post_run_cell", more)
"""


@pytest.fixture(scope="module")
def seen(jobs_run, as_nobody):
    """What became of jobs of a grader without rights."""
    small = {"disk": 4 * 1024 * 1024, "cell_seconds": 60}
    jobs = {
        "room": {"cells": [ROOM]},
        "unlinked": {"cells": [HIDDEN % UNLINK], "limits": small},
        "closed": {"cells": [HIDDEN % CLOSE], "limits": small},
        "home": {"cells": [PLANT, ["test", "t", PLANTED]]},
        "log": {"cells": [SWAP, ["test", "t", GIVEN], "print('on')"], "limits": {"cell_seconds": 120}},
    }
    for name, value in {"nan": "float('nan')", "list": "None"}.items():
        test = ["test", "t", f"assert isinstance(a, A)\n{value}"]
        first, mine = (ODD.replace("MORE", str(more)) for more in (False, name == "list"))
        jobs[name] = {"cells": [mine, test], "solution": [first, test]}
    return dict(zip(jobs, jobs_run(list(jobs.values()), user=as_nobody()), strict=True))


@pytest.mark.slow
def test_who_grades_may_start_programs_meanwhile(seen, printed):
    """What others of the same user start takes no process from a submission; nor a second processor its time."""
    processes, seconds = json.loads(printed(seen["room"], 0))

    assert processes > 150
    assert seconds >= 600 * os.cpu_count()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["unlinked", "closed"])
def test_a_disk_is_not_filled_by_files_that_cannot_be_seen(seen, name):
    """Files that are deleted and still written, or in a folder that nobody may look into, are counted."""
    assert seen[name]["state"] == "output limit"


def test_a_disk_has_a_number_of_files():
    """Many files without any content are too many all the same."""
    scratch = Scratch(None)
    try:
        folder = scratch.folder("1")
        assert not scratch.grown_beyond(1 << 50, files=200)
        made = 0
        while not scratch.grown_beyond(1 << 50, files=200) and made < 100_000:  # others may delete theirs meanwhile
            (folder / str(made)).touch()
            made += 1
        assert made < 100_000
    finally:
        scratch.remove()


@pytest.mark.slow
def test_the_home_of_the_tests_is_not_the_student_s(seen):
    """What a program reads at its start, and runs, is where no submission writes."""
    assert seen["home"]["state"] == "ok", seen["home"]["outputs"]


@pytest.mark.slow
def test_a_kernel_s_log_that_becomes_a_pipe_stops_nobody(seen, printed):
    """The warden opens nothing that is the student's: it goes on, whatever becomes of the kernel."""
    assert seen["log"]["state"] in ("ok", "wrong")
    assert printed(seen["log"], 2) == "on\n"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "points"), [("nan", 0), ("list", 1)])
def test_a_score_is_a_number(seen, name, points):
    """What a test in the student's process gives as its value may be none, and ends nothing."""
    assert seen[name]["ways"] == {"t": "in process"}
    assert seen[name]["verdicts"][1]["points"] == points


@pytest.mark.skipif(os.getuid() != 0, reason="only root becomes another user: run it as root")
def test_streams_take_no_user_s_number():
    """A sandbox may bind any name of a stream; whoever binds all of them leaves the numbers free."""
    with ExitStack() as taken:
        for number in users.NUMBERS:
            sock = taken.enter_context(socket.socket(socket.AF_UNIX))
            with suppress(OSError):
                sock.bind(f"\0kernel-seams-user-{number}")
        user = users.spare_user()
    assert user is not None
    user.lock.close()


@pytest.mark.skipif(os.getuid() != 0, reason="only root becomes another user: run it as root")
def test_without_a_user_nothing_is_run_as_root(monkeypatch):
    """Where all numbers are taken it is an error, and no reason to stay who this is."""
    with ExitStack() as taken:
        sock = taken.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        sock.bind("\0kernel-seams-user-65001")
        monkeypatch.setattr(users, "NUMBERS", range(65001, 65002))

        with pytest.raises(OSError, match="every user from 65001 to 65001 is taken"):
            users.spare_user()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be root without rights: run it as root")
@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ("-all", "root may not become another user here"),
        ("-all,+setuid,+setgid", f"no other user can read {ELSEWHERE}"),
    ],
)
def test_root_that_stays_root_is_told_why(rights, expected):
    """Whether it lacks a right, or the interpreter lies where nobody else can read it."""
    ask = f"import sys; sys.executable = {ELSEWHERE!r}; import kernel_seams.grading.machine as m; print(m.weaknesses())"
    done = subprocess.run(
        ["setpriv", f"--bounding-set={rights}", sys.executable, "-c", ask], capture_output=True, text=True, check=True
    )

    assert f"start any number of processes (nobody limits root, and {expected})" in done.stdout


def test_a_warden_that_cannot_start_leaves_nothing(monkeypatch):
    """Where a machine has no process or socket left, the folder of the submission goes all the same."""
    made = []

    class Noted(Scratch):
        def __init__(self, user):
            super().__init__(user)
            made.append(self.root)

    def refuse(folder):
        raise OSError(f"no socket in {folder}")

    monkeypatch.setattr(warden, "Scratch", Noted)
    monkeypatch.setattr(warden, "spare_user", lambda: None)
    monkeypatch.setattr(warden.processes, "end", lambda *_: True)  # here they would be those of the tests
    monkeypatch.setattr(warden, "Terminals", refuse)
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        Channel(ours).send({"limits": {}, "loopback": False, "reads": [], "files": [], "ahead": ""})
        with pytest.raises(OSError, match="no socket in"):
            warden.Warden(theirs, None)
    (folder,) = made
    assert not folder.exists()


def test_a_helper_over_there_is_told_of():
    """A test whose helpers run in the student's process is among those that it has a say in."""
    mark = {"grade": True, "locked": True, "solution": False, "grade_id": "t", "points": 1}
    notebook = new_notebook(cells=[new_code_cell("assert close(f(), 1)", metadata={"nbgrader": mark})])
    result = Result(verdicts={0: {"way": "helpers", "passed": True}})

    assert executor.describe(notebook, Job(cells_of(notebook, {})), result)["in process"] == ["t"]


@pytest.mark.slow
def test_a_plan_is_kept_only_of_a_solution_that_ran_well(tmp_path):
    """One that was ended, as on a busy machine, decides nothing for the next time."""
    mark = {"grade": True, "locked": True, "solution": False, "grade_id": "t", "points": 1}
    test = new_code_cell("assert f() == 1", metadata={"nbgrader": mark})
    with Template() as template:
        for name, source in {"good": "f = lambda: 1", "bad": "import os; os._exit(3)"}.items():
            notebook = new_notebook(cells=[new_code_cell(source), test])
            plans_for(template, Job([]), notebook, tmp_path / name)
    assert len(list((tmp_path / "good").iterdir())) == 1
    assert not (tmp_path / "bad").exists()


def test_a_course_where_graded_code_may_read_is_refused(tmp_path):
    """In /opt, say, or in the environment, it would read the solutions."""

    class Course:
        root, db_url = str(tmp_path), f"sqlite:///{tmp_path}/gradebook.db"
        source_directory = submitted_directory = autograded_directory = "here"

    executor.refuse_place(Course)
    Course.root = str(readable()[0] / "course")
    with pytest.raises(GradingError, match="where graded code may read; have the course elsewhere"):
        executor.refuse_place(Course)


@pytest.mark.parametrize(("waited", "again"), [(20.0, True), (1.0, False)])
def test_who_was_late_because_others_had_the_processor_is_run_again(waited, again):
    """Nobody had to be ended, and each did what they may; what counts is a run alone."""
    late = Result(faults=[{"what": "timeout", "cell": 0, "detail": ""}], seconds=30, waited=waited)
    sitting = batch._Sitting(batch.Paper("ada", jobs={"one": Job([])}), [], results={"one": late}, beside={"zoe"})
    tried = batch._Batch(None, None, Here(None, 1), 1, None)
    kept = []
    tried._keep = kept.append
    tried._finish(sitting)

    assert (tried._starved, kept) == ((["ada"], []) if again else ([], [sitting]))
