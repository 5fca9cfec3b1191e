"""`seams build` in a course of one lesson: one way, always the same bytes, and nobody's edit is lost."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from kernel_seams.checkout import Checkout
from kernel_seams.course.build import build, strays, take_back
from kernel_seams.course.notebook import read_notebook
from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError

# nbgrader's imports and its database warn about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

TABLE = """
title = "A course"

[[lessons]]
id = "01-one"
title = "One"
minutes = 20
goal = "Do it."
before = "Nothing."
files = ["picture.svg"]

[[lessons.tasks]]
id = "first"
title = "The first"
points = 4
hints = ["look"]
"""
TEXT = """# %% [markdown]
# # One

# %% nbgrader={"grade_id": "first", "solution": true}
def first():
    # TODO: Return 3.
    ### BEGIN SOLUTION
    return 3
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "first-check"}
from kernel_seams.course import check

check.call(first, expected=3, next_step="Count.")
### BEGIN HIDDEN TESTS
assert first() == 3
### END HIDDEN TESTS
"""
SOLVED = "solutions/01-one/one.ipynb"
RELEASED = "exercises/01-one/one.ipynb"


@pytest.fixture
def course(tmp_path, checkout):
    """A checkout with one lesson, nothing built yet."""
    shutil.copy(checkout.root / "nbgrader_config.py", tmp_path)
    (tmp_path / "workshop.toml").write_text(TABLE)
    (tmp_path / "lessons" / "01-one").mkdir(parents=True)
    (tmp_path / "lessons" / "01-one" / "one.py").write_text(TEXT)
    (tmp_path / "lessons" / "01-one" / "picture.svg").write_text("<svg/>")
    return Checkout(tmp_path)


@pytest.fixture
def table(course):
    return read_table(course.table)


@pytest.fixture
def built(course, table):
    """The course, built."""
    build(course, table.lessons)
    return course


def everything(course):
    return {
        path.relative_to(course.root): path.read_bytes()
        for folder in (course.lessons, course.solutions, course.exercises)
        for path in folder.rglob("*")
        if path.is_file()
    }


def edit(course, old, new):
    """Change a cell of the solved notebook as JupyterLab would save it: other ids' order, outputs, versions."""
    path = course.root / SOLVED
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = [line.replace(old, new) for line in cell["source"]]
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["hi\n"]}]}
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.99"}
    path.write_text(json.dumps(notebook))


def test_one_text_gives_two_notebooks(course, table):
    """The solved notebook holds the solution and the hidden test, the released one neither; pictures come along."""
    changed = build(course, table.lessons)
    released = (course.root / RELEASED).read_text()

    assert sorted(map(str, changed)) == [
        RELEASED,
        "exercises/01-one/picture.svg",
        SOLVED,
        "solutions/01-one/picture.svg",
    ]
    assert "return 3" in (course.root / SOLVED).read_text()
    assert "return 3" not in released
    assert "first() == 3" not in released
    assert "raise NotImplementedError()" in released
    assert "TODO: Return 3." in released


def test_building_again_changes_nothing(built, table):
    """The same text gives the same bytes, whether the notebooks are there or not, and nothing is written twice."""
    first = everything(built)
    stamps = {path: (built.root / path).stat().st_mtime_ns for path in first}
    assert build(built, table.lessons) == []
    assert stamps == {path: (built.root / path).stat().st_mtime_ns for path in first}

    shutil.rmtree(built.solutions)
    shutil.rmtree(built.exercises)
    build(built, table.lessons)

    assert everything(built) == first


def test_file_times_decide_nothing(built, table):
    """A notebook newer than its text, as a checkout makes them, does not win over the text."""
    text = built.lessons / "01-one" / "one.py"
    text.write_text(TEXT.replace("return 3", "return 2 + 1"))
    hour_ago = time.time() - 3600
    os.utime(text, (hour_ago, hour_ago))
    build(built, table.lessons)

    assert "return 2 + 1" in (built.root / SOLVED).read_text()
    assert "return 2 + 1" in text.read_text()


def test_an_edited_notebook_is_not_built_over(built, table):
    """An edit made in JupyterLab is refused with both ways on, and kept; --force drops it."""
    edit(built, "return 3", "return 1 + 2")
    before = everything(built)

    with pytest.raises(CourseError, match=r"one\.ipynb was edited since it was built: `seams build --from-notebook"):
        build(built, table.lessons)
    assert everything(built) == before

    build(built, table.lessons, force=True)
    assert "return 3" in (built.root / SOLVED).read_text()


def test_a_notebook_that_was_only_run_is_built_over(built, table):
    """Outputs and what an editor leaves in the metadata are no edit."""
    edit(built, "nothing", "nothing")

    assert [str(path) for path in build(built, table.lessons)] == [SOLVED]


def test_the_way_back(built, table):
    """An edited notebook goes into the text, and both notebooks are current after the next build."""
    edit(built, "return 3", "return 1 + 2")
    lesson, source, changed = take_back(built, table, built.root / SOLVED)
    build(built, [lesson], taken_back=built.root / SOLVED)

    assert (source, changed) == (built.lessons / "01-one" / "one.py", True)
    assert source.read_text() == TEXT.replace("return 3", "return 1 + 2")
    assert not any(cell.get("outputs") for cell in read_notebook(built.root / SOLVED).cells)
    assert build(built, table.lessons) == []


def test_the_way_back_does_not_lose_the_other_side(built, table):
    """When the text has changed too, neither is thrown away without being asked."""
    edit(built, "return 3", "return 1 + 2")
    text = built.lessons / "01-one" / "one.py"
    text.write_text(TEXT.replace("Return 3", "Return three"))

    with pytest.raises(CourseError, match=r"lessons/01-one/one\.py has changed too"):
        take_back(built, table, built.root / SOLVED)
    assert "Return three" in text.read_text()

    take_back(built, table, built.root / SOLVED, force=True)
    assert "return 1 + 2" in text.read_text()


def test_a_new_notebook_becomes_a_lesson_text(built, table):
    """A notebook made in JupyterLab, for the bash kernel, gets a text of its own with the right extension."""
    path = built.solutions / "01-one" / "two.ipynb"
    notebook = json.loads((built.root / SOLVED).read_text())
    notebook["cells"] = [
        {"cell_type": "code", "id": "a", "metadata": {}, "source": "echo hi", "outputs": [], "execution_count": 3}
    ]
    notebook["metadata"] = {"kernelspec": {"name": "bash", "display_name": "Bash", "language": "bash"}}
    path.write_text(json.dumps(notebook))
    _, source, _ = take_back(built, table, path)

    assert source.name == "two.sh"
    assert source.read_text() == "# %%\necho hi\n"


@pytest.mark.parametrize("name", ["exercises/01-one/one.ipynb", "workshop.toml", "solutions/01-one/picture.svg"])
def test_only_a_solved_notebook_goes_back(built, table, name):
    """Any other file is refused by name."""
    with pytest.raises(CourseError, match="is not a solved notebook; give one of solutions/"):
        take_back(built, table, built.root / name)


def test_a_stray_file_is_found_and_left_alone(built, table):
    """What belongs to no lesson is named; building deletes nothing. What an editor leaves behind is not stray."""
    (built.exercises / "01-one" / "old.ipynb").write_text("{}")
    (built.lessons / "note.txt").write_text("hm")
    (built.solutions / "01-one" / ".ipynb_checkpoints").mkdir()
    (built.solutions / "01-one" / ".ipynb_checkpoints" / "one-checkpoint.ipynb").write_text("{}")

    assert [str(path) for path in strays(built, table)] == ["lessons/note.txt", "exercises/01-one/old.ipynb"]
    assert build(built, table.lessons) == []
    assert (built.exercises / "01-one" / "old.ipynb").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    ### END SOLUTION\n", "", "nbgrader could not generate 01-one: "),
        ("### END HIDDEN TESTS\n", "", "nbgrader could not generate 01-one: "),
        ('{"grade_id": "first", "solution": true}', '{"grade_id": "first", "locked": true}', "solution cells"),
    ],
)
def test_what_nbgrader_refuses_is_one_line(course, table, old, new, message):
    """A lesson that nbgrader cannot make an assignment of is told in one line, and nothing is written."""
    (course.lessons / "01-one" / "one.py").write_text(TEXT.replace(old, new))

    with pytest.raises(CourseError) as caught:
        build(course, table.lessons)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not course.solutions.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["04-magic"], 1, "seams: There is no lesson '04-magic'; did you mean 04-magics"),
        (["--verify", "--force"], 2, "seams: --verify changes nothing: leave out --from-notebook and --force."),
        (["04-magics", "--from-notebook", "workshop.toml"], 2, "seams: --from-notebook names the lesson already"),
        (["--from-notebook", "workshop.toml"], 1, "seams: workshop.toml is not a solved notebook; give one of "),
    ],
)
def test_the_command_tells_a_problem_in_one_line(checkout, arguments, code, message):
    """A problem of the course exits 1, bad usage 2, each with one line on stderr and none on stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "kernel_seams", "build", *arguments],
        cwd=checkout.root, capture_output=True, text=True, timeout=90,
    )  # fmt: skip

    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
