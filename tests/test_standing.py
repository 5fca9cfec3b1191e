"""`seams class` shows who is stuck where, from a gradebook that nbgrader made."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

HOSTILE = "<script>alert(1)</script>\x1b[31m"
SCORES = {"ada": (2, 2), "bob": (0, 1), HOSTILE: (0, 2)}


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """A gradebook with two tasks of 04-magics, graded for three students."""
    from nbgrader.api import Gradebook

    path = tmp_path_factory.mktemp("book") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader stamps a new gradebook by a program it looks for on the PATH.
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        book = Gradebook(f"sqlite:///{path}")
    with book:
        book.add_assignment("04-magics")
        book.add_notebook("magics", "04-magics")
        for check in ("clap-check", "shout-check"):
            book.add_grade_cell(check, "magics", "04-magics", max_score=2, cell_type="code")
        for student, points in SCORES.items():
            book.add_student(student)
            book.add_submission("04-magics", student)
            for check, score in zip(("clap-check", "shout-check"), points, strict=True):
                book.find_grade(check, "magics", "04-magics", student).auto_score = score
        book.db.commit()
    return path


def seams_class(*arguments):
    """`seams class ARGUMENT...`, run as a person does."""
    command = [sys.executable, "-m", "kernel_seams", "class", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_each_student_has_a_row_and_each_task_a_column(gradebook):
    """Points stand under their task, a score that is not there is a dash, and no name reaches the terminal raw."""
    done = seams_class("--gradebook", gradebook)

    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines() if line]
    solved = rows.pop()
    assert rows[0][:5] == ["04-magics", "clap", "(2)", "shout", "(2)"]
    assert rows[1:] == [
        ["<script>alert(1)</script>\\x1b[31m", "0", "2", "-", "-", "-"],
        ["ada", "2", "2", "-", "-", "-"],
        ["bob", "0", "1", "-", "-", "-"],
    ]
    assert " ".join(solved) == "all points 1 of 3 2 of 3 0 of 3 0 of 3 0 of 3"


def test_the_page_shows_a_name_and_does_not_run_it(gradebook, tmp_path):
    """The same as one page, with every name escaped and nothing fetched."""
    page = tmp_path / "class.html"
    done = seams_class("04-magics", "--gradebook", gradebook, "--html", page)

    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"written  {page}\n")
    text = page.read_text()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert "://" not in text
    assert '<td class="none">0</td>\n<td class="part">1</td>' in text
    assert "<td>2 of 3</td>" in text


def test_a_gradebook_is_not_changed_by_being_read(gradebook):
    """It is opened read-only."""
    before = gradebook.read_bytes()
    seams_class("--gradebook", gradebook)

    assert gradebook.read_bytes() == before


def test_no_gradebook_an_empty_one_and_another_file_are_told(gradebook, tmp_path):
    """Each is one line that names the file and says what to do, and none is made by looking."""
    empty, other = tmp_path / "empty.db", tmp_path / "other.db"
    with sqlite3.connect(gradebook) as book, sqlite3.connect(empty) as copy:
        book.backup(copy)
        copy.execute("delete from grade")
    other.write_text("not a database, but long enough to be asked for what it holds " * 20)

    for path, said in {
        tmp_path / "none.db": "there is no gradebook at",
        empty: "has no submission of",
        other: "cannot be read as a gradebook of nbgrader",
    }.items():
        done = seams_class("--gradebook", path)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert said in done.stderr
        assert str(path) in done.stderr
    assert not (tmp_path / "none.db").exists()
    assert seams_class("04-magic", "--gradebook", gradebook).returncode == 1
