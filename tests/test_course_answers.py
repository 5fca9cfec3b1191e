"""Answers people give: each wrong one is told why, in words that are kept here, and loses points.

`wrong_answers/<task>/<mistake>.py` (`.sh` for a Bash notebook) is what stands in the hole, `<mistake>.txt`
is what the learner then reads, to the letter. `right*.py` are right answers other than the solution; they pass.
Where the learner writes a program, an answer is functions in place of the solution's; other right programs that are
whole ones are in tests/own_kernels and its neighbours.
`SEAMS_WRITE_TEXTS=1 pytest tests/test_course_answers.py` writes the texts anew, to be read and committed.
"""

import contextlib
import functools
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kernel_seams.checkout import find_checkout
from kernel_seams.conform import snippets
from kernel_seams.course.check import CheckFailed
from kernel_seams.course.holes import replaced
from kernel_seams.course.notebook import KINDS, read_notebook
from kernel_seams.course.table import read_table

CHECKOUT = find_checkout()
TABLE = read_table(CHECKOUT.table)
ANSWERS = Path(__file__).parent / "wrong_answers"
CASES = sorted(path.relative_to(ANSWERS).with_suffix("") for kind in KINDS for path in ANSWERS.glob(f"*/*{kind}"))


def code_cells(folder, lesson):
    """The code cells of all notebooks of `lesson`; those for the Bash kernel say so in a first line."""
    cells = []
    for path in sorted((folder / lesson).glob("*.ipynb")):
        notebook = read_notebook(path)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = FIRST_LINES.get(notebook.metadata.kernelspec.name, "") + cell.source
                cells.append(cell)
    return cells


def answer_in(case):
    """What `case` puts in the hole."""
    return next(ANSWERS.glob(f"{case}.[ps][yh]")).read_text(encoding="utf-8")


def grade_id(cell, kind):
    mark = cell.metadata.get("nbgrader", {})
    return mark["grade_id"] if mark.get(kind) else ""


def outcome(lesson, task, name):
    """What the answer `name` to a task ends in: {"visible": text, "graded": text}, empty texts if it is right."""
    return program_outcome(lesson, task, name) if TABLE.lesson(lesson).part else outcomes(lesson)[task][name]


@functools.cache
def program_outcome(lesson, task, name):
    """What the check of a stage says of the lesson's program: solved, untouched, or with the functions of an answer."""
    part = TABLE.lesson(lesson).part
    folder = CHECKOUT.exercises if name == "untouched" else CHECKOUT.solutions
    program = (folder / lesson / part).read_text()
    if name not in ("solved", "untouched"):
        program = replaced(program, answer_in(f"{lesson}.{task}/{name}"))
    released, graded = (check_of(where, lesson, task) for where in (CHECKOUT.exercises, CHECKOUT.solutions))
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place), pytest.MonkeyPatch.context() as patch:
        for given in TABLE.lesson(lesson).files:
            shutil.copy(CHECKOUT.exercises / lesson / given, place)
        Path(part).write_text(program)
        patch.setattr(snippets, "random", random.Random(3))  # noqa: S311  (the words are in the texts)
        # The graded check begins with the released one.
        seen = "" if name == "solved" else verdict(released)
        return {"visible": seen, "graded": seen or (verdict(graded) if graded != released else "")}


def check_of(folder, lesson, task):
    """The source of a task's check."""
    return next(cell.source for cell in code_cells(folder, lesson) if grade_id(cell, "grade") == f"{task}-check")


def verdict(source):
    """What the check with this source raises, but for ports and what is new each time; an empty text if it passes."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(source, "a check", "exec"), {})  # noqa: S102
        except CheckFailed as failed:
            said = re.sub(r"(?<=port )\d+", "N", re.sub(r"\b[0-9a-f]{8,}\b", "HEX", str(failed)))
            said = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+", "DATE", said)
            # A signature that is taken for JSON is wrong JSON in one of several ways.
            return re.sub(r"(?<=JSONDecodeError: )[\w ]+: line 1 column \d+ \(char \d+\)", "REASON", said)
    return ""


@functools.cache
def outcomes(lesson):
    """What every answer to every task of `lesson` ends in, from one run."""
    released = code_cells(CHECKOUT.exercises, lesson)
    answers = {
        grade_id(cell, "solution"): {"untouched": cell.source} for cell in released if grade_id(cell, "solution")
    }
    for case in CASES:
        name, task = case.parent.name.split(".", 1)
        if name == lesson:
            hole = answers[task]["untouched"].splitlines(keepends=True)
            first = hole[0] if hole[0].startswith(("%%", "#!")) else ""
            answers[task][case.name] = first + answer_in(case)
    job = {
        "cells": [
            {"source": cell.source, "task": grade_id(cell, "solution"), "check": grade_id(cell, "grade")}
            for cell in code_cells(CHECKOUT.solutions, lesson)
        ],
        "visible": {grade_id(cell, "grade"): cell.source for cell in released if grade_id(cell, "grade")},
        "answers": answers,
    }
    for cell in job["cells"]:
        if cell["check"]:
            lines = iter(cell["source"].splitlines())
            assert all(line in lines for line in job["visible"][cell["check"]].splitlines()), cell["check"]
    runner = Path(__file__).parent / "answer_runner.py"
    done = subprocess.run(
        [sys.executable, str(runner)], input=json.dumps(job), capture_output=True, text=True, timeout=850
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_is_judged_and_explained(case):
    """A wrong answer fails the released check, with exactly its text, and the graded one; a right one passes both."""
    lesson, task = case.parent.name.split(".", 1)
    got = outcome(lesson, task, case.name)
    if case.name.startswith("right"):
        assert got == {"visible": "", "graded": ""}
        return
    text = (ANSWERS / case).with_suffix(".txt")
    if "SEAMS_WRITE_TEXTS" in os.environ:
        text.write_text(got["visible"] + "\n", encoding="utf-8")

    expected = text.read_text(encoding="utf-8")
    if sys.version_info >= (3, 14):  # which no longer says what is not in the list
        expected = re.sub(r"(?<=ValueError: )\S+ is (?=not in list)", "list.index(x): x ", expected)
    assert got["visible"] + "\n" == expected
    assert got["graded"]


@pytest.mark.parametrize("task", TABLE.tasks, ids=lambda task: task.name)
def test_the_solution_passes_and_the_untouched_hole_does_not(task):
    """The solution passes the released and the graded check; the untouched hole is told that it is empty."""
    untouched = outcome(task.lesson, task.id, "untouched")

    assert outcome(task.lesson, task.id, "solved")["graded"] == ""
    assert untouched["graded"]
    assert [line.split()[0] for line in untouched["visible"].splitlines()] == PARTS


@pytest.mark.parametrize("task", TABLE.tasks, ids=lambda task: task.name)
def test_every_task_has_answers_people_give(task):
    """A task has three wrong answers and a right one that is not the solution; a choice has one of each.

    The right ones of a program's stage may be whole programs: tests/own_kernels.
    """
    names = [case.name for case in CASES if case.parent.name == task.name]
    wrong = [name for name in names if not name.startswith("right")]

    assert len(wrong) >= (1 if task.name in CHOICES else 3)
    assert len(names) > len(wrong) or TABLE.lesson(task.lesson).part


@pytest.mark.parametrize("case", [case for case in CASES if not case.name.startswith("right")], ids=str)
def test_a_text_has_the_four_parts(case):
    """What a learner is told is received, where, expected and next step, a line each."""
    lines = (ANSWERS / case).with_suffix(".txt").read_text(encoding="utf-8").splitlines()

    assert [line.split()[0] for line in lines] == PARTS
    assert all(len(line.split()) > 1 for line in lines)


def test_no_answer_is_for_a_task_that_is_not_there():
    """Every folder of wrong_answers/ is a task, and every text belongs to an answer."""
    texts = {path.relative_to(ANSWERS).with_suffix("") for path in ANSWERS.glob("*/*.txt")}

    assert {case.parent.name for case in CASES} <= {task.name for task in TABLE.tasks}
    assert texts == {case for case in CASES if not case.name.startswith("right")}


FIRST_LINES = {"bash": "#!bash\n"}
PARTS = ["Received:", "Where:", "Expected:", "Next:"]
CHOICES = {"01-prompts.layers", "05-kernels.answers"}
