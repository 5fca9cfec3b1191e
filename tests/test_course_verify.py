"""The author's guard finds every broken promise, and stock nbgrader agrees with it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.checkout import Checkout
from kernel_seams.course.build import build
from kernel_seams.course.notebook import read_notebook
from kernel_seams.course.table import read_table
from kernel_seams.course.verify import verify

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.filterwarnings("ignore")]

TABLE = """
title = "A course"

[[lessons]]
id = "01-one"
title = "One"
minutes = 20
goal = "Do it."
before = "Nothing."
"""
TASK = """
[[lessons.tasks]]
id = "{name}"
title = "A task"
points = 2
hints = {hints}
"""
HOLE = """# %% nbgrader={{"grade_id": "{name}", "solution": true}}
# TODO: Make it 3.
### BEGIN SOLUTION
{name} = 3
### END SOLUTION

# %% nbgrader={{"grade": true, "grade_id": "{name}-check"}}
# The check: run this cell.
from kernel_seams.course import check

check.equal({name}, 3, where="{name}", next_step="Count.")
### BEGIN HIDDEN TESTS
assert {name} == 3
### END HIDDEN TESTS

"""


def course_of(folder, checkout, cells, hints):
    """A built course of one lesson; `cells` is {task: its cells}, `hints` the tasks that have hints."""
    shutil.copy(checkout.root / "nbgrader_config.py", folder)
    tasks = [TASK.format(name=name, hints='["look"]' if name in hints else "[]") for name in cells]
    (folder / "workshop.toml").write_text(TABLE + "".join(tasks))
    (folder / "lessons" / "01-one").mkdir(parents=True)
    (folder / "lessons" / "01-one" / "one.py").write_text("".join(cells.values()))
    course = Checkout(folder)
    build(course, read_table(course.table).lessons)
    return course


def problems_of(course):
    table = read_table(course.table)
    return verify(course, table, table.lessons, tell=lambda _: None)


def test_a_course_that_keeps_its_promises_has_no_problem(tmp_path, checkout):
    """Nothing is found, nothing in the course is changed, and no gradebook is left in it."""
    course = course_of(tmp_path, checkout, {"good": HOLE.format(name="good")}, hints=["good"])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if ".workshop" not in path.parts}

    assert problems_of(course) == []
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if ".workshop" not in path.parts}


def test_every_broken_promise_is_found(tmp_path, checkout):
    """Each way to break the course is named in one line with the task, and one does not hide another."""
    cells = {name: HOLE.format(name=name) for name in ("wrong", "given", "bare", "silent", "hintless")}
    cells["wrong"] = cells["wrong"].replace("wrong = 3", "wrong = 4")
    cells["given"] = "# %%\ngiven = 3\n\n" + cells["given"]
    cells["bare"] = (
        cells["bare"]
        .replace("# TODO: Make it 3.\n", "")
        .replace("# The check: run this cell.\n", "")
        .replace("### BEGIN HIDDEN TESTS\n", "")
        .replace("### END HIDDEN TESTS\n", "")
    )
    cells["silent"] = (
        cells["silent"]
        .replace('check.equal(silent, 3, where="silent", next_step="Count.")\n', "")
        .replace("from kernel_seams.course import check\n", "")
    )
    cells["hintless"] += (
        '# %% nbgrader={"grade_id": "extra", "solution": true}\n### BEGIN SOLUTION\n1\n### END SOLUTION\n'
    )
    course = course_of(tmp_path, checkout, cells, hints=["wrong", "given", "bare", "silent"])
    (course.exercises / "01-one" / "old.ipynb").write_text("{}")
    released, solved = (folder / "01-one" / "one.ipynb" for folder in (course.exercises, course.solutions))
    released.write_text(released.read_text().replace("Make it 3", "Make it 4"))
    solved.write_text(solved.read_text().replace('"execution_count": null', '"execution_count": 3', 1))

    assert sorted(problems_of(course)) == sorted(
        [
            "exercises/01-one/old.ipynb belongs to no lesson of workshop.toml; delete or add it.",
            "exercises/01-one/one.ipynb is not what lessons/01-one makes; run `seams build 01-one`.",
            "solutions/01-one/one.ipynb is not what lessons/01-one makes; run `seams build 01-one`.",
            "solutions/01-one/one.ipynb holds outputs, first in cell 01-one-wrong; run `seams build 01-one`.",
            "workshop.toml, task 01-one.hintless: hints is empty; give one or more.",
            "01-one.bare: its released cell has no TODO; say in one imperative sentence what to do.",
            "01-one.bare: its check is folded to its first line; make that a comment which says what it is.",
            "01-one.bare: its check has no hidden test; add `### BEGIN HIDDEN TESTS` ... `### END HIDDEN TESTS` "
            "on fresh input.",
            "01-one.silent: its released check is empty; show what `check.call` or `check.equal` asks.",
            "01-one: the hole 'extra' is no task of workshop.toml; add it there.",
            "01-one: the solution gets 0 of 2 points in wrong-check.",
            "01-one: solved, the cell 01-one-wrong-check still ends in CheckFailed: Received: 4",
            "01-one: untouched, the exercise gets 2 points in given-check.",
        ]
    )


def run(folder, *command):
    """Run a command in `folder` as a person with the environment active does."""
    variables = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=850)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def test_the_course_is_verified(checkout):
    """`seams build --verify` holds for the whole course, with nothing on stderr."""
    done = run(checkout.root, "seams", "build", "--verify")

    assert done.stdout.splitlines()[-1].startswith("verified: ")
    assert done.stderr == ""


def test_stock_nbgrader_makes_the_same_bytes_and_scores(tmp_path, checkout):
    """`nbgrader generate_assignment` makes the committed exercise; its `autograde` gives all points and none."""
    lesson = "04-magics"
    shutil.copy(checkout.root / "nbgrader_config.py", tmp_path)
    shutil.copytree(checkout.solutions / lesson, tmp_path / "solutions" / lesson)
    run(tmp_path, "nbgrader", "generate_assignment", lesson, "--force")
    committed, made = (folder / "exercises" / lesson / "magics.ipynb" for folder in (checkout.root, tmp_path))
    assert made.read_bytes() == committed.read_bytes()

    shutil.copytree(checkout.solutions / lesson, tmp_path / "submissions" / "ada" / lesson)
    shutil.copytree(checkout.exercises / lesson, tmp_path / "submissions" / "bob" / lesson)
    run(tmp_path, "nbgrader", "autograde", lesson)
    run(tmp_path, "nbgrader", "export")
    header, *rows = [line.split(",") for line in (tmp_path / "grades.csv").read_text().splitlines()]
    scores = {row[header.index("student_id")]: float(row[header.index("score")]) for row in rows}
    assert scores == {"ada": 10.0, "bob": 0.0}

    cells = {cell.id: cell for cell in read_notebook(tmp_path / "autograded" / "bob" / lesson / "magics.ipynb").cells}
    error = cells["04-magics-clap-check"].outputs[0]
    assert [line.split()[0] for line in error.traceback] == ["Received:", "Where:", "Expected:", "Next:"]
