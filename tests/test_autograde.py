"""Stock `nbgrader` under this course's configuration, on submissions that its defaults would score wrongly."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.course.holes import files_with_holes, learners_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("autograde")]

LESSON = "01-one"
SECRET = "assert triple(secret_number) == 1234567 * 3"
OWN_FILE = """def half(number):
    ### BEGIN SOLUTION
    return number / 2
    ### END SOLUTION


### BEGIN HIDDEN TESTS
assert half(1234) == 617
### END HIDDEN TESTS
"""
DATA_FILE = "numbers = [1, 2, 3]\n"
CELLS = [
    {"id": "intro", "source": "number = 1"},
    {"id": "helper", "locked": True, "source": "def same(got, expected):\n    assert got == expected"},
    {
        "id": "triple",
        "source": "def triple(number):\n    ### BEGIN SOLUTION\n    return 3 * number\n    ### END SOLUTION",
    },
    {
        "id": "triple-check",
        "points": 2,
        "source": "import sys\n\nprint('a warning', file=sys.stderr)\nsame(triple(2), 6)\n"
        f"### BEGIN HIDDEN TESTS\nsecret_number = 1234567\n{SECRET}\n### END HIDDEN TESTS",
    },
    {"id": "file", "source": "from answer import half\n### BEGIN SOLUTION\n### END SOLUTION"},
    {
        "id": "file-check",
        "points": 3,
        "source": "from data import numbers\n\nsame([half(n) for n in numbers], [0.5, 1, 1.5])",
    },
]


def notebook(cells):
    """A notebook's text: the `cells` above, each with nbgrader's mark but the first."""
    made = []
    for cell in cells:
        mark = {"schema_version": 3, "grade_id": cell["id"], "task": False, "grade": "points" in cell}
        mark |= {"locked": cell.get("locked", "points" in cell), "points": cell.get("points", 0)}
        mark["solution"] = not mark["locked"]
        if not mark["grade"]:
            del mark["points"]
        metadata = {} if cell["id"] == "intro" else {"nbgrader": mark}
        made.append({"cell_type": "code", "execution_count": None, "outputs": [], "metadata": metadata}
                    | {"id": cell["id"], "source": cell["source"]})  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def nbgrader(folder, *arguments, expected=0):
    """What `nbgrader ARGUMENT...` says in `folder`."""
    variables = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    command = ["nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=500)
    assert done.returncode == expected, done.stderr[-4000:]
    return done.stderr


def scores_in(folder):
    """`{student: {check: score}}` of a gradebook."""
    with sqlite3.connect(folder / "gradebook.db") as book:
        rows = book.execute(
            "select submitted_assignment.student_id, base_cell.name, coalesce(grade.manual_score, grade.auto_score)"
            " from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id"
            " join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id"
            " join base_cell on grade.cell_id = base_cell.id"
        ).fetchall()
    found = {}
    for student, check, score in rows:
        found.setdefault(student, {})[check] = score
    return found


def hand_in(course, student, change=None, answer="def half(number):\n    return number / 2\n", text=None, minor=5):
    """Put a solved notebook, after `change` of its JSON, where nbgrader looks for it, with the learner's own file."""
    folder = course / "submissions" / student / LESSON
    shutil.copytree(course / "exercises" / LESSON, folder, dirs_exist_ok=True)
    path = folder / "one.ipynb"
    made = json.loads(path.read_text())
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id", "intro"): cell for cell in made["cells"]}
    cells["triple"]["source"] = "def triple(number):\n    return 3 * number"
    cells["file"]["source"] = "from answer import half"
    if change:
        change(made["cells"], cells)
    made["nbformat_minor"] = minor
    path.write_text(json.dumps(made) if text is None else text)
    (folder / "answer.py").write_text(answer)
    (folder / "data.py").write_text("numbers = []\n")


def wrong(_, by_id):
    by_id["triple"]["source"] = "def triple(number):\n    return 4 * number"


def fails_only_hidden(_, by_id):
    by_id["triple"]["source"] = "def triple(number):\n    return 6"


def skips(cells, by_id):
    wrong(cells, by_id)
    for cell in cells:
        cell["metadata"]["tags"] = ["skip-execution"]
    # What the configuration names in place of that tag, for all the world to read.
    by_id["triple-check"]["metadata"]["tags"] = ["no tag skips a cell when it is graded"]


def without_checks(cells, by_id):
    wrong(cells, by_id)
    cells[:] = [cell for cell in cells if cell not in (by_id["triple-check"], by_id["triple"], by_id["helper"])]


def twice(cells, by_id):
    cells[1:1] = [json.loads(json.dumps(by_id[name])) for name in ("triple-check", "triple", "helper")]


def another_schema(_, by_id):
    for number, name in enumerate(("helper", "triple", "triple-check", "file", "file-check")):
        by_id[name]["metadata"]["nbgrader"]["schema_version"] = (99, 1, "three", None, 4)[number]
    by_id["intro"]["metadata"]["nbgrader"] = "not a mark"


def of_an_older_format(cells, by_id):
    without_checks(cells, by_id)
    for cell in cells:
        del cell["id"]


def worth_more(cells, by_id):
    wrong(cells, by_id)
    by_id["triple-check"]["metadata"]["nbgrader"] |= {"points": 1000, "locked": False, "grade": False}
    by_id["triple-check"] |= {"source": "pass", "cell_type": "raw"}
    del by_id["triple-check"]["outputs"], by_id["triple-check"]["execution_count"]


LANGUAGES = "true", {"name": 5}, {"name": "python", "pygments_lexer": ["python"]}
FULL = {"triple-check": 2, "file-check": 3}
WRONG = {"triple-check": 0, "file-check": 3}
NOTHING = {"triple-check": 0, "file-check": 0}


@pytest.fixture(scope="module")
def course(tmp_path_factory, checkout):
    """A course of one lesson, generated, with a batch of submissions graded in one run, and its feedback."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(checkout.root / "nbgrader_config.py", folder)
    source = folder / "solutions" / LESSON
    source.mkdir(parents=True)
    (source / "one.ipynb").write_text(notebook(CELLS))
    (source / "answer.py").write_text(OWN_FILE)
    (source / "data.py").write_text(DATA_FILE)
    nbgrader(folder, "generate_assignment", LESSON)
    hand_in(folder, "solved")
    hand_in(folder, "unsolved-file", answer=(folder / "exercises" / LESSON / "answer.py").read_text())
    hand_in(folder, "hidden", fails_only_hidden)
    hand_in(folder, "skips", skips)
    hand_in(folder, "without", without_checks)
    hand_in(folder, "older", of_an_older_format, minor=4)
    hand_in(folder, "twice", twice)
    hand_in(folder, "a-schema", another_schema)
    hand_in(folder, "worth-more", worth_more)
    for number, language in enumerate(LANGUAGES):
        hand_in(folder, f"language-{number}")
        path = folder / "submissions" / f"language-{number}" / LESSON / "one.ipynb"
        made = json.loads(path.read_text())
        made["metadata"]["language_info"] = language
        path.write_text(json.dumps(made))
    hand_in(folder, "broken", text="{not a notebook")
    hand_in(folder, "linked")
    linked = folder / "submissions" / "linked" / LESSON / "one.ipynb"
    linked.unlink()
    linked.symlink_to(source / "one.ipynb")
    hand_in(folder, "piped")
    piped = folder / "submissions" / "piped" / LESSON / "one.ipynb"
    piped.unlink()
    os.mkfifo(piped)
    (folder / "said").write_text(nbgrader(folder, "autograde", LESSON, expected=1))
    nbgrader(folder, "generate_feedback", LESSON)
    return folder


def test_a_source_file_is_released_with_a_hole(course):
    """A file beside the notebook loses its solution and hidden tests; one without a hole is released as it is."""
    released = course / "exercises" / LESSON

    text = (released / "answer.py").read_text()
    assert "number / 2" not in text
    assert "1234" not in text
    assert "    raise NotImplementedError()" in text
    assert (released / "data.py").read_text() == DATA_FILE
    assert files_with_holes(released) == []
    assert learners_files(course / "solutions") == {LESSON: ["answer.py"]}


def test_the_learners_file_is_graded_and_the_courses_is_not_replaced(course):
    """What the learner wrote in a file with a hole counts; a changed data file is the course's own again."""
    graded = course / "autograded" / "solved" / LESSON

    assert (graded / "answer.py").read_text() == "def half(number):\n    return number / 2\n"
    assert (graded / "data.py").read_text() == DATA_FILE
    assert scores_in(course)["unsolved-file"] == {"triple-check": 2, "file-check": 0}


def test_harmless_stderr_is_not_scored_zero(course):
    """A warning in a passing test costs nothing."""
    assert scores_in(course)["solved"] == FULL


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        ("hidden", WRONG),
        ("skips", WRONG),
        ("without", WRONG),
        ("older", WRONG),
        ("twice", FULL),
        ("a-schema", FULL),
        ("worth-more", WRONG),
        ("broken", NOTHING),
        ("linked", NOTHING),
        ("piped", NOTHING),
    ],
)
def test_no_submission_scores_what_it_did_not_earn(course, student, expected):
    """Skip tags, deleted tests, cells twice, other marks, a link, a pipe: each scores what its code earns."""
    assert scores_in(course)[student] == expected


def test_one_broken_submission_ends_no_batch(course):
    """The others are graded all the same, nothing else failed, and the three that are no notebook are named."""
    said = (course / "said").read_text().splitlines()
    named = [line for line in said if "There was an error processing assignment '" in line]

    # What three say of their language is, and nothing else.
    assert len([line for line in said if "JSON is invalid" in line]) == len(LANGUAGES)
    assert [name in line for name, line in zip(("'broken'", "'linked'", "'piped'"), named, strict=True)] == [True] * 3
    assert len(scores_in(course)) == 12 + len(LANGUAGES)


@pytest.mark.parametrize("number", range(len(LANGUAGES)))
def test_whatever_it_says_of_its_language_there_is_a_page(course, number):
    """Full points and feedback, for it and for everybody after it."""
    assert scores_in(course)[f"language-{number}"] == FULL
    assert "triple" in (course / "feedback" / f"language-{number}" / LESSON / "one.html").read_text()


def test_hidden_tests_are_not_in_the_feedback(course):
    """Neither their cells nor the traceback of one that failed show a hidden test; the visible part is there."""
    for page in (course / "feedback").glob(f"*/{LESSON}/*.html"):
        text = page.read_text()
        assert "1234567" not in text
        assert "secret_number" not in text
        assert "HIDDEN TESTS" not in text
    text = (course / "feedback" / "hidden" / LESSON / "one.html").read_text()
    assert "AssertionError" in text
    assert "a line of a hidden test" in text
    assert "triple" in text


def test_an_earlier_better_score_is_forgotten(course):
    """A resubmission without the tests, then a broken one, score what they are worth and not what came before."""
    hand_in(course, "solved", without_checks)
    hand_in(course, "twice", text='{"cells": 3}')
    nbgrader(course, "autograde", LESSON, "--force", "--student", "solved")
    nbgrader(course, "autograde", LESSON, "--force", "--student", "twice", expected=1)

    scores = scores_in(course)
    assert scores["solved"] == WRONG
    assert scores["twice"] == NOTHING
