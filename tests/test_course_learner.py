"""What a learner asks for around a lesson: hand it in, how far am I, begin anew, show me the solution."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from kernel_seams.course.again import lay_solution, reset
from kernel_seams.course.handin import hand_in, require_name
from kernel_seams.course.overview import overview, standings
from kernel_seams.course.progress import read_progress, remember_checks, remember_hints, remember_solution
from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError

PROMPTS = "01-prompts"


@pytest.fixture
def table(checkout):
    """The real table."""
    return read_table(checkout.table)


@pytest.fixture
def mine(own_checkout, checkout):
    """A checkout of this test's own in which the learner has solved 01-prompts."""
    (own_checkout.root / "solutions").symlink_to(checkout.solutions)
    shutil.copytree(checkout.solutions / PROMPTS, own_checkout.work / PROMPTS)
    return own_checkout


def seams(mine, *arguments, **more):
    """The finished run of `seams ...` in the checkout `mine`."""
    return subprocess.run(
        [sys.executable, "-m", "kernel_seams", *arguments],
        env={**os.environ, "PYTHONPATH": str(mine.root / "src")}, stdin=more.pop("stdin", subprocess.DEVNULL),
        capture_output=True, text=True, check=False, timeout=100, **more,
    )  # fmt: skip


def files(folder):
    """Every file below `folder`, by its path from there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_lesson_is_handed_in_where_nbgrader_collects(mine, table):
    """The notebook and the files beside it are there with the time; scratch, solutions, feedback and links are not."""
    folder = mine.work / PROMPTS
    (folder / "two_prompts.py").write_text("x = 1\n")
    (folder / "scratch.ipynb").write_text("mine")
    (folder / "link").symlink_to("/etc/hostname")
    (folder / "feedback" / "1").mkdir(parents=True)
    (folder / "feedback" / "1" / "prompts.html").write_text("of an earlier one")
    lay_solution(mine, table.lesson(PROMPTS))
    handed = hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)

    there = files(mine.root / "submissions" / "ada" / PROMPTS)
    assert handed.path == mine.root / "submissions" / "ada" / PROMPTS
    assert (handed.again, handed.problems) == (False, [])
    assert set(there) == {"prompts.ipynb", "two_prompts.py", "timestamp.txt"}
    assert there["prompts.ipynb"] == (folder / "prompts.ipynb").read_bytes()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} UTC", there["timestamp.txt"].decode())


def test_a_resubmission_replaces_all_of_the_earlier_one(mine, table):
    """Nothing of the earlier submission stays, and nothing half made is left behind."""
    (mine.work / PROMPTS / "old.py").write_text("x")
    hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)
    (mine.work / PROMPTS / "old.py").unlink()
    handed = hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)

    assert handed.again
    assert set(files(mine.submissions)) == {f"ada/{PROMPTS}/prompts.ipynb", f"ada/{PROMPTS}/timestamp.txt"}
    assert [path.name for path in mine.submissions.iterdir()] == ["ada"]


def test_a_failed_resubmission_leaves_the_earlier_one(mine, table):
    """A notebook that broke since then does not take the place of the one that was handed in."""
    hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)
    before = files(mine.submissions)
    (mine.work / PROMPTS / "prompts.ipynb").write_text("{")

    with pytest.raises(CourseError, match="nothing was handed in: work/01-prompts/prompts"):
        hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)
    assert files(mine.submissions) == before


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../ada", "ada/..", "/ada", "a\\b", ".ada", "-ada", "a b", "ada\n", "ad\u00e4", "a" * 65, "a+b"],
)
def test_a_name_cannot_leave_the_folder(name):
    """What is no plain name is refused, with what a name may be."""
    with pytest.raises(CourseError, match="cannot be a student's name; give --as letters"):
        require_name(name)


def test_a_link_in_the_way_is_refused(mine, table, tmp_path):
    """submissions/NAME that is a link leads elsewhere: nothing is written there."""
    (tmp_path / "elsewhere").mkdir()
    mine.submissions.mkdir()
    (mine.submissions / "ada").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(CourseError, match="submissions/ada is a link"):
        hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_deleted_cells_are_told_and_handed_in(mine, table):
    """A missing check is put back by nbgrader; the learner hears which cell it is."""
    path = mine.work / PROMPTS / "prompts.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].endswith("-layers-check")]
    path.write_text(json.dumps(notebook))
    handed = hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)

    assert "the check of task layers was deleted" in handed.problems[0]
    assert (handed.path / "prompts.ipynb").read_bytes() == path.read_bytes()


def test_an_archive_has_the_same_files(mine, table):
    """--zip makes one file with what would have been handed in, named after lesson and student."""
    handed = hand_in(mine, table.lesson(PROMPTS), "ada", archive=True)

    assert handed.path == mine.submissions / "01-prompts+ada.zip"
    with zipfile.ZipFile(handed.path) as archive:
        assert sorted(archive.namelist()) == ["prompts.ipynb", "timestamp.txt"]


def test_submit_and_reset_and_solution_as_commands(mine):
    """Each says in a line what it did; reset asks, and where nobody can answer says so in a line and exits 1."""
    assert seams(mine, "submit", PROMPTS, "--as", "ada").stdout == "handed in  submissions/ada/01-prompts\n"
    assert seams(mine, "submit", PROMPTS, "--as", "ada").stdout == "replaced  submissions/ada/01-prompts\n"
    assert seams(mine, "solution", PROMPTS).stdout == "work/01-prompts/solution/prompts.solution.ipynb\n"
    refused = seams(mine, "reset", PROMPTS)
    assert refused.returncode == 1
    assert refused.stderr == "seams: work/01-prompts is yours and nobody is here to ask; add --yes to begin anew.\n"
    assert seams(mine, "reset", PROMPTS, "--yes").stdout.startswith("work/01-prompts is laid out anew; yours is in ")
    assert seams(mine, "reset", PROMPTS).stdout == "work/01-prompts is as it was released; nothing to do.\n"
    escaped = seams(mine, "submit", PROMPTS, "--as", "../ada")
    assert (escaped.returncode, escaped.stderr.count("\n")) == (1, 1)


def test_reset_asks_on_a_terminal(mine):
    """A person who says no keeps everything as it is."""
    pty = pytest.importorskip("pty")
    keyboard, terminal = pty.openpty()
    os.write(keyboard, b"n\n")
    before = files(mine.work)
    done = seams(mine, "reset", PROMPTS, stdin=terminal)
    os.close(keyboard)
    os.close(terminal)

    assert (done.returncode, done.stderr) == (130, "seams: stopped.\n")
    assert "Begin 01-prompts anew, and keep what you have in a folder beside? [y/N]" in done.stdout
    assert files(mine.work) == before


def test_a_reset_keeps_all_of_it(mine, table, checkout):
    """Every byte of the old folder is in the kept one; the new one is what was released; twice in a second, too."""
    (mine.work / PROMPTS / "two_prompts.py").write_text("x = 1\n")
    before = files(mine.work / PROMPTS)
    kept = [reset(mine, table.lesson(PROMPTS)) for _ in range(2)]

    assert files(kept[0]) == before
    assert re.fullmatch(r"01-prompts\.\d{8}-\d{6}", kept[0].name)
    assert kept[0] != kept[1]
    assert files(mine.work / PROMPTS) == files(checkout.exercises / PROMPTS)


def test_a_reset_lays_out_what_is_not_there(mine, table, checkout):
    """Without a folder nothing is kept; what `seams check` found in the lesson before is forgotten."""
    shutil.rmtree(mine.work / PROMPTS)
    remember_checks(mine.progress, {"01-prompts.layers": True, "02-state.ask": True})

    assert reset(mine, table.lesson(PROMPTS)) is None
    assert files(mine.work / PROMPTS) == files(checkout.exercises / PROMPTS)
    assert read_progress(mine.progress) == {"checked": {"02-state.ask": True}}


def test_a_solution_is_laid_beside_and_marked(mine, table, checkout):
    """The learner's notebook stays, the solved one is in a folder of its own, and the progress knows."""
    before = (mine.work / PROMPTS / "prompts.ipynb").read_bytes()
    (laid,) = lay_solution(mine, table.lesson(PROMPTS))

    assert laid.read_bytes() == (checkout.solutions / PROMPTS / "prompts.ipynb").read_bytes()
    assert (mine.work / PROMPTS / "prompts.ipynb").read_bytes() == before
    assert read_progress(mine.progress) == {"solutions": {PROMPTS: True}}
    assert lay_solution(mine, table.lesson(PROMPTS)) == [laid]


def test_an_edited_solution_is_not_overwritten(mine, table):
    """What the learner wrote into it is theirs."""
    (laid,) = lay_solution(mine, table.lesson(PROMPTS))
    laid.write_text("mine")

    with pytest.raises(CourseError, match="is there and is not as it was laid: rename it"):
        lay_solution(mine, table.lesson(PROMPTS))
    assert laid.read_text() == "mine"


def test_a_kit_without_solutions_says_so(mine, table):
    """Where there is no solution, one line says whom to ask and nothing is marked."""
    (mine.root / "solutions").unlink()

    with pytest.raises(CourseError, match="this kit comes without"):
        lay_solution(mine, table.lesson(PROMPTS))
    assert read_progress(mine.progress) == {}


def test_progress_counts_what_the_file_knows(table, tmp_path):
    """Right tasks, hints and opened solutions of each lesson; the first that is not done is where to go on."""
    path = tmp_path / "progress.json"
    remember_checks(path, {task.name: True for task in table.lesson(PROMPTS).tasks} | {"02-state.ask": False})
    remember_hints(path, "02-state.ask", 2)
    remember_solution(path, "03-frames")
    lines = overview(table, path).splitlines()

    assert lines[0].split(maxsplit=1) == ["01-prompts", "4 of 4 right"]
    assert lines[1].split(maxsplit=1) == ["02-state", "0 of 5 right, 2 hints seen"]
    assert lines[2].split(maxsplit=1) == ["03-frames", "0 of 6 right, solution opened"]
    assert lines[-1] == "`seams check 02-state` in a terminal brings it up to date."


@pytest.mark.parametrize("content", ['{"checked": 3, "solutions": [1], "hints": "x"}', '{"checked": {"a": 3}}', "{"])
def test_progress_reads_any_file(table, tmp_path, content):
    """Whatever the file holds counts as nothing done."""
    path = tmp_path / "progress.json"
    path.write_text(content)

    assert {standing.right for standing in standings(table, path)} == {0}
    assert remember_checks(path, {"01-prompts.layers": True}) is None
    assert sum(standing.right for standing in standings(table, path)) == 1


def test_hint_and_progress_as_commands(mine):
    """`seams hint` counts up as `%hint` does, in the same file; `seams progress` shows it, as JSON too."""
    assert seams(mine, "hint", "01-prompts.layers").stdout.splitlines()[1] == (
        "`seams hint 01-prompts.layers` again shows the next."
    )
    assert seams(mine, "hint", "layers").stdout.startswith("Hint 2 of 3 for 01-prompts.layers: ")
    assert "`seams hint TASK` shows" in seams(mine, "hint").stdout
    assert "01-prompts       0 of 4 right, 2 hints seen" in seams(mine, "progress").stdout
    assert json.loads(seams(mine, "progress", "--json").stdout)[0] == {
        "lesson": "01-prompts", "right": 0, "tasks": 4, "hints": 2, "solution_opened": False,
        "stage_solutions_opened": 0,
    }  # fmt: skip


@pytest.mark.slow
def test_nbgrader_grades_what_was_handed_in(mine, table, checkout):
    """What `seams submit` leaves is found by plain `nbgrader autograde` and gets full points."""
    (mine.root / "lessons").symlink_to(checkout.root / "lessons")
    hand_in(mine, table.lesson(PROMPTS), "ada", archive=False)
    grade = (
        "nbgrader generate_assignment 01-prompts --force --CourseDirectory.release_directory=release && "
        "nbgrader autograde 01-prompts && nbgrader export"
    )
    home = mine.root / "home"
    home.mkdir()
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])  # noqa: PTH120
    done = subprocess.run(
        grade, shell=True, cwd=mine.root, env={**os.environ, "HOME": str(home), "PATH": path},
        capture_output=True, text=True, check=False, timeout=170,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert ",10.0,10.0" in (mine.root / "grades.csv").read_text().replace(" ", "")


@pytest.mark.slow
def test_nbgrader_collects_an_archive(mine, table):
    """An archive in downloaded/LESSON/archive/ becomes submissions/NAME/LESSON/ by plain `nbgrader zip_collect`."""
    handed = hand_in(mine, table.lesson(PROMPTS), "ada.l", archive=True)
    (mine.root / "downloaded" / PROMPTS / "archive").mkdir(parents=True)
    handed.path.rename(mine.root / "downloaded" / PROMPTS / "archive" / handed.path.name)
    (mine.root / "home").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "zip_collect", PROMPTS], cwd=mine.root,
        env={**os.environ, "HOME": str(mine.root / "home")}, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    collected = mine.submissions / "ada.l" / PROMPTS / "prompts.ipynb"
    assert collected.read_bytes() == (mine.work / PROMPTS / "prompts.ipynb").read_bytes()
