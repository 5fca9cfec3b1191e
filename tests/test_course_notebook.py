"""Lesson text to notebook and back, without nbgrader."""

from pathlib import Path

import pytest

from kernel_seams.course.build import sources
from kernel_seams.course.notebook import built_digest, digest, notebook_of, read_notebook, text_of, to_bytes
from kernel_seams.course.table import Lesson, Task, read_table
from kernel_seams.errors import CourseError

SOURCE = Path("lessons/01-one/one.py")
LESSON = Lesson(
    id="01-one",
    title="One",
    minutes=20,
    goal="Do it.",
    before="Nothing.",
    files=(),
    tasks=(Task(lesson="01-one", id="first", title="The first", points=4, hints=("look",)),),
)
TEXT = """# %% [markdown]
# # One

# %%
# %time 1

# %% nbgrader={"grade_id": "first", "solution": true}
def first():
    # TODO: Return 3.
    ### BEGIN SOLUTION
    return 3
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "first-check"}
assert first() == 3

# %% nbgrader={"grade_id": "helper", "locked": true}
helper = 1

# %% tags=["active-ipynb"]
# %%shout
# echo (
"""


def built(text=TEXT, source=SOURCE):
    return notebook_of(text, source, LESSON)


def test_the_same_text_gives_the_same_bytes():
    """Nothing in a built notebook is random, dated, or the version of a tool."""
    notebook = built()
    content = to_bytes(notebook)

    assert content == to_bytes(built())
    assert content.endswith(b"\n")
    assert set(notebook.metadata) == {"kernelspec", "language_info", "kernel_seams"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert all(cell.get("outputs", []) == [] for cell in notebook.cells)


def test_ids_come_from_lesson_and_grade_id_or_position():
    """An id says where the cell is; a cell put in moves only the ids up to the next mark."""
    before = [cell.id for cell in built().cells]
    after = [cell.id for cell in built(TEXT.replace("# %%\n# %time", "# %%\nnew\n\n# %%\n# %time")).cells]

    assert before == [
        "01-one-one-1",
        "01-one-one-2",
        "01-one-first",
        "01-one-first-check",
        "01-one-helper",
        "01-one-helper-1",
    ]
    assert set(after) - set(before) == {"01-one-one-3"}


def test_marks_are_completed():
    """A mark is nbgrader's whole one: what a lesson leaves out is filled in, the points from the table."""
    marks = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in built().cells if "nbgrader" in cell.metadata
    }
    rest = {"schema_version": 3, "task": False}

    assert marks["first"] == {"grade_id": "first", "grade": False, "solution": True, "locked": False, **rest}
    assert marks["helper"] == {"grade_id": "helper", "grade": False, "solution": False, "locked": True, **rest}
    assert marks["first-check"] == {
        "grade_id": "first-check", "grade": True, "solution": False, "locked": True, "points": 4, **rest
    }  # fmt: skip


def test_the_way_back_gives_the_same_text():
    """Text, notebook, text: nothing is lost and nothing is added."""
    assert text_of(built(), SOURCE) == TEXT


def test_every_lesson_survives_the_way_back(checkout):
    """The text written back from each notebook of the course builds the same notebook, to the byte."""
    for lesson in read_table(checkout.table).lessons:
        for source in sources(checkout, lesson):
            notebook = notebook_of(source.read_text(encoding="utf-8"), source, lesson)

            assert to_bytes(notebook_of(text_of(notebook, source), source, lesson)) == to_bytes(notebook)


def test_a_bash_lesson_is_a_bash_notebook():
    """The extension says which kernel a notebook is for."""
    notebook = built('# %%\necho "$HOME"\n', Path("lessons/01-one/one.sh"))

    assert notebook.metadata.kernelspec.name == "bash"
    assert notebook.cells[0].source == 'echo "$HOME"'
    assert text_of(notebook, Path("one.sh")) == '# %%\necho "$HOME"\n'


def test_an_edit_is_seen_and_a_run_is_not():
    """Running a notebook and saving it changes no fingerprint; editing a cell does."""
    notebook = built()
    assert built_digest(notebook) == digest(notebook)

    notebook.cells[1].execution_count = 7
    notebook.cells[1].metadata["collapsed"] = True
    notebook.cells[3].metadata["nbgrader"]["checksum"] = "0123"
    assert built_digest(notebook) == digest(notebook)

    notebook.cells[1].source += " + 1"
    assert built_digest(notebook) != digest(notebook)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"grade_id": "first-check"', '"grade_id": "other"', "no task of 01-one in workshop.toml has this check"),
        ('"grade_id": "first-check"', '"grade_id": "first-check", "points": 4', "the points belong in workshop.toml"),
        ('{"grade_id": "helper", "locked": true}', '{"locked": true}', 'give its nbgrader mark a "grade_id"'),
        ('"grade_id": "helper"', '"grade_id": "first"', "the cell id '01-one-first' is there twice"),
        ('"grade_id": "helper"', f'"grade_id": "{"h" * 60}"', "is longer than 64 characters"),
        (TEXT, "", "has no cell"),
    ],
)
def test_what_is_wrong_with_a_lesson_is_named(old, new, message):
    """A mark that cannot be is told in one line with the file and the cell."""
    with pytest.raises(CourseError) as caught:
        built(TEXT.replace(old, new))

    assert message in str(caught.value)
    assert str(caught.value).startswith("lessons/01-one/one.py")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}'])
def test_a_file_that_is_no_notebook_is_named(tmp_path, content):
    """Whatever is in the file, the message is one line that begins with its path."""
    path = tmp_path / "one.ipynb"
    path.write_text(content)

    with pytest.raises(CourseError, match=r"one\.ipynb is not a notebook: ") as caught:
        read_notebook(path)
    assert "\n" not in str(caught.value)
