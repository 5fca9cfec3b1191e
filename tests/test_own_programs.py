"""Programs that a learner writes: their holes, how they are run, what is told of them, and beginning a stage anew."""

import os
import subprocess
import sys
from itertools import islice

import pytest

from kernel_seams.course import fronts, shells, stage
from kernel_seams.course.again import lay_solution, reset_stage, stage_solution
from kernel_seams.course.check import CheckFailed
from kernel_seams.course.holes import finished, holes, leave_what_is_released, replaced
from kernel_seams.course.overview import standings
from kernel_seams.course.own import bench, command
from kernel_seams.course.stages import changes, check_stages, judge
from kernel_seams.course.table import read_table
from kernel_seams.errors import CourseError

KERNEL = "08-kernel"
SOLVED = '''"""A program."""


class Machine:
    @property
    def speed(self):
        """How fast."""
        # TODO run: Say 3,
        # and nothing else.
        ### BEGIN SOLUTION or return 0
        if self:
            return 3
        ### END SOLUTION

    def stop(self):
        # TODO end: Stop.
        ### BEGIN SOLUTION
        pass
        ### END SOLUTION


def given():
    return 1
'''


@pytest.fixture
def table(checkout):
    """The real table."""
    return read_table(checkout.table)


@pytest.fixture
def mine(own_checkout, checkout):
    """A checkout of this test's own, in which the learner has the kernel as it was released."""
    (own_checkout.root / "solutions").symlink_to(checkout.solutions)
    folder = own_checkout.work / KERNEL
    folder.mkdir(parents=True)
    for path in (checkout.exercises / KERNEL).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return own_checkout


def seams(mine, *arguments, **more):
    """The finished run of `seams ...` in the checkout `mine`."""
    return subprocess.run(
        [sys.executable, "-m", "kernel_seams", *arguments],
        env={**os.environ, "PYTHONPATH": str(mine.root / "src")}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=100, **more,
    )  # fmt: skip


def test_a_hole_is_a_function_with_a_todo():
    """Each is found with its task and its lines, decorators included; what has no TODO is no hole."""
    assert [(hole.task, hole.name, hole.first) for hole in holes(SOLVED)] == [
        ("run", "Machine.speed", 5),
        ("end", "Machine.stop", 15),
    ]


def test_what_is_released_is_what_the_mark_says():
    """`or ...` stands in the place of that solution, indented as it was; the others are left to nbgrader."""
    released = leave_what_is_released(SOLVED)

    assert "        # and nothing else.\n        return 0  # your code takes the place of this line\n\n" in released
    assert released.count("BEGIN SOLUTION") == 1


def test_a_finished_program_has_neither_marks_nor_todos():
    """What is laid as a solution is a program to be read: nothing in it speaks of holes, and it is the same program."""
    text = finished(SOLVED)

    assert not any(word in text for word in ("TODO", "###", "nothing else"))
    assert "            return 3\n" in text


def test_functions_are_put_in_by_their_names():
    """Those of the other text take the place of their namesakes; one that is missing is a KeyError with its name."""
    answer = "class Machine:\n    @property\n    def speed(self):\n        return 4\n"
    text = replaced(SOLVED, answer)

    assert "        return 4\n" in text
    assert "return 3" not in text
    with pytest.raises(KeyError, match="nowhere"):
        replaced(SOLVED, "def nowhere():\n    pass\n")


def test_the_released_kernel_holds_no_solution(checkout):
    """Each function that is to be written has its TODO and one line, and no task of the table is without a place."""
    released = (checkout.exercises / KERNEL / "kernel.py").read_text()
    solved = (checkout.solutions / KERNEL / "kernel.py").read_text()

    assert [hole.name for hole in holes(released)] == [hole.name for hole in holes(solved)]
    assert released.count("# your code takes the place of this line") == solved.count("### BEGIN SOLUTION")
    assert "### " not in released
    assert "compare_digest(signature" not in released


def test_the_untouched_kernel_is_told_what_to_do_first(mine, table, capsys):
    """Its first stage fails with the function to begin with, and no stage after it is tried."""
    result = judge(mine, table.lesson(KERNEL), lambda done, total: print(done, "of", total))
    first, *later = result.outcomes

    assert (first.task.id, first.right) == ("sockets", False)
    assert [outcome.right for outcome in later] == [None] * 13
    assert first.told.received == "The program ended by itself, with exit code 1."
    assert first.told.next.startswith("`bind`, line ")
    assert first.told.next.endswith(
        " of kernel.py, is still empty: do what its TODO says. The program reads the connection file and binds five "
        "sockets at the ports it names."
    )
    assert "raise NotImplementedError()  # your code takes the place of this line" in first.shown
    assert str(mine.root) not in first.shown
    assert capsys.readouterr().out.splitlines()[:2] == ["0 of 14", "1 of 14"]


def test_a_stage_is_right_when_it_is_written(mine, table):
    """With the functions of the first two stages in it the kernel passes those, and the third is told what to do."""
    path = mine.work / KERNEL / "kernel.py"
    lesson = table.lesson(KERNEL)
    for task in lesson.tasks[:2]:
        path.write_text(replaced(path.read_text(), as_functions(stage_solution(mine, lesson, task))))
    outcomes = check_stages(mine, lesson, lambda *_: None).outcomes

    assert [outcome.right for outcome in outcomes][:4] == [True, True, False, None]
    assert outcomes[2].told.next.startswith("`sign`, line ")


def as_functions(text):
    """A stage's solution as a program that `replaced` takes: a method stands in its class."""
    return text if not text.startswith(" ") else f"class Wire:\n{text}"


@pytest.mark.parametrize(
    ("text", "received", "where"),
    [
        (None, "no such file", "kernel.py, beside this lesson's notebook"),
        ("def f(:\n", "SyntaxError: invalid syntax", "kernel.py, line 1"),
        ("x = 1\n", "The program ended by itself, with exit code 0.", "stage 1, sockets: the rule start.runs"),
    ],
)
def test_a_file_that_is_no_program_is_told_so(tmp_path, monkeypatch, text, received, where):
    """A missing file, one that is no Python, one that does nothing: four lines, as for any answer."""
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "kernel.py").write_text(text)
    with pytest.raises(CheckFailed) as caught:
        stage.check("kernel.py", "sockets")
    lines = str(caught.value).splitlines()

    assert lines[0] == f"Received: {received}"
    assert lines[1] == f"Where:    {where}"


@pytest.mark.parametrize("of", [shells, fronts])
@pytest.mark.parametrize(
    ("text", "received"),
    [(None, "no such file"), ("def f(:\n", "SyntaxError: invalid syntax"), (b"\xff", "bytes that")],
)
def test_a_shell_and_a_front_end_that_cannot_be_read_are_told_so(tmp_path, monkeypatch, of, text, received):
    """The same for the programs of 07 and 09, before anything is asked of them."""
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / of.PROGRAM).write_bytes(text if isinstance(text, bytes) else text.encode())
    ask = (lambda: shells.values(["1"])) if of is shells else (lambda: fronts.texts([]))
    with pytest.raises(CheckFailed) as caught, of.stage("echo"):
        ask()

    assert str(caught.value).splitlines()[0].startswith(f"Received: {received}")


def test_somebody_elses_kernel_is_no_answer(tmp_path, monkeypatch):
    """A program that is ipykernel in disguise fails at stage one, and is told to take the import out."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kernel.py").write_text("from ipykernel.kernelapp import launch_new_instance\nlaunch_new_instance()\n")
    with pytest.raises(CheckFailed) as caught:
        stage.check("kernel.py", "sockets")

    assert "with the last words: ImportError: ipykernel does not count as your own" in str(caught.value)
    assert "Take the import out: kernel.py stands on the standard library and zmq." in str(caught.value)


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ("import zmq, json, sqlite3", True),
        ("import helper; print(helper.x)", True),
        ("import ipython_shell", True),
        ("import not_there_at_all", None),
        ("import IPython", False),
        ("import importlib; importlib.import_module('jupyter_client')", False),
        ("exec('import ipykernel')", False),
        ("import os, sys; os.execv(sys.executable, [sys.executable, '-m', 'ipykernel_launcher', '--help'])", False),
    ],
)  # fmt: skip
def test_what_a_program_may_import(tmp_path, monkeypatch, source, allowed):
    """The standard library, zmq, its own files, the course's neighbour with all that it imports; no child more."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "it.py").write_text(f"{source}\nprint('imported')\n")
    (tmp_path / "helper.py").write_text("x = 1\n")
    (tmp_path / "ipython_shell.py").write_text("import IPython.core.interactiveshell\n")
    with bench("it.py", "helper.py", "ipython_shell.py") as folder:
        done = subprocess.run(command(folder / "it.py"), capture_output=True, text=True, timeout=60)

    assert ("imported" in done.stdout) == (allowed is True)
    assert ("does not count as your own" in done.stderr) == (allowed is False)
    assert ("No module named 'not_there_at_all'" in done.stderr) == (allowed is None)


def test_one_stage_is_begun_anew(mine, table):
    """Its functions are as released, every other line stays, and what was there is kept beside."""
    path, lesson = mine.work / KERNEL / "kernel.py", table.lesson(KERNEL)
    released = path.read_text()
    wrong = "def sign(key, parts):\n    return b'no'\n\n\ndef my_own():\n    return 1\n"
    mine_too = "\n\ndef my_own():\n    return 1\n"
    path.write_text(replaced(released, "def sign(key, parts):\n    return b'no'\n") + mine_too)
    before = path.read_bytes()
    kept, names = reset_stage(mine, lesson, table.task("08-kernel.signature"))

    assert names == ["sign", "pack", "unpack"]
    assert path.read_text() == released + mine_too
    assert kept.read_bytes() == before
    path.write_text(wrong)
    with pytest.raises(CourseError, match="has no function `pack` any more; `seams reset 08-kernel` keeps"):
        reset_stage(mine, lesson, table.task("08-kernel.signature"))
    path.write_text("def broken(:\n")
    with pytest.raises(CourseError, match="is no Python, first in line 1: mend that"):
        reset_stage(mine, lesson, table.task("08-kernel.signature"))
    assert path.read_text() == "def broken(:\n"


def test_reset_and_solution_of_a_stage_as_commands(mine):
    """Each takes a stage by its name; what has no stages says so, in a line."""
    done = seams(mine, "reset", "08-kernel.sockets", "--yes")
    assert done.stdout.startswith(
        "work/08-kernel/kernel.py: bind as released; what you had is in work/08-kernel/kernel."
    )
    refused = seams(mine, "reset", "08-kernel.sockets")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    done = seams(mine, "solution", "08-kernel.heartbeat")
    assert done.stdout.startswith("    def echo(self, frames):\n")
    assert '        self.sockets["hb"].send_multipart(frames)\n' in done.stdout
    for name, said in (
        ("01-prompts.layers", "has no program with stages"),
        ("08-kernel.robust", "no function of its own"),
    ):
        refused = seams(mine, "solution", name)
        assert refused.returncode == 1
        assert said in refused.stderr


def test_a_solution_that_was_opened_is_known(mine, table):
    """The progress tells a stage's solution from the whole one, which is laid as a program to be read."""
    lesson = table.lesson(KERNEL)
    stage_solution(mine, lesson, table.task("08-kernel.sockets"))
    (standing,) = (each for each in standings(table, mine.progress) if each.lesson == lesson)
    assert standing.words == "0 of 14 right, 1 of its stages' solutions opened"
    laid = lay_solution(mine, lesson)
    (standing,) = (each for each in standings(table, mine.progress) if each.lesson == lesson)
    assert standing.words == "0 of 14 right, solution opened"
    assert {path.name for path in laid} == {"kernel.py", "your_kernel.solution.ipynb"}
    assert "TODO" not in next(path for path in laid if path.suffix == ".py").read_text()


def test_a_saved_file_is_seen(tmp_path):
    """A watch yields once for what is saved together, and again for the next time."""
    (tmp_path / "a.py").write_text("1")
    steps = iter(
        [
            lambda: None,
            lambda: (tmp_path / "a.py").write_text("22"),
            lambda: (tmp_path / "b.py").write_text("1"),
            lambda: None,
            lambda: (tmp_path / "b.py").unlink(),
            lambda: None,
        ]
    )

    assert len(list(islice(changes(tmp_path, pause=lambda _: next(steps)()), 2))) == 2


@pytest.mark.slow
def test_watching_checks_again_when_a_file_is_saved(mine, wait_until):
    """`seams check 08-kernel --watch` shows the first stage, after a save the next; Ctrl-C ends it in a line."""
    command = [sys.executable, "-m", "kernel_seams", "check", KERNEL, "--watch"]
    out = mine.root / "out"
    with out.open("w") as stdout:
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(mine.root / "src"), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    try:
        wait_until(lambda: "Save a file in work/08-kernel and it is checked again" in out.read_text(), out.read_text)
        path = mine.work / KERNEL / "kernel.py"
        solved = (mine.solutions / KERNEL / "kernel.py").read_text()
        path.write_text(replaced(path.read_text(), solved, ["bind"]))
        wait_until(lambda: "the rule heartbeat.echo" in out.read_text(), out.read_text)
        process.send_signal(2)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == "seams: stopped."
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_watch_wants_one_lesson(mine):
    """Without a lesson, or with --json, it is bad usage."""
    refused = seams(mine, "check", "--watch")

    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
