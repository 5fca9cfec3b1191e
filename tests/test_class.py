"""A class of eight goes through the grading loop of docs/facilitator.md, by its own commands."""

import csv
import getpass
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from the_class import LESSON, the_class

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EXCHANGE = getpass.getuser()  # whoever runs the tests hands in by the exchange, which knows a learner by the account


def commands(guide):
    """The commands of the grading loop, in the order in which the guide gives them."""
    loop = guide.split("## The grading loop\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", loop, re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def test_a_class_of_eight_gets_the_scores_it_earned(tmp_path, checkout):
    """Each command of the guide's grading loop works as it stands, and every score is as expected."""
    shutil.copy(checkout.root / "nbgrader_config.py", tmp_path)
    shutil.copytree(checkout.solutions / LESSON, tmp_path / "solutions" / LESSON)
    students = the_class(checkout, perfect=EXCHANGE)
    work = tmp_path / "work" / LESSON
    archive = tmp_path / "downloaded" / LESSON / "archive"
    for folder in (work, archive):
        folder.mkdir(parents=True)
    for student, (text, _) in students.items():
        if student == EXCHANGE:
            (work / "magics.ipynb").write_text(text)
            continue
        with zipfile.ZipFile(archive / f"{student}.zip", "w") as packed:
            # A folder in an archive says nothing about whose it is.
            packed.writestr("magics.ipynb" if student != "hal" else "extracted/cem/magics.ipynb", text)
    variables = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}

    for command in commands((checkout.root / "docs" / "facilitator.md").read_text()):
        done = subprocess.run(
            command.split(), cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stderr[-3000:]}"
        if command.startswith("seams grade"):
            # One submission is no notebook, one lacks its tests: that is said, and all are graded.
            states = {line.split()[0]: line.split()[4] for line in done.stdout.splitlines() if " of 10 " in line}
            assert {student for student, state in states.items() if state == "unreadable"} == {"fay"}
            assert {student for student, state in states.items() if state == "tampered"} == {"eve"}
            assert states[EXCHANGE] == "ok"

        if "release_feedback" in command:
            by_hand = re.findall(r"(\w+) did not hand in through the exchange", done.stderr)
            assert set(by_hand) == set(students) - {EXCHANGE, "fay"}
    (fetched,) = work.glob("feedback/*/magics.html")
    assert fetched.read_bytes() == (tmp_path / "feedback" / EXCHANGE / LESSON / "magics.html").read_bytes()

    with (tmp_path / "grades.csv").open() as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {student: score for student, (_, score) in students.items()}
    told = {path.parent.parent.name for path in (tmp_path / "feedback").glob(f"*/{LESSON}/magics.html")}
    assert told == set(students) - {"fay"}


def test_the_guides_evening_is_that_of_the_table(checkout):
    """Each row begins when the one before it ends, and a lesson lasts as long as workshop.toml says.

    A program is written at home, and is named after the evening.
    """
    guide = (checkout.root / "docs" / "facilitator.md").read_text()
    rows = re.findall(r"^\| (\d+):(\d\d) \| (\d+) \| (.+?) \|", guide, re.MULTILINE)
    table = tomllib.loads(checkout.table.read_text())["lessons"]
    lessons = {each["id"]: each["minutes"] for each in table if "part" not in each}

    assert all(f"`{each['id']}`" in guide for each in table if "part" in each)
    assert {what: int(minutes) for _, _, minutes, what in rows if what in lessons} == lessons
    assert [what for *_, what in rows if what in lessons] == list(lessons)
    clock = 0
    for hours, minutes, lasts, what in rows:
        assert 60 * int(hours) + int(minutes) == clock, what
        clock += int(lasts)
