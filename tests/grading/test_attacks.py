"""Hostile and odd submissions, graded beside honest ones: each gets what it deserves, and nothing else has happened.

They are graded by what an instructor types, as a user without rights; a few of
them once more by plain `nbgrader autograde` with the course's configuration. Of
those that end only when their time is over there are a few here, and all in
benchmarks/attacks.py.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from grading.cases import HERE, KINDS, STATES, TASKS, all_cases, hand_in, read_case
from grading.verdict import ENDED, batch_faults, faults

pytestmark = pytest.mark.timeout(1500)

CASES = all_cases("attacks", "honest")
WAITING = {"limits/forever_in_call", "limits/fork_bomb", "limits/holds_the_interpreter", "limits/ignores_signals"}
AT_ONCE = [case for case in CASES if not case.waits]
# By name: the grader, and the cases of the batch. Who ran beside one that had to be ended is run again, so those are
# graded apart, one at a time; and those that wait with limits that no honest one has to keep on a busy machine.
BATCHES = {
    "calm": ("seams", [case for case in AT_ONCE if not ENDED & {*case.state}]),
    "ended": ("seams, one job", [case for case in AT_ONCE if ENDED & {*case.state}]),
    "waiting": ("seams, short", [case for case in CASES if case.waits and case.name in WAITING]),
    "nbgrader": ("ours", [case for case in CASES if case.twice]),
}
# By the worker they go to: the calm ones, those that are ended, and what waits with the few take about as long.
GROUPS = {"ended": "attacks that are ended", "waiting": "attacks that wait", "nbgrader": "attacks that wait"}


def params(*, cases):
    """The batches, each with its cases or not."""
    found = []
    for name, (_, chosen) in BATCHES.items():
        marks = [pytest.mark.slow, pytest.mark.xdist_group(GROUPS.get(name, "attacks"))]
        for case in chosen if cases else [None]:
            values = (name, case) if cases else (name,)
            found.append(pytest.param(*values, marks=marks, id=f"{name}-{case.kind}/{case.name}" if case else name))
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, testrun_uid, worker_id):
    """The course that is attacked, and known to the grader; a folder that any user can reach, as pytest's are not.

    It is made once for all workers: who comes first makes it, and who goes last removes it.
    """
    folder = Path(tempfile.gettempdir()) / f"seams-attacks-{testrun_uid}"
    locks = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    with (locks / "attacks.use").open("w") as use:
        with locked(locks / "attacks.change"):
            fcntl.flock(use, fcntl.LOCK_SH)
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o755)
                batch("prepare", "--grader", "seams", folder)
        yield folder
        with locked(locks / "attacks.change"), suppress(BlockingIOError):
            fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


@contextmanager
def locked(path):
    """Hold the lock at `path` meanwhile."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def seen(prepared, as_nobody):
    """A function that gives what was seen of a batch, which is graded once."""
    known = {}

    def see(name):
        if name not in known:
            grader, cases = BATCHES[name]
            folder = prepared / name
            folder.mkdir(mode=0o777)
            folder.chmod(0o777)
            named = [f"{case.kind}/{case.name}" for case in cases]
            # As root the course's configuration is tried as it is in the service `grade`, with no right but to change
            # users: then graded code is another user, into whom the grader may not look.
            number, rights = (0, ["setuid", "setgid"]) if name == "nbgrader" else (61000 + os.getpid() % 3000, [])
            user = as_nobody(number, rights)  # no other test's
            known[name] = json.loads(
                batch("run", "--grader", grader, "--course", prepared, folder, *named, user=user).splitlines()[-1]
            )
        return known[name]

    return see


def batch(*arguments, user=()):
    """What `batch.py ARGUMENT...` prints, as that user."""
    command = [*user, sys.executable, "-B", HERE / "batch.py", *arguments]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=1400, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize(("name", "case"), params(cases=True))
def test_a_submission_gets_what_it_deserves(seen, name, case):
    """Points by test, and the state: nothing is gained by what it tries, and nothing lost by what is odd."""
    found = faults(case, seen(name))

    assert found == [], seen(name)["students"].get(f"{case.student}/{case.lesson}")


@pytest.mark.parametrize("name", params(cases=False))
def test_nothing_else_has_happened(seen, name):
    """The batch ended, the others have their points, no process is left, nothing is written or reached outside."""
    found = seen(name)
    lessons = {case.lesson for case in BATCHES[name][1]}

    assert batch_faults(found, *lessons) == [], {key: found[key] for key in ("ended", "left", "changed", "written")}


def test_the_attacks_are_many():
    """As many as were promised, each known by what it tries, and each a student of its own."""
    attacks, honest = (all_cases(kind) for kind in ("attacks", "honest"))

    assert len(attacks) >= 40
    assert len(honest) >= 12
    every = all_cases(*KINDS)
    assert len({(case.student, case.lesson) for case in every}) == len(every)
    for case in every:
        assert case.tries.endswith("."), case.path
        assert set(case.state) <= set(STATES), case.path
        assert case.deserves.keys() == {f"{task}-check" for task in TASKS[case.lesson]}, case.path
    for case in honest:
        right = case.deserves == {f"{task}-check": points for task, points in TASKS[case.lesson].items()}
        assert case.state == (("ok",) if right else ("wrong",)), case.path


@pytest.mark.slow
@pytest.mark.xdist_group("attacks")
def test_a_case_becomes_a_submission(prepared, tmp_path):
    """Cells stand where the header says, a named one takes a cell's place, tags are added, and the maker runs last."""
    text = """# /// case
# tries = "All of the format."
# state = ["wrong", "ok"]
# solves = ["mean"]
# points = {count = 1}
# ///

# %% end
last = 1

# %%
first = 1

# %% top tags=["mine"]
second = 1

# %% triple
def triple(number): pass

# %% triple-check tags=["skip-execution"] nbgrader={"points": 99}
# %% after mean
after = 1

# %% before mean
before = 1

# %% maker
(folder / "beside.txt").write_text(notebook.name)
"""
    (tmp_path / "attacks").mkdir()
    case = read_case(_written(tmp_path / "attacks" / "none.py", text))
    course = tmp_path / "course"
    shutil.copytree(prepared / "course", course)
    folder = hand_in(case, course)

    cells = json.loads((folder / "tiny.ipynb").read_text())["cells"]
    sources = {_id(cell): "".join(cell["source"]) for cell in cells}
    released = json.loads((course / "exercises" / "01-tiny" / "tiny.ipynb").read_text())["cells"]
    assert [cells[0]["source"], cells[1]["source"], cells[-1]["source"]] == [
        ["first = 1"],
        ["second = 1"],
        ["last = 1"],
    ]
    assert cells[1]["metadata"] == {"tags": ["mine"]}
    assert len(cells) == len(released) + 5
    assert sources["triple"] == "def triple(number): pass"
    assert "sum(numbers)" in sources["mean"]
    assert "NotImplementedError" in sources["count"]
    place = [_id(cell) for cell in cells].index("mean")
    assert [cells[place - 1]["source"], cells[place + 1]["source"]] == [["before = 1"], ["after = 1"]]
    check = next(cell for cell in cells if _id(cell) == "triple-check")
    assert check["metadata"]["tags"] == ["skip-execution"]
    assert check["metadata"]["nbgrader"] | {"points": 99, "locked": True} == check["metadata"]["nbgrader"]
    assert "same(triple(2), 6)" in sources["triple-check"]
    assert (folder / "beside.txt").read_text() == "tiny.ipynb"
    assert case.deserves == {"triple-check": 0, "mean-check": 3, "count-check": 1, "largest-check": 0, "shout-check": 0}


def test_what_was_observed_is_not_observed_again(tmp_path):
    """The table of attacks is made of what is in the file of --seen; only what is not, or failed to be, is run."""
    names = ["attacks/score/traced", "honest/magics"]
    seen = tmp_path / "seen.json"
    command = [sys.executable, HERE.parents[1] / "benchmarks" / "attacks.py", "--grader=seams", f"--seen={seen}"]
    alone = {"PATH": str(tmp_path)}  # without an engine nothing can be observed
    runs = []
    for said in ("gains 2", "not observed: what watches the batch failed"):
        seen.write_text(json.dumps({names[0]: {"seams": said}, names[1]: {"seams": "as it should be"}}))
        runs.append(subprocess.run([*command, *names], env=alone, capture_output=True, text=True, check=False))
        assert json.loads(seen.read_text())[names[0]] == {"seams": said}

    whole, failed = runs
    rows = [line.split("|")[1:4:2] for line in whole.stdout.splitlines() if line.startswith("| `")]
    assert rows == [[" `score/traced` ", " gains 2 "], [" `honest/magics` ", " as it should be "]], whole.stderr
    assert "`seams grade`: 1 of 2 as they should be." in whole.stdout
    assert (failed.returncode, failed.stdout, failed.stderr.count("\n")) == (1, "", 1)
    assert failed.stderr.startswith("There is no `docker` on PATH")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "no header"),
        ('# /// case\n# tries = "A."\n# state = "ok"\n# colour = 1\n# ///\n', "colour"),
        ('# /// case\n# tries = "A."\n# state = "good"\n# ///\n', "good"),
        ('# /// case\n# tries = "A."\n# state = "ok"\n# solves = ["nothing"]\n# ///\n', "nothing"),
    ],
)
def test_what_is_no_case_is_refused(tmp_path, text, said):
    """A header that is missing, or has a key, a state or a task that is not known, is named."""
    with pytest.raises(ValueError, match=said):
        read_case(_written(tmp_path / "none.py", text))


def _id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def _written(path, text):
    path.write_text(text)
    return path
