"""Play a class: make its submissions, grade it on Dask's workers, kill one amid the batch, say what came of it.

    python play.py COURSE --students 200

COURSE is a folder with an nbgrader_config.py and solutions/01-one/. Every third student has one task wrong, every
seventh ends the process, every eleventh hands in no notebook. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

LESSON = "01-one"
RIGHT, WRONG, ENDS = "return 2 * number", "return 3 * number", "import os; os._exit(3)"
PATIENCE = 900  # seconds


def play(course: Path, count: int) -> dict[str, tuple[float, str]]:
    """Hand in; what each is to get, points and state."""
    expected = {}
    for number in range(count):
        student = f"s{number:03}"
        folder = course / "submissions" / student / LESSON
        shutil.copytree(course / "exercises" / LESSON, folder)
        made = json.loads((folder / "one.ipynb").read_text())
        answer, expected[student] = RIGHT, (6.0, "ok")
        if number % 3 == 1:
            answer, expected[student] = WRONG, (4.0, "wrong")
        if number % 7 == 3:
            answer, expected[student] = ENDS, (4.0, "crash")
        for cell in made["cells"]:
            name = cell["metadata"]["nbgrader"]["grade_id"]
            if name == "double":
                cell["source"] = f"def double(number):\n    {answer}"
            if name == "part":
                cell["source"] = "def part():\n    return 'three'"
        (folder / "one.ipynb").write_text(json.dumps(made))
        (folder / "answer.py").write_text("def half(number):\n    return number / 2\n")
        if number % 11 == 5:
            (folder / "one.ipynb").unlink()
            expected[student] = (0.0, "unreadable")
    return expected


def graded(course: Path) -> int:
    """How many notebooks are."""
    return len(list((course / "autograded").glob(f"*/{LESSON}/one.ipynb")))


def workers(grader: int) -> list[psutil.Process]:
    """The workers that have graded something: each holds a template, as the grader itself does."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "kernel_seams.grading.template" in process.cmdline() and process.ppid() not in (grader, 1):
                parent = process.parent()
                if parent and "kernel_seams.grading.template" not in parent.cmdline():
                    found.append(parent)
        except psutil.Error:
            continue
    return found


def kill_one(grader: subprocess.Popen[str], course: Path, after: int) -> int:
    """Kill a worker once so many notebooks are graded; its number."""
    deadline = time.monotonic() + PATIENCE
    while grader.poll() is None and time.monotonic() < deadline:
        if graded(course) >= after and (found := workers(grader.pid)):
            found[0].kill()
            return found[0].pid
        time.sleep(0.02)
    return 0


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("course", type=Path)
    parser.add_argument("--students", type=int, default=200)
    options = parser.parse_args()
    expected = play(options.course, options.students)
    command = [sys.executable, "-m", "kernel_seams", "grade", LESSON, "--jobs", "2", "--json", "--scheduler", "local"]
    started = time.monotonic()
    grader = subprocess.Popen(command, cwd=options.course, stdout=subprocess.PIPE, text=True)
    killed = kill_one(grader, options.course, options.students // 4)
    said, _ = grader.communicate()
    rows = {row["student"]: (row["points"], row["state"]) for row in json.loads(said)["rows"]} if said else {}
    different = {name: (rows.get(name), due) for name, due in expected.items() if rows.get(name) != due}
    told = {"exit": grader.returncode, "killed": killed, "different": different, "rows": len(rows)}
    print(json.dumps({**told, "seconds": round(time.monotonic() - started, 1)}))


if __name__ == "__main__":
    main()
