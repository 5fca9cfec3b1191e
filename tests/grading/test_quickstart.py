"""Three lines of configuration in a course that is not ours: the example of nbgrader's manual, with its submissions."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbgrader
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("batch"), pytest.mark.timeout(600)]

SUBMITTED = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "submitted"
ROWS = """
select submitted_assignment.student_id, notebook.name, base_cell.name, grade.auto_score, grade.needs_manual_grade
from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join notebook on submitted_notebook.notebook_id = notebook.id
join base_cell on grade.cell_id = base_cell.id
"""


def run(folder, *command):
    """What a command prints in that folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    variables = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def rows_of(course):
    """The gradebook's scores: whose, of which notebook and test, and whether a person is to look."""
    with sqlite3.connect(course / "gradebook.db") as book:
        return sorted(book.execute(ROWS))


def test_nbgraders_example_is_graded_as_by_nbgrader_itself(tmp_path, checkout):
    """The same scores for both students; who has taken tests out of the notebook is said to."""
    run(tmp_path, "nbgrader", "quickstart", "course101")
    course, theirs = tmp_path / "course101", tmp_path / "theirs"
    shutil.copytree(SUBMITTED, course / "submitted")
    run(course, "nbgrader", "generate_assignment", "ps1")
    shutil.copytree(course, theirs)
    (lines,) = re.findall(r"```python\n(.*?)```", (checkout.root / "docs" / "grading.md").read_text(), re.DOTALL)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\n{lines}")

    told = json.loads(run(course, sys.executable, "-m", "kernel_seams", "grade", "ps1", "--json"))
    run(theirs, "nbgrader", "autograde", "ps1")

    assert len([line for line in lines.splitlines() if line]) == 3
    assert rows_of(course) == rows_of(theirs) != []
    assert {row["student"]: row["state"] for row in told["rows"]} == {"bitdiddle": "tampered", "hacker": "ok"}
    # Not even the one that deletes a name of the student's and looks what becomes of a function that uses it.
    assert [name for row in told["rows"] for name in row["in_process"]] == []
