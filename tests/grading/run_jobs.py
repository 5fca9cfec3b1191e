"""Grades the jobs on stdin, a JSON list, with one template, and prints what came of each as JSON.

A job is {"cells": [...], "files": {name: text}, "limits": {...}, "solution": [...]}; a cell is a text, which is the
student's, or [kind, id, source].  With "solution" the plans of the tests are made with those cells.
"""

import json
import sys
from dataclasses import replace

from nbformat import from_dict

from kernel_seams.grading.calibrate import calibrate
from kernel_seams.grading.jobs import Job, cells_of
from kernel_seams.grading.sandbox import Limits
from kernel_seams.grading.template import Template


def notebook(cells):
    made = []
    for cell in cells:
        kind, name, source = ("student", "", cell) if isinstance(cell, str) else cell
        mark = {"grade": kind == "test", "locked": kind != "student", "solution": False, "grade_id": name, "points": 1}
        made.append({"cell_type": "code", "source": source, "metadata": {"nbgrader": mark} if name else {}})
    return from_dict({"cells": made})


def run(template, about):
    files = {name: text.encode() for name, text in about.get("files", {}).items()}
    job = Job([], files, Limits(**about.get("limits", {})))
    plans = None
    if "solution" in about:
        plans = calibrate(template, replace(job, cells=cells_of(notebook(about["solution"]))))
    job = replace(job, cells=cells_of(notebook(about["cells"]), plans))
    result = job.start(template).wait()
    tests = [index for index, cell in enumerate(job.cells) if cell["kind"] == "test"]
    ways = {name: plan.way for name, plan in (plans or {}).items()}
    return {**result.__dict__, "state": result.state(tests), "ways": ways, "tests": tests}


if __name__ == "__main__":
    with Template() as template:
        print(json.dumps([run(template, about) for about in json.load(sys.stdin)]))
