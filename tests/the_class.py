"""A class of eight: who hands in what of one lesson, and what it is worth."""

import json
from pathlib import Path

LESSON = "04-magics"
WRONG = Path(__file__).parent / "wrong_answers"
TASKS = ("clap", "shout", "size", "outside", "swap")


def answered(checkout, **answers):
    """The released notebook with solved tasks, but for the ones named: a wrong answer's name, or None for a hole."""
    released, solved = (
        json.loads((folder / LESSON / "magics.ipynb").read_text())
        for folder in (checkout.exercises, checkout.solutions)
    )
    sources = {cell["id"]: cell["source"] for cell in solved["cells"]}
    for cell in released["cells"]:
        task = cell["id"].removeprefix(f"{LESSON}-")
        if task not in TASKS:
            continue
        answer = answers.get(task, "solved")
        if answer == "solved":
            cell["source"] = sources[cell["id"]]
        elif answer is not None:
            cell["source"] = (WRONG / f"{LESSON}.{task}" / f"{answer}.py").read_text()
    return released


def the_class(checkout, perfect="ada"):
    """`{student: (the text of the notebook handed in, the score it is worth)}`; the lesson is 5 tasks of 2 points.

    A perfect one, an empty one, wrong ones, one without the tests, one that is no Python, and fay's broken file.
    """
    without_tests = answered(checkout, clap="prints")
    without_tests["cells"] = [cell for cell in without_tests["cells"] if not cell["id"].endswith("-check")]
    syntax = answered(checkout)
    next(cell for cell in syntax["cells"] if cell["id"] == f"{LESSON}-size")["source"] = "def size(line:\n"
    handed_in = {
        perfect: (answered(checkout), 10),
        "bea": (answered(checkout, **dict.fromkeys(TASKS)), 0),
        "cem": (answered(checkout, clap="claps-after-the-last"), 8),
        "dan": (answered(checkout, shout="ignores-its-line", size="never-rounds"), 6),
        "eve": (without_tests, 8),
        "gus": (answered(checkout, **dict.fromkeys(TASKS[1:])), 2),
        "hal": (syntax, 8),
    }
    return {student: (json.dumps(made), score) for student, (made, score) in handed_in.items()} | {
        "fay": ('{"cells": [', 0)
    }
