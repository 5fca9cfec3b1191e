"""A course of somebody's own, with what nbgrader offers and no lesson of ours uses: graded as by nbgrader itself."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from grading.own_course import ASSIGNMENT, OURS, append, hand_in, nbgrader_in
from grading.rows import files_of, rows_of

from kernel_seams.errors import GradingError
from kernel_seams.grading.batch import grade
from kernel_seams.grading.opening import open_desk

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("batch"), pytest.mark.timeout(600)]

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course graded three times: by stock nbgrader, by nbgrader with `configure`, and by `grade`; and its rows."""
    folder = tmp_path_factory.mktemp("own")
    command = [sys.executable, "-m", "grading.own_course", folder]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found = SimpleNamespace(**{name: folder / name for name in ("released", "stock", "ours", "seams")}, rows={})
    shutil.copytree(found.released, found.seams)
    append(found.seams, OURS)
    found.rows = {row.student: row for row in grade(found.seams, ASSIGNMENT)}
    return found


def test_the_rows_are_those_of_nbgrader(graded):
    """Hidden tests, partial credit, what a person grades, tests made by AUTOTEST, late penalties by a plugin."""
    rows = rows_of(graded.stock)

    assert len(rows) == 3 * (7 + 7)
    assert rows_of(graded.ours) == rows
    assert [row for row in rows_of(graded.seams) if row[0] != "ada"] == rows
    penalties = {(row[0], row[1]): row[7] for row in rows if len(row) == 9 and row[7]}
    assert penalties == {("zoë müller", "first"): 0.45, ("zoë müller", "second"): 0.2}


def test_the_files_are_those_of_nbgrader(graded):
    """The same names and modes, the same content beside the notebooks, and the hook has run for each submission."""
    stock, ours, seams = (files_of(place) for place in (graded.stock, graded.ours, graded.seams))

    def without_notebooks(files):
        return {name: (mode, name.endswith(".ipynb") or content) for name, (mode, content) in files.items()}

    assert without_notebooks(stock) == without_notebooks(ours)
    assert ours == {name: about for name, about in seams.items() if "/ada/" not in name}
    assert not [name for name in seams if name.endswith(".bak")]
    assert seams[f"autograded/{ASSIGNMENT}/eve/mine.py"][1] == b"answer = 41\n"
    modes = {path: path.stat().st_mode for path in (graded.seams / "autograded").rglob("*") if path.is_dir()}
    assert {mode & 0o2770 for path, mode in modes.items() if path.name != ASSIGNMENT} == {0o2770}
    assert [len((place / "graded.txt").read_text().splitlines()) for place in (graded.stock, graded.seams)] == [3, 4]


def test_nobody_is_suspected_and_nothing_is_shown(graded):
    """Marks of the course's own: a hidden test and a rubric that were not released are no change, and stay hidden."""
    assert {name: row.state for name, row in graded.rows.items()} == {
        "ada": "ok",
        "cem": "wrong",
        "eve": "wrong",
        "zoë müller": "ok",
    }
    assert not any(row.notes for name, row in graded.rows.items() if name != "cem")
    assert all(row.by_hand for row in graded.rows.values())  # a plot, and two answers
    # The one that looks at a file beside the student's notebook.
    assert {row.in_process for row in graded.rows.values()} == {("file-check",), ()}
    notebook = json.loads((graded.seams / "autograded" / ASSIGNMENT / "ada" / "first.ipynb").read_text())
    assert notebook["cells"][-1]["outputs"][0]["text"] == ["[False, False]\n"]
    with nbgrader_in(graded.seams) as nbgrader:
        said = nbgrader.generate_feedback(ASSIGNMENT)
    assert said["success"], said
    pages = list((graded.seams / "feedback").rglob("*.html"))
    assert len(pages) == 7
    assert not [page for page in pages if "of_a_hidden_test" in page.read_text()]


@pytest.fixture
def mine(graded, tmp_path):
    """A copy of the course for this test alone, which may be changed; one submission."""
    course = tmp_path / "course"
    shutil.copytree(graded.released, course)
    for folder in (course / "submitted" / ASSIGNMENT).iterdir():
        if folder.name != "ada":
            shutil.rmtree(folder)
    append(course, OURS)
    return course


def test_a_source_edited_since_has_no_say_in_the_tests(mine):
    """The tests are the gradebook's: with names that the source no longer has, they find what they ask for."""
    path = mine / "source" / ASSIGNMENT / "first.ipynb"
    path.write_text(path.read_text().replace("same(double(", "same_as(double("))

    (row,) = grade(mine, ASSIGNMENT)
    assert (row.points, row.state, row.in_process) == (8, "ok", ("file-check",))


def test_the_gradebook_of_a_new_year_has_rows_again(mine):
    """What is in autograded/ and in no row is graded again; a part below 0 earns nothing, as for everybody."""
    grade(mine, ASSIGNMENT)
    (mine / "gradebook.db").unlink()
    shutil.rmtree(mine / "submitted" / ASSIGNMENT / "ada")
    hand_in(mine, "ada", part="part = -1")

    (row,) = grade(mine, ASSIGNMENT)
    assert (row.points, row.state) == (5, "ok")
    assert row.seconds is not None


def test_who_is_no_student_gets_a_row_and_is_not_made_one(mine):
    """With `Autograde.create_student` off, as in nbgrader: the others are graded."""
    append(mine, "c.Autograde.create_student = False")
    hand_in(mine, "guest")
    with nbgrader_in(mine) as nbgrader, nbgrader.gradebook as book:
        book.add_student("ada")

    ada, guest = grade(mine, ASSIGNMENT)
    assert (ada.points, ada.state) == (8, "ok")
    assert (guest.points, guest.of, guest.state) == (0, ada.of, "unreadable")
    assert guest.notes == ("the gradebook has no student 'guest', and Autograde.create_student is off",)
    with sqlite3.connect(mine / "gradebook.db") as book:
        assert book.execute("select id from student").fetchall() == [("ada",)]


def test_limits_have_the_names_that_nbgrader_gives_them(mine):
    """`ExecutePreprocessor.timeout` of nbgrader's manual; None is as long as a notebook may take."""
    for line, expected in (
        ("", (77, 600)),
        ("c.Execute.timeout = None", (600, 600)),
        ("c.Execute.timeout = 900", (900, 900)),
    ):
        append(mine, line)
        with open_desk(mine, ASSIGNMENT) as desk:
            limits = desk.execute.limits()
        assert (limits.cell_seconds, limits.seconds) == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 +", r"nbgrader_config\.py, line \d+: SyntaxError: invalid syntax\. Nothing is graded"),
        ("\nundefined", r"nbgrader_config\.py, line \d+: NameError: name 'undefined' is not defined"),
        ("c.Execute.timeout = 'long'", r"nbgrader_config\.py has a value that does not fit: .*'long'"),
        ("c.Execute.enabled = False", r"Execute\.enabled is off, as by --no-execute"),
        ("c.Autograde.autograde_preprocessors = []", r"does not have kernel_seams\.grading\.executor\.Execute"),
        ("c.AssignLatePenalties.plugin_class = 'nowhere.Plugin'", r"nbgrader_config\.py .*nowhere"),
        ("c.CourseDirectory.db_url = 'postgresql://me:secret@127.0.0.1:1/book'", r"^(?!.*secret).*"),
        ("c.CourseDirectory.db_url = 'sqlite:////nowhere/at/all.db'", r"The gradebook sqlite:////nowhere/at/all\.db"),
        ("c.CourseDirectory.db_url = 'sqlite:///nbgrader_config.py'", r"The gradebook .*file is not a database"),
    ],
)
def test_a_setting_that_does_not_work_is_named(mine, line, said):
    """In words, with the line or the value, before anything is graded."""
    append(mine, line)

    with pytest.raises(GradingError, match=said):
        grade(mine, ASSIGNMENT)
    assert not (mine / "autograded").exists()


def test_a_gradebook_that_is_held_or_old_ends_a_batch_in_words(mine, monkeypatch):
    """Nobody's score is touched: the same command goes on afterwards."""
    monkeypatch.setattr("kernel_seams.grading.book.PATIENCE", 0.1)
    holder = sqlite3.connect(mine / "gradebook.db", isolation_level=None)
    holder.execute("begin immediate")  # it can be read, as by a formgrader, and not written
    with pytest.raises(GradingError, match=r"gradebook\.db is held by another program\. What is graded is kept"):
        grade(mine, ASSIGNMENT)
    holder.execute("rollback")
    holder.close()
    assert grade(mine, ASSIGNMENT)[0].points == 8

    with sqlite3.connect(mine / "gradebook.db") as book:
        book.execute("alter table grade drop column extra_credit")
    with pytest.raises(GradingError, match=r"gradebook\.db is of another version of nbgrader: .*nbgrader db upgrade"):
        grade(mine, ASSIGNMENT, force=True)


@pytest.mark.parametrize("name", ["", "Problem Set 1/", "../Problem Set 1", ".."])
def test_a_path_is_no_assignment(mine, name):
    """As a shell completes it, or worse: nothing is looked for there, and the gradebook hears of none."""
    with pytest.raises(GradingError, match="is no assignment: it is a name, as of a folder of source/"):
        grade(mine, name)
    with pytest.raises(GradingError, match=r"no row in the gradebook, which has Problem Set 1\.$"):
        grade(mine, "Problem Set 2")
