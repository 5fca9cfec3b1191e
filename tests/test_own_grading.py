"""A program that was handed in, graded by nbgrader's command: the learner's is what runs, and earns its worth."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.course.holes import replaced

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("own grading")]

LESSON = "08-kernel"
SOMEBODY_ELSES = "from ipykernel.kernelapp import launch_new_instance\n\nlaunch_new_instance()\n"


def nbgrader(folder, *arguments):
    """Run `nbgrader ARGUMENT...` in `folder`."""
    variables = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    done = subprocess.run(
        ["nbgrader", *arguments], cwd=folder, env=variables, capture_output=True, text=True, timeout=800
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def scores(tmp_path_factory, checkout):
    """The score of each of three students, who handed in kernels of their own."""
    folder = tmp_path_factory.mktemp("course")
    for path in (checkout.root / "nbgrader_config.py", checkout.table):  # which says that it needs loopback
        shutil.copy(path, folder)
    shutil.copytree(checkout.solutions / LESSON, folder / "solutions" / LESSON)
    nbgrader(folder, "generate_assignment", LESSON)
    solved = (checkout.solutions / LESSON / "kernel.py").read_text()
    # The sockets are bound and the heart beats; the first message ends it.
    partly = replaced(solved, "def unpack(frames):\n    os._exit(3)\n")
    handed_in = {"nothing": "print('a kernel')\n", "theirs": SOMEBODY_ELSES, "partly": partly}
    assert partly != solved
    for student, text in handed_in.items():
        target = folder / "submissions" / student / LESSON
        shutil.copytree(folder / "exercises" / LESSON, target)
        (target / "kernel.py").write_text(text)
    nbgrader(folder, "autograde", LESSON)
    for student, text in handed_in.items():
        assert (folder / "autograded" / student / LESSON / "kernel.py").read_text() == text
    nbgrader(folder, "export")
    header, *rows = [line.split(",") for line in (folder / "grades.csv").read_text().splitlines()]
    return {row[header.index("student_id")]: float(row[header.index("score")]) for row in rows}


def test_a_wrong_program_earns_nothing(scores):
    """What is no kernel, and what is somebody else's, gets 0, though the solution lies in nbgrader's source folder."""
    assert scores["nothing"] == 0
    assert scores["theirs"] == 0


def test_a_program_earns_what_its_stages_are_worth(scores):
    """A kernel that binds and echoes, and nothing else, gets the two points of those stages."""
    assert scores["partly"] == 2
