"""`seams grade` and `nbgrader autograde` on one small course: the same rows and files, whatever is handed in."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster, Security
from grading.rows import files_of, rows_of

from kernel_seams.errors import GradingError
from kernel_seams.grading.batch import grade
from kernel_seams.grading.cluster import open_cluster
from kernel_seams.grading.jobs import Job

pytestmark = [pytest.mark.xdist_group("batch"), pytest.mark.timeout(600)]

LESSON = "01-one"
CELLS = [
    ("helper", {"locked": True}, "def same(got, expected):\n    assert got == expected, got"),
    ("file", {}, "from answer import half\n### BEGIN SOLUTION\n### END SOLUTION"),
    ("double", {}, "def double(number):\n    ### BEGIN SOLUTION\n    return 2 * number\n    ### END SOLUTION"),
    (
        "double-check",
        {"points": 2},
        "same(double(2), 4)\n### BEGIN HIDDEN TESTS\nimport random\n"
        "number = random.randint(10, 10**6)\nsame(double(number), 2 * number)\n### END HIDDEN TESTS",
    ),
    ("part", {}, "def part():\n    ### BEGIN SOLUTION\n    return 'three'\n    ### END SOLUTION"),
    ("part-check", {"points": 3}, "3 if part() == 'three' else 1.5 if part() == 'half' else 0"),
    ("file-check", {"points": 1}, "from data import numbers\n\nsame([half(n) for n in numbers], [0.5, 1, 1.5])"),
]
SOLVED = "def half(number):\n    ### BEGIN SOLUTION\n    return number / 2\n    ### END SOLUTION\n"
ANSWER = "def half(number):\n    return number / 2\n"


def notebook(cells):
    """The text of a notebook of these cells."""
    made = []
    for name, about, source in cells:
        graded = "points" in about
        mark = {"schema_version": 3, "grade_id": name, "grade": graded, "locked": about.get("locked", graded)}
        mark |= {"solution": not mark["locked"], "task": False} | ({"points": about["points"]} if graded else {})
        made.append({"cell_type": "code", "execution_count": None, "outputs": [], "metadata": {"nbgrader": mark}}
                    | {"id": name, "source": source})  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def run(course, *command, expected=0):
    """What a command prints in the course's folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == expected, done.stderr[-4000:]
    return done


def graded(course, *options):
    """The rows of `seams grade`, by student."""
    done = run(course, sys.executable, "-m", "kernel_seams", "grade", LESSON, "--json", *options)
    return {row["student"]: row for row in json.loads(done.stdout)["rows"]}


def hand_in(course, student, *, double="return 2 * number", part="return 'three'", text=None, change=None):
    """Put a submission where nbgrader looks for it; the folder it is in."""
    folder = course / "submissions" / student / LESSON
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(course / "exercises" / LESSON, folder)
    made = json.loads((folder / "one.ipynb").read_text())
    cells = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in made["cells"]}
    cells["double"]["source"] = f"def double(number):\n    {double}"
    cells["part"]["source"] = f"def part():\n    {part}"
    cells["file"]["source"] = "from answer import half"
    if change:
        change(made["cells"], cells)
    (folder / "one.ipynb").write_text(json.dumps(made) if text is None else text)
    (folder / "answer.py").write_text(ANSWER)
    return folder


def without_the_test(cells, by_id):
    cells.remove(by_id["double-check"])


def the_class(course):
    """Hand in what eight students have done: `{student: (points, state)}`."""
    hand_in(course, "ada")
    hand_in(course, "bob", part="return 'half'")
    hand_in(course, "cem", double="while True: pass")
    hand_in(course, "dan", double="import os; os._exit(3)")
    hand_in(course, "eve", change=without_the_test)
    hand_in(course, "fay", text="{")
    hand_in(course, "gus", double="return 3 * number", part="return 5 / 0")
    (hand_in(course, "hal") / "one.ipynb").unlink()
    return {
        "ada": (6, "ok"),
        "bob": (4.5, "ok"),
        "cem": (4, "timeout"),
        "dan": (4, "crash"),
        "eve": (6, "tampered"),
        "fay": (0, "unreadable"),
        "gus": (1, "wrong"),
        "hal": (0, "unreadable"),
    }


@pytest.fixture(scope="module")
def course(tmp_path_factory, checkout):
    """A course of one lesson that the gradebook knows."""
    folder = tmp_path_factory.mktemp("batch") / "course"
    source = folder / "solutions" / LESSON
    source.mkdir(parents=True)
    config = (checkout.root / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(config + "c.Execute.timeout = 3\nc.Execute.memory = 400\n")
    (source / "one.ipynb").write_text(notebook(CELLS))
    (source / "answer.py").write_text(
        "def half(number):\n    ### BEGIN SOLUTION\n    return number / 2\n    ### END SOLUTION\n"
    )
    (source / "data.py").write_text("numbers = [1, 2, 3]\n")
    run(folder, "nbgrader", "generate_assignment", LESSON)
    return folder


@pytest.fixture
def mine(course, tmp_path):
    """A copy of the course for this test alone."""
    shutil.copytree(course, tmp_path / "course")
    return tmp_path / "course"


@pytest.mark.slow
def test_a_class_gets_what_it_deserves_and_as_nbgrader_says(mine, tmp_path):
    """Each of eight gets the points and the state; nbgrader's own command makes the same rows and the same files."""
    expected = the_class(mine)
    theirs = tmp_path / "theirs"
    shutil.copytree(mine, theirs)
    for each in (mine, theirs):  # whoever copies these follows links, or waits for ever
        folder = each / "submissions" / "ada" / LESSON
        (folder / "book.txt").symlink_to("../../../gradebook.db")
        (folder / "zeros.txt").symlink_to("/dev/zero")
        os.mkfifo(folder / "pipe")

    rows = graded(mine, "--jobs", "2")
    assert {student: (row["points"], row["state"]) for student, row in rows.items()} == expected
    assert {row["of"] for row in rows.values()} == {6}
    assert "missing" in rows["eve"]["notes"][0]
    assert "one.ipynb is no notebook" in rows["fay"]["notes"][0]

    # nbgrader has no row for who has handed in nothing, and says that one submission is no notebook.
    shutil.rmtree(theirs / "submissions" / "hal")
    run(theirs, "nbgrader", "autograde", LESSON, expected=1)
    assert [row for row in rows_of(mine) if row[0] != "hal"] == rows_of(theirs)
    assert files_of(mine) == files_of(theirs)


@pytest.mark.slow
def test_files_beside_a_notebook_earn_nothing_and_cost_nothing(mine):
    """The solution stands in for no file; none has a say in how tests are run; one that cannot be read is left out."""
    (hand_in(mine, "ada") / "answer.py").write_text("import os; os._exit(3)")  # the first one that is graded
    (hand_in(mine, "bob") / "answer.py").unlink()
    folder = hand_in(mine, "cem")
    (folder / "far.txt").symlink_to("../../../solutions/01-one/answer.py")
    os.mkfifo(folder / "pipe")
    (folder / "data.py").unlink()
    (folder / "data.py").mkdir()
    (folder / "data.py" / "mine.py").write_text("")
    (mine / "submissions" / os.fsdecode(b"\xff") / LESSON).mkdir(parents=True)

    rows = graded(mine, "--jobs", "1")
    nobody = rows.pop("?")
    assert (nobody["points"], nobody["state"]) == (0, "unreadable")
    assert nobody["notes"] == ["the name of this folder is no UTF-8, and no gradebook can hold it: rename it"]
    assert {name: row["in_process"] for name, row in rows.items()} == {name: ["file-check"] for name in rows}
    assert {name: (row["points"], row["state"]) for name, row in rows.items()} == {
        "ada": (5, "crash"),
        "bob": (5, "wrong"),
        "cem": (6, "ok"),
    }
    for said in ("far.txt is a link", "pipe is no file", "data.py/mine.py is where the course has a file"):
        assert said in rows["cem"]["notes"][0]
    again = graded(mine)
    assert again["cem"]["notes"] == rows["cem"]["notes"]


@pytest.mark.slow
def test_who_failed_beside_one_that_had_to_be_ended_is_run_again(mine):
    """A neighbour that hung may have starved it, so what counts was run after the neighbour's end."""
    told = "\nimport time; print(time.time())"
    hand_in(mine, "cem", double=f"while True: pass{told}")
    hand_in(mine, "gus", double=f"return 3 * number{told}")

    rows = graded(mine, "--jobs", "2")
    begun = {name: float(printed(mine, name)) for name in rows}
    assert {name: row["state"] for name, row in rows.items()} == {"cem": "timeout", "gus": "wrong"}
    assert begun["gus"] > begun["cem"] + 3


def printed(course, student):
    """What the student's cells have printed."""
    cells = json.loads((course / "autograded" / student / LESSON / "one.ipynb").read_text())["cells"]
    return "".join("".join(output.get("text", "")) for cell in cells for output in cell["outputs"])


@pytest.mark.slow
def test_what_is_graded_is_not_graded_again(mine):
    """A second run takes what is there; a submission of another time, be it an older one, and `--force` are graded."""
    folder = hand_in(mine, "ada", double="return 3 * number")
    (folder / "timestamp.txt").write_text("2031-01-01 12:00:00 UTC")
    assert graded(mine)["ada"]["points"] == 4

    hand_in(mine, "ada")
    (folder / "timestamp.txt").write_text("2031-01-01 12:00:00 UTC")
    again = graded(mine)["ada"]
    assert (again["points"], again["seconds"], again["state"]) == (4, None, "wrong")
    (folder / "timestamp.txt").write_text("2030-12-31 12:00:00 UTC")
    assert graded(mine)["ada"]["points"] == 6
    assert graded(mine, "--force", "--student", "ada")["ada"]["seconds"] > 0


@pytest.mark.slow
def test_an_assignment_the_gradebook_does_not_know_is_told_to_it(mine):
    """The first `seams grade` needs no `nbgrader generate_assignment`, and releases nothing."""
    hand_in(mine, "ada")
    (mine / "gradebook.db").unlink()
    shutil.rmtree(mine / "exercises")

    assert graded(mine)["ada"]["points"] == 6
    assert not (mine / "exercises").exists()


@pytest.mark.slow
def test_a_batch_that_was_killed_goes_on(mine, wait_until):
    """SIGKILL amid a batch: nothing of it runs on, what is written is whole, and the next run does the rest only."""
    names = [f"s{number}" for number in range(6)]
    for name in names:
        hand_in(mine, name, double="import time; time.sleep(0.3); return 2 * number")
    command = [sys.executable, "-m", "kernel_seams", "grade", LESSON, "--jobs", "1"]
    about = {"cwd": mine, "env": {**os.environ, "PYTHONPYCACHEPREFIX": str(mine)}, "start_new_session": True}
    batch = subprocess.Popen(command, **about, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until(lambda: len(list((mine / "autograded").glob(f"*/{LESSON}/one.ipynb"))) >= 2, "two that are graded")
    assert _of_the_sandbox(mine)
    batch.kill()
    batch.communicate()
    done = [path.parts[-3] for path in (mine / "autograded").glob(f"*/{LESSON}/one.ipynb")]
    wait_until(lambda: not _of_the_sandbox(mine), "the end of what it had started")

    rows = graded(mine)
    assert {name: row["points"] for name, row in rows.items()} == dict.fromkeys(names, 6)
    assert sorted(name for name, row in rows.items() if row["seconds"] is None) == sorted(done)
    assert len(rows_of(mine)) == len(set(rows_of(mine))) == 6 * len(names)
    assert not list((mine / "autograded").glob("*/.seams-*"))


@pytest.mark.slow
def test_a_process_whose_grader_was_stopped_at_the_start_says_nothing(tmp_path):
    """Ctrl-C, or SIGKILL, in the first seconds: no traceback of the one that was still importing."""
    mine, theirs = socket.socketpair()
    command = [sys.executable, "-P", "-m", "kernel_seams.grading.template", str(theirs.fileno()), tmp_path / "folder"]
    template = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, start_new_session=True)
    theirs.close()
    mine.close()

    assert template.communicate(timeout=120)[1] == b""


@pytest.mark.slow
def test_dask_grades_a_class_and_a_killed_worker_costs_nothing_but_time(mine):
    """On two workers, one of them killed amid it, all get their due."""
    done = run(mine, sys.executable, Path(__file__).parent / "play.py", mine, "--students=12")

    told = json.loads(done.stdout)
    assert (told["exit"], told["different"], told["rows"]) == (0, {}, 12)
    assert told["killed"]


@pytest.mark.slow
def test_ctrl_c_stops_a_batch_on_dask_in_one_line(mine, wait_until):
    """The workers, which a terminal interrupts as well, have nothing to say about it."""
    for number in range(5):
        hand_in(mine, f"s{number}", double="import time; time.sleep(0.3); return 2 * number")
    command = [sys.executable, "-m", "kernel_seams", "grade", LESSON, "--jobs", "1", "--scheduler", "local"]
    about = {"cwd": mine, "env": {**os.environ, "PYTHONPYCACHEPREFIX": str(mine)}, "start_new_session": True}
    batch = subprocess.Popen(command, **about, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: list((mine / "autograded").glob(f"*/{LESSON}/one.ipynb")), "one that is graded")
    assert _of_the_sandbox(mine)
    os.killpg(batch.pid, signal.SIGINT)

    said = batch.communicate(timeout=60)[1]
    assert (batch.returncode, said.strip()) == (130, "seams: stopped.")
    wait_until(lambda: not _of_the_sandbox(mine), "the end of what it had started")


@pytest.mark.slow
def test_another_scheduler_is_reached_by_tls(tmp_path):
    """With the certificates of Dask's configuration, and what it says of a job is what became of it."""
    security = Security.temporary()
    paths = {"temporary-directory": str(tmp_path)}
    for name, option in (("ca_file", "ca-file"), ("client_key", "client.key"), ("client_cert", "client.cert")):
        path = tmp_path / f"{name}.pem"
        path.write_text(getattr(security, f"tls_{name}"))
        paths[f"distributed.comm.tls.{option}"] = str(path)
    about = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None, "processes": False}
    cell = {"kind": "student", "id": "", "source": "print(6 * 7)", "points": 0.0}
    with (
        dask.config.set(paths),
        LocalCluster(**about, host="127.0.0.1", protocol="tls://", security=security) as cluster,
        open_cluster(cluster.scheduler_address) as opened,
    ):
        running = opened.start(Job([cell]))
        running.step()

    assert (running.result.whole, running.result.faults) == (True, [])
    assert running.result.outputs[0][0]["text"] == "42\n"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:8786", "127.0.0.1:8786", "tls://[", "tls://"])
def test_a_scheduler_without_tls_is_refused(tmp_path, address):
    """Before anything is read or sent."""
    with pytest.raises(GradingError, match=f"^--scheduler {re.escape(address)}: whoever reaches a scheduler can run"):
        grade(tmp_path, LESSON, scheduler=address)


@pytest.mark.slow
def test_certificates_that_are_not_there_are_missed():
    """In words that name what is missing."""
    with (
        pytest.raises(GradingError, match=r"^--scheduler tls://127\.0\.0\.1:9: .*TLS"),
        open_cluster("tls://127.0.0.1:9"),
    ):
        pass


def _of_the_sandbox(course):
    """The processes of that course's batch which grade: by a variable that they are given, as their start tells it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if "kernel_seams.grading.template" in (process / "cmdline").read_text():
                variables = (process / "environ").read_bytes().decode(errors="replace")
                found += [process.name] if f"PYTHONPYCACHEPREFIX={course}" in variables else []
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["nothing"],
            "There is no assignment 'nothing': no notebook in {course}/solutions/nothing, and no row in the gradebook, "
            f"which has {LESSON}.",
        ),
        ([LESSON], f"There is no submission for {LESSON}; they are looked for at submissions/STUDENT/{LESSON}."),
    ],
)
def test_what_cannot_be_graded_is_said(mine, arguments, expected):
    """One line that names what is missing, and what to do."""
    done = run(mine, sys.executable, "-m", "kernel_seams", "grade", *arguments, expected=1)

    assert done.stderr == f"seams: {expected.format(course=mine)}\n"


def test_outside_of_a_course_it_says_so(tmp_path):
    """Without an nbgrader_config.py there is nothing to grade."""
    done = run(tmp_path, sys.executable, "-m", "kernel_seams", "grade", LESSON, expected=1)

    assert done.stderr.startswith("seams: There is no nbgrader_config.py in ")
