"""`seams check`: the learner's notebooks judged in fresh kernels, and left as they are."""

import contextlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys

import psutil
import pytest

from kernel_seams.checkout import Checkout, find_checkout
from kernel_seams.course.mine import my_notebooks
from kernel_seams.course.run import check_lesson
from kernel_seams.course.table import Lesson, Task, read_table

TITLES = {"double": "Twice a number", "again": "Thrice a number"}
LESSON = Lesson(
    id="01-one",
    title="One",
    minutes=5,
    goal="g",
    before="b",
    files=(),
    tasks=tuple(Task("01-one", name, title, 2, ("think",)) for name, title in TITLES.items()),
)
HOLE = "def {name}(number):\n    raise NotImplementedError()"
CHECK = "from kernel_seams.course import check\ncheck.call({name}, 4, expected={expected}, next_step='Multiply.')"


def code(source, identity=None, **mark):
    """A cell, with nbgrader's mark if it has an identity."""
    whole = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3, **mark}
    metadata = {"nbgrader": {"grade_id": identity, **whole}} if identity else {}
    return {
        "cell_type": "code", "id": identity or "plain", "metadata": metadata, "source": source,
        "outputs": [], "execution_count": None,
    }  # fmt: skip


def exercise():
    """A small released notebook: a helper, and two tasks with their checks."""
    cells = [code("WORD = 'salt'", "helper", locked=True)]
    for name, expected in (("double", 8), ("again", 12)):
        cells.append(code(HOLE.format(name=name), name, solution=True))
        check = CHECK.format(name=name, expected=expected)
        cells.append(code(check, f"{name}-check", grade=True, locked=True, points=2))
    kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernelspec}, "nbformat": 4, "nbformat_minor": 5}


def solved():
    """The same with both holes filled."""
    notebook = exercise()
    notebook["cells"][1]["source"] = "def double(number):\n    return 2 * number"
    notebook["cells"][3]["source"] = "def again(number):\n    return 3 * number"
    return notebook


@pytest.fixture
def course(tmp_path):
    """A checkout with one released lesson."""
    made = Checkout(tmp_path / "checkout")
    (made.exercises / LESSON.id).mkdir(parents=True)
    (made.exercises / LESSON.id / "one.ipynb").write_text(json.dumps(exercise()))
    (made.work / LESSON.id).mkdir(parents=True)
    return made


def have(course, content, name="one.ipynb"):
    """Let the learner have `content`, a notebook or a text."""
    path = course.work / LESSON.id / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def check(course, seconds=90):
    """What check_lesson finds, `{task: right}`, and the whole result."""
    result = check_lesson(course, LESSON, lambda *_: None, seconds)
    return {outcome.task.id: outcome.right for outcome in result.outcomes}, result


def only_problem(course):
    """The one problem of the learner's notebook, which is not run."""
    (mine,) = my_notebooks(course, LESSON)
    (problem,) = mine.problems
    return problem


def test_a_right_and_a_wrong_answer(course):
    """One task may be right while another is not, and that one is told the four things."""
    notebook = solved()
    notebook["cells"][3]["source"] = "def again(number):\n    return 2 * number"
    have(course, notebook)

    right, result = check(course)

    assert right == {"double": True, "again": False}
    assert result.problems == []
    assert result.outcomes[1].told.lines() == [
        "Received: 8", "Where:    again(4)", "Expected: 12", "Next:     Multiply.",
    ]  # fmt: skip


def test_nothing_of_the_learners_is_changed(course):
    """The notebook and the files beside it stay byte for byte, though its cells write files; no file is added."""
    notebook = solved()
    notebook["cells"].append(code("%%writefile mine.txt\nnew"))
    notebook["cells"].append(code("open('other.txt', 'w').write('x'); open('linked.txt', 'w').write('x')"))
    path = have(course, notebook)
    (path.parent / "mine.txt").write_text("old")
    (path.parent.parent / "elsewhere.txt").write_text("old")
    (path.parent / "linked.txt").symlink_to(path.parent.parent / "elsewhere.txt")
    before = {each: each.read_bytes() for each in course.work.rglob("*") if each.is_file()}

    assert check(course)[0] == {"double": True, "again": True}
    assert {each: each.read_bytes() for each in course.work.rglob("*") if each.is_file()} == before


def test_the_released_check_counts(course):
    """A check that was emptied, made a text or tagged to be skipped is asked as it was released."""
    notebook = exercise()
    notebook["cells"][2]["source"] = "pass"
    notebook["cells"][4]["metadata"]["tags"] = ["skip-execution"]
    have(course, notebook)

    assert check(course)[0] == {"double": False, "again": False}


def test_an_error_above_the_check_is_what_is_told(course):
    """A hole that does not run is named with its own error, not with what follows from it."""
    notebook = solved()
    notebook["cells"][1]["source"] = "def double(number)\n    return 2"
    have(course, notebook)

    right, result = check(course)

    assert right == {"double": False, "again": True}
    assert result.outcomes[0].told.received.startswith("SyntaxError: expected ':'")
    assert result.outcomes[0].told.where == "the cell of task double"


def test_what_ran_only_by_hidden_state_does_not_pass(course):
    """A name that only the learner's old kernel knew is unknown in a fresh one."""
    notebook = solved()
    notebook["cells"][1]["source"] = "def double(number):\n    return two_of_them * number"
    have(course, notebook)

    _, result = check(course)

    assert result.outcomes[0].told.received.startswith("NameError: name 'two_of_them' is not defined")


@pytest.mark.parametrize(
    ("source", "seconds", "received"),
    [
        pytest.param("while True:\n    pass", 10, "no end within 10 s", marks=pytest.mark.slow),
        ("import os\nos._exit(3)", 90, "the kernel's process ended"),
    ],
)
def test_a_cell_that_never_ends_or_ends_the_kernel(course, source, seconds, received):
    """What was checked before it stays judged; what comes after is told which cell it was."""
    notebook = solved()
    notebook["cells"].insert(3, code(f"# here\n{source}"))
    have(course, notebook)

    right, result = check(course, seconds)

    assert right == {"double": True, "again": False}
    assert result.outcomes[1].told.received == received
    assert result.outcomes[1].told.where == "the cell that begins with `# here`"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"cells": 3, "nbformat": 4}', '{"cells": [{}], "metadata": {}}']
)
def test_a_file_that_is_no_notebook_is_named(course, content):
    """Whatever is in the file, one line says so and what to do."""
    have(course, content)
    problem = only_problem(course)

    assert problem.startswith("work/01-one/one.ipynb is not a notebook: ")
    assert "; `seams reset 01-one` keeps what is there and lays a new one." in problem
    assert "\n" not in problem


def test_a_broken_file_with_a_checkpoint_is_told_of_it(course):
    """JupyterLab's own last save is pointed to."""
    path = have(course, "{")
    (path.parent / ".ipynb_checkpoints").mkdir()
    (path.parent / ".ipynb_checkpoints" / "one-checkpoint.ipynb").write_text("{}")

    assert only_problem(course).endswith("JupyterLab's last save is .ipynb_checkpoints/one-checkpoint.ipynb beside it.")


def test_a_file_that_is_not_there_or_was_renamed(course):
    """A missing notebook is named; one that was renamed is found by its cells."""
    assert only_problem(course).startswith("work/01-one/one.ipynb is not there; `seams reset 01-one`")

    have(course, solved(), "my one.ipynb")

    assert only_problem(course) == (
        "work/01-one/one.ipynb is not there, but my one.ipynb has its cells: rename it back."
    )


def test_another_kernel_is_named(course):
    """A notebook that would run elsewhere than it is graded says what to choose."""
    notebook = solved()
    notebook["metadata"]["kernelspec"]["name"] = "analysis"
    have(course, notebook)

    assert only_problem(course) == (
        "work/01-one/one.ipynb is for the kernel 'analysis', the lesson for 'python3': in JupyterLab choose "
        "Kernel > Change Kernel > Python 3 (ipykernel), and save."
    )


@pytest.mark.parametrize(
    ("number", "named"),
    [(0, "the helper cell 'helper'"), (1, "the cell of task double"), (2, "the check of task double")],
)
def test_a_deleted_cell_is_named(course, number, named):
    """Which cell is missing is said by what it is for."""
    notebook = solved()
    del notebook["cells"][number]
    have(course, notebook)

    assert only_problem(course).startswith(f"work/01-one/one.ipynb: {named} was deleted; undo that in JupyterLab")


def test_a_copied_cell_and_a_hole_that_is_no_code_are_named(course):
    """A second cell with the same mark, and a hole turned into text, are each a line."""
    notebook = solved()
    notebook["cells"].append(notebook["cells"][1])
    notebook["cells"][3] = {"cell_type": "raw", "id": "x", "metadata": notebook["cells"][3]["metadata"], "source": ""}
    have(course, notebook)
    (mine,) = my_notebooks(course, LESSON)

    assert mine.problems == [
        "work/01-one/one.ipynb: the cell of task double is there 2 times; delete the copies and keep the first.",
        "work/01-one/one.ipynb: the cell of task again is now a raw cell; make it code again.",
    ]


def test_a_task_is_judged_beside_a_deleted_one(course):
    """What can be run is judged; the task without its cell is neither right nor wrong."""
    notebook = solved()
    del notebook["cells"][3]
    have(course, notebook)

    assert check(course)[0] == {"double": True, "again": None}


@pytest.fixture
def seams(own_checkout, checkout):
    """A function that runs `seams ...` in a checkout of its own; `seams.work` is the learner's folder."""
    (own_checkout.root / "solutions").symlink_to(checkout.solutions)

    def run(*arguments, **more):
        return subprocess.run(
            [sys.executable, "-m", "kernel_seams", *arguments],
            env={**os.environ, "PYTHONPATH": str(own_checkout.root / "src")},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=170, **more,
        )  # fmt: skip

    run.checkout = own_checkout
    return run


def test_the_command_shows_a_table_and_remembers(seams, checkout):
    """A solved real lesson: each task with its points is right, exit 0, no word on stderr; progress.json knows it."""
    shutil.copytree(checkout.solutions / "01-prompts", seams.checkout.work / "01-prompts")
    done = seams("check", "01-prompts")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].split() == ["01-prompts.two-prompts", "3", "right"]
    assert done.stdout.endswith("4 of 4 tasks right.\n")
    remembered = json.loads(seams.checkout.progress.read_text())["checked"]
    assert remembered == {task.name: True for task in read_table(checkout.table).lesson("01-prompts").tasks}


def test_json_says_the_same(seams):
    """--json has every task and every problem; exit 1 where a notebook is missing; nothing is remembered of it."""
    done = seams("check", "05-kernels", "--json")
    said = json.loads(done.stdout)

    assert done.returncode == 1
    assert [task["task"] for task in said["tasks"]][-1] == "05-kernels.every"
    assert said["tasks"][0] == {"task": "05-kernels.client", "points": 2, "right": False, "told": None, "shown": ""}
    assert len(said["problems"]) == 2


def test_an_unknown_lesson_is_one_line(seams):
    """The nearest lesson is named, exit 1."""
    done = seams("check", "01-promts")

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    # The nearest comes first; which others are near depends on what lessons there are.
    assert line.startswith("seams: There is no lesson '01-promts'; did you mean 01-prompts or ")


def test_a_terminal_shows_how_far_it_is(seams, tmp_path):
    """On a terminal a bar is drawn on stderr and taken away again; in a pipe there is none."""
    shutil.copytree(seams.checkout.exercises / "05-kernels", seams.checkout.work / "05-kernels")
    (seams.checkout.work / "05-kernels" / "kernels.ipynb").unlink()
    reader, writer = pty.openpty()
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "kernel_seams", "check", "05-kernels"],
            env={**os.environ, "PYTHONPATH": str(seams.checkout.root / "src"), "TERM": "xterm"},
            stdin=subprocess.DEVNULL, stdout=out, stderr=writer,
        )  # fmt: skip
    os.close(writer)
    shown = b""
    with contextlib.suppress(OSError), open(reader, "rb", buffering=0) as terminal:  # noqa: PTH123
        while seen := terminal.read(4096):  # a terminal whose last writer is gone gives an error
            shown += seen
    assert process.wait(90) == 1
    printed = (tmp_path / "out").read_text()

    assert "05-kernels" in shown.decode()
    assert "05-kernels" in shown.decode()
    assert "05-kernels.every" in printed
    assert "    Received: " in printed


@pytest.mark.slow
@pytest.mark.parametrize("lesson", [each.id for each in read_table(find_checkout().table).lessons if each.tasks])
def test_every_lesson_solved_is_right_and_untouched_is_not(seams, checkout, lesson):
    """Every solution of a lesson is right by the released checks, the Bash notebook's too; no untouched hole is.

    What is wrong is told of each task; of a program whose stages stand on each other, of the first that fails.
    """
    first_alone = bool(read_table(checkout.table).lesson(lesson).part)
    for folder, right in ((checkout.solutions, True), (checkout.exercises, False)):
        shutil.rmtree(seams.checkout.work, ignore_errors=True)
        shutil.copytree(folder / lesson, seams.checkout.work / lesson)
        said = json.loads(seams("check", lesson, "--json").stdout)

        assert {task["right"] for task in said["tasks"]} == {right}
        wrong = [task for task in said["tasks"] if not right]
        for task in wrong[:1] if first_alone else wrong:
            assert task["told"]["where"] != f"the check of task {task['task'].partition('.')[2]}"
        assert said["problems"] == []


@pytest.mark.parametrize("at", ["a cell that runs", pytest.param("a kernel that starts", marks=pytest.mark.slow)])
def test_ctrl_c_ends_the_kernel_too(seams, tmp_path, wait_until, at):
    """Ctrl-C is one line and exit 130; neither a kernel nor a file of it is left."""
    folder = shutil.copytree(seams.checkout.exercises / "01-prompts", seams.checkout.work / "01-prompts")
    notebook = json.loads((folder / "prompts.ipynb").read_text())
    notebook["cells"].insert(0, code(f"open({str(tmp_path / 'runs')!r}, 'w').close()\nwhile True:\n    pass"))
    (folder / "prompts.ipynb").write_text(json.dumps(notebook))
    process = subprocess.Popen(
        [sys.executable, "-m", "kernel_seams", "check", "01-prompts"],
        env={**os.environ, "PYTHONPATH": str(seams.checkout.root / "src"), "TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    me = psutil.Process(process.pid)
    kernels = wait_until(me.children, "a kernel")
    if at == "a cell that runs":
        wait_until((tmp_path / "runs").exists, at)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=90)

    assert (process.returncode, out, err.lstrip()) == (130, "", "seams: stopped.\n")
    assert psutil.wait_procs(kernels, timeout=90)[1] == []
    assert not list(tmp_path.glob("seams-check-*"))
