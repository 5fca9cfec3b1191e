"""`docker compose run --rm grade`: a class in, gradebook and feedback out; what a hostile submission does not reach."""

import json
import os
import shutil
import sqlite3

import pytest
from the_class import LESSON, the_class

pytestmark = [pytest.mark.slow, pytest.mark.image, pytest.mark.timeout(900)]

# Nobody's uid in the image: what is written on the host must belong to whoever that is all the same.
UID = 1234
HOSTILE = """
import pathlib, socket
with open('/proc/net/dev') as file:
    print('interfaces', [line.split(':')[0].strip() for line in file if ':' in line])
try:
    print('network', socket.create_connection(('192.0.2.1', 80), timeout=5))
except OSError as problem:
    print('network', type(problem).__name__)
for place in ('/home/learner/kernel-seams/mine', '/course/mine', '/course/gradebook.db'):
    try:
        print('written', pathlib.Path(place).write_text(''))
    except OSError as problem:
        print('written', type(problem).__name__)
for place in ('/course/solutions/04-magics/magics.ipynb', '/course/submissions/ada/04-magics/magics.ipynb'):
    try:
        print('read', pathlib.Path(place).read_text())
    except OSError as problem:
        print('read', type(problem).__name__)
status = dict(line.split(':\\t', 1) for line in open('/proc/self/status') if ':\\t' in line)
print('another user', status['Uid'].split()[0] >= '64000', 'capabilities', status['CapEff'].strip())
print('privileges', status['NoNewPrivs'].strip())
"""


@pytest.fixture
def course(folder, tmp_path, checkout):
    """A checkout with the submissions of the class of eight, and a hostile one."""
    mine = tmp_path / "course"
    shutil.copytree(folder, mine, symlinks=True)
    for student, (text, _) in the_class(checkout).items():
        (mine / "submissions" / student / LESSON).mkdir(parents=True)
        (mine / "submissions" / student / LESSON / "magics.ipynb").write_text(text)
    shutil.copytree(mine / "exercises" / LESSON, mine / "submissions" / "hostile" / LESSON)
    path = mine / "submissions" / "hostile" / LESSON / "magics.ipynb"
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "code", "id": "hostile", "metadata": {}, "source": HOSTILE, "outputs": []}
    notebook["cells"].insert(0, {**cell, "execution_count": None})
    path.write_text(json.dumps(notebook))
    if os.getuid() == 0:
        for each in (mine, *mine.rglob("*")):
            os.chown(each, UID, UID, follow_symlinks=False)
    return mine


def test_a_class_is_graded_without_network_and_privileges(course, engine, here, image, checkout):  # noqa: ARG001
    """One command grades it as it deserves; the host's user owns what is written; a submission finds no network."""
    command = ["docker", "compose", "--project-name", f"seams-test-grade-{os.getpid()}"]
    command += ["--file", course / "compose.yaml", "--file", here / "compose.network.yaml"]
    try:
        done = engine.call(*command, "run", "--rm", "grade", seconds=800, cwd=course)
    finally:
        engine.call(*command, "down", "--volumes", "--rmi", "local", "--remove-orphans", check=False)

    with sqlite3.connect(course / "gradebook.db") as book:
        scores = dict(book.execute(
            "select submitted_assignment.student_id, sum(coalesce(grade.manual_score, grade.auto_score))"
            " from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id"
            " join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id"
            " group by submitted_assignment.student_id"
        ))  # fmt: skip
    assert scores == {student: score for student, (_, score) in the_class(checkout).items()} | {"hostile": 0}
    # One file is no notebook and one has no tests: each is a row, and all that could be read have their feedback.
    states = {line.split()[0]: line.split()[4] for line in done.stdout.splitlines() if " of 10 " in line}
    assert (states["ada"], states["fay"], states["eve"]) == ("ok", "unreadable", "tampered")
    told = {path.parent.parent.name for path in (course / "feedback").glob(f"*/{LESSON}/magics.html")}
    assert told == set(scores) - {"fay"}
    uid = UID if os.getuid() == 0 else os.getuid()
    assert {path.stat().st_uid for path in (course / "gradebook.db", *(course / "feedback").rglob("*"))} == {uid}
    assert (course / "exercises" / LESSON).is_dir()

    (graded,) = (course / "autograded" / "hostile" / LESSON).glob("*.ipynb")
    (cell,) = [cell for cell in json.loads(graded.read_text())["cells"] if cell.get("id") == "hostile"]
    said = "".join(line for output in cell["outputs"] for line in output.get("text", []))
    assert said.splitlines() == [
        "interfaces ['lo']",
        "network PermissionError",
        "written OSError",  # nobody can: it is read-only
        *["written PermissionError"] * 2,
        *["read PermissionError"] * 2,
        f"another user True capabilities {'0' * 16}",
        "privileges 1",
    ]


def test_nothing_to_grade_is_said(engine, folder, here, image):  # noqa: ARG001
    """Without a submission one line says where they are looked for."""
    command = ["docker", "compose", "--profile", "grade", "--project-name", f"seams-test-none-{os.getpid()}"]
    command += ["--file", folder / "compose.yaml", "--file", here / "compose.network.yaml"]
    try:
        done = engine.call(*command, "run", "--rm", "grade", seconds=800, cwd=folder, check=False)
    finally:
        engine.call(*command, "down", "--volumes", "--rmi", "local", check=False)

    assert done.returncode == 1
    assert "grade: there is no submission. They are looked for at submissions/STUDENT/LESSON/" in done.stderr
