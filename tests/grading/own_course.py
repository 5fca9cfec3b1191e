"""A course of somebody's own, with nbgrader's features that no lesson of ours uses.

Run as `python -m grading.own_course FOLDER` it puts the course there three times: released/ with what was handed in,
stock/ graded by nbgrader as it comes, and ours/ graded by nbgrader with three more lines of configuration.
"""

import contextlib
import json
import shutil
import sys
from pathlib import Path

import nbformat
import nbgrader
from nbformat.v4 import new_notebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.tests import (
    create_grade_and_solution_cell,
    create_grade_cell,
    create_locked_cell,
    create_solution_cell,
    create_task_cell,
)

from kernel_seams.course.grader import own_programs
from kernel_seams.grading.opening import configuration

OURS = "\nfrom kernel_seams.grading.config import configure\n\nconfigure(c)\n"
ASSIGNMENT = "Problem Set 1"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "own"
c.CourseDirectory.db_url = "sqlite:///gradebook.db"
c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"
c.CourseDirectory.student_id_exclude = "the-teacher"
c.CourseDirectory.ignore = ["*.bak", ".ipynb_checkpoints"]
c.CourseDirectory.groupshared = True
c.ClearSolutions.begin_solution_delimeter = "BEGIN ANSWER"
c.ClearSolutions.end_solution_delimeter = "END ANSWER"
c.ClearHiddenTests.begin_test_delimeter = "HIDE"
c.ClearHiddenTests.end_test_delimeter = "SHOW"
c.ClearMarkScheme.begin_mark_scheme_delimeter = "RUBRIC BEGINS"
c.ClearMarkScheme.end_mark_scheme_delimeter = "RUBRIC ENDS"
c.Autograde.exclude_overwriting = {"Problem Set 1": ["mine.py"]}
c.Autograde.post_convert_hook = "of_the_course.note"
c.AssignLatePenalties.plugin_class = "of_the_course.Tenth"
c.ExecutePreprocessor.timeout = 77
"""
MODULE = """
from pathlib import Path

from nbgrader.plugins import BasePlugin


class Tenth(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 10


def note(assignment, student, notebooks):
    with Path("graded.txt").open("a") as file:
        file.write(f"{assignment}: {len(notebooks)}\\n")
"""
ANSWER = "### BEGIN ANSWER\n{}\n### END ANSWER"
DOUBLE = "def double(number):\n"
CELLS = [
    create_locked_cell("def same(got, expected):\n    assert got == expected, got", "code", "helper"),
    create_solution_cell(DOUBLE + ANSWER.format("    return 2 * number"), "code", "double"),
    create_grade_cell(
        "same(double(1), 2)\n### HIDE\nof_a_hidden_test = 7\nsame(double(of_a_hidden_test), 14)\n### SHOW",
        "code",
        "double-check",
        2,
    ),
    create_solution_cell(ANSWER.format("part = 3"), "code", "part"),
    create_grade_cell("min(part, 3)", "code", "part-check", 3),
    create_grade_and_solution_cell(ANSWER.format("print('by hand')"), "code", "by-hand", 4),
    create_grade_and_solution_cell(ANSWER.format("by hand"), "markdown", "text", 5),
    create_task_cell("Make a plot.\n\n### RUBRIC BEGINS\nwith labels\n### RUBRIC ENDS", "markdown", "plot", 6),
    create_solution_cell(ANSWER.format("squares = [1, 4, 9]"), "code", "squares"),
    create_grade_cell("### AUTOTEST squares; len(squares)\n", "code", "squares-check", 1),
]
SECOND = [
    create_solution_cell(ANSWER.format("from mine import answer"), "code", "file"),
    create_grade_cell("assert [answer, open('data/n.csv').read()] == [42, '1,2']", "code", "file-check", 2),
]
SOLVED = {
    "double": f"{DOUBLE}    return 2 * number",
    "part": "part = 3",
    "squares": "squares = [1, 4, 9]",
    "by-hand": "print('mine')",
    "text": "mine",
    "file": "from mine import answer",
}


def make(course):
    """Write the course into that folder: its configuration, a plugin, and an assignment of two notebooks."""
    source = course / "source" / ASSIGNMENT
    (source / "data").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    (course / "of_the_course.py").write_text(MODULE)
    shutil.copy(Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "autotests.yml", course)
    for name, cells in {"first": CELLS, "second": SECOND}.items():
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), source / f"{name}.ipynb")
    (source / "data" / "n.csv").write_text("1,2")
    (source / "mine.py").write_text("answer = 42\n")
    (source / "notes.bak").write_text("not for students")


def hand_in(course, student, *, when="2026-01-01 12:00:00 UTC", mine="answer = 42\n", **cells):
    """Put a solved submission with these `cells`, by name, where the course looks for it; the folder it is in."""
    folder = course / "submitted" / ASSIGNMENT / student
    shutil.copytree(course / "release" / ASSIGNMENT, folder)
    for path in folder.glob("*.ipynb"):
        made = json.loads(path.read_text())
        for cell in made["cells"]:
            name = cell["metadata"]["nbgrader"]["grade_id"].replace("-", "_")
            cell["source"] = cells.get(name, SOLVED.get(cell["metadata"]["nbgrader"]["grade_id"], cell["source"]))
        own = "print([word in open('first.ipynb').read() for word in ('of_a_' + 'hidden_test', 'with ' + 'labels')])"
        made["cells"].append({"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
                             | {"id": "own", "source": own})  # fmt: skip
        path.write_text(json.dumps(made))
    (folder / "mine.py").write_text(mine)
    (folder / "data" / "n.csv").write_text("3")
    (folder / "old.bak").write_text("left out")
    if when:
        (folder / "timestamp.txt").write_text(when)
    return folder


def append(course, line):
    """Add a line to the configuration."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"{line}\n")


@contextlib.contextmanager
def nbgrader_in(course):
    """The interface of nbgrader to the course in that folder, which is the current one meanwhile."""
    sys.path.insert(0, str(course))  # as the command nbgrader does
    try:
        with contextlib.chdir(course), own_programs():
            config = configuration(course)
            yield NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)
    finally:
        sys.path.remove(str(course))


def main(folder):
    """Make the course, release it, hand in, and grade it twice."""
    course = folder / "released"
    make(course)
    with nbgrader_in(course) as nbgrader:
        said = nbgrader.generate_assignment(ASSIGNMENT)
        assert said["success"], said
        with nbgrader.gradebook as book:
            book.update_or_create_assignment(ASSIGNMENT, duedate="2026-01-10 12:00:00 UTC")
    released = json.loads((course / "release" / ASSIGNMENT / "first.ipynb").read_text())["cells"]
    empty = {cell["metadata"]["nbgrader"]["grade_id"]: cell["source"] for cell in released}
    hand_in(course, "zoë müller", when="2026-02-01 12:00:00 UTC", part="part = 1.5")
    (hand_in(course, "cem", mine="answer = 41\n") / "second.ipynb").unlink()
    hand_in(course, "eve", when=None, mine="answer = 41\n", by_hand=empty["by-hand"], text=empty["text"],
            double=f"{DOUBLE}    return 2", squares="squares = [1, 4]")  # fmt: skip
    hand_in(course, "the-teacher")
    for name in ("stock", "ours"):
        shutil.copytree(course, folder / name)
        if name == "ours":
            append(folder / name, OURS)
        with nbgrader_in(folder / name) as nbgrader:
            said = nbgrader.autograde(ASSIGNMENT, "*")
            assert said["success"], said
    hand_in(course, "ada")  # whom nbgrader need not grade


if __name__ == "__main__":
    main(Path(sys.argv[1]))
