"""The shell of lesson 07: another right way to write it, the neighbours it is given, and the kernel that runs it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.conform.run import run
from kernel_seams.course import stage
from kernel_seams.course.holes import finished
from kernel_seams.course.own import bench, command
from kernel_seams.course.stages import check_stages
from kernel_seams.course.table import read_table

LESSON = "07-shell"
OTHERS = Path(__file__).parent / "own_shells"


@pytest.fixture
def shell(checkout):
    """The text of the finished shell."""
    return finished((checkout.solutions / LESSON / "shell.py").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("program", sorted(OTHERS.glob("*.py")), ids=lambda path: path.stem)
def test_another_way_to_write_it_passes(own_checkout, program):
    """A shell that shares no line with ours, and no names but those a front-end asks for, gets every stage."""
    folder = own_checkout.work / LESSON
    folder.mkdir(parents=True)
    shutil.copy(program, folder / "shell.py")
    lesson = read_table(own_checkout.table).lesson(LESSON)
    outcomes = check_stages(own_checkout, lesson, lambda *_: None).outcomes

    assert [(outcome.task.id, outcome.told) for outcome in outcomes if not outcome.right] == []


def test_it_is_a_console(shell, tmp_path):
    """Run as a program it reads cells, shows results and errors, goes on in blocks, and ends with exit."""
    (tmp_path / "shell.py").write_text(shell)
    typed = "6 * 7\n_ + 1\nfor i in range(2):\n    print('line', i)\n\n1 / 0\nzip?\nexit\nprint('after')\n"
    done = subprocess.run(
        [sys.executable, "shell.py"], cwd=tmp_path, input=typed, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0
    for shown in ("Out[1]: 42", "Out[2]: 43", "line 0\nline 1\n", "yields n-length tuples"):
        assert shown in done.stdout
    assert "----> 1 1 / 0" in done.stderr
    assert "after" not in done.stdout


def test_an_error_that_is_its_own_cause_is_told_once(shell, tmp_path):
    """`raise error from error` goes round in a circle; the traceback does not, and the next cell runs."""
    (tmp_path / "shell.py").write_text(shell)
    typed = "error = ValueError('a circle')\nraise error from error\n6 * 7\nexit\n"
    done = subprocess.run(
        [sys.executable, "shell.py"], cwd=tmp_path, input=typed, capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stderr.count("ValueError: a circle")) == (0, 1)
    assert "Out[3]: 42" in done.stdout


def test_python_pickles_what_a_cell_defines(shell, tmp_path):
    """A class of a cell is found where pickle and dataclasses look for it, and inspect finds a function's source."""
    (tmp_path / "shell.py").write_text(shell)
    cell = "import pickle, inspect\nclass Jar:\n    lid = 1\nprint(pickle.loads(pickle.dumps(Jar())).lid)\n"
    cell += "def close():\n    pass\ninspect.getsource(close)"
    (tmp_path / "session.py").write_text(f"from shell import Shell\nprint(Shell().run_cell({cell!r}))\n")
    done = subprocess.run([sys.executable, "session.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert done.stdout.startswith("1\n")
    assert "def close():" in done.stdout.splitlines()[1]


@pytest.mark.slow
def test_the_kernel_keeps_every_rule_with_it(checkout, shell, tmp_path, monkeypatch):
    """Our kernel with our shell, and nothing but zmq and the standard library: all that stages 1 to 15 ask."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kernel.py").write_text(finished((checkout.solutions / "08-kernel" / "kernel.py").read_text()))
    (tmp_path / "shell.py").write_text(shell)
    with bench("kernel.py", "shell.py") as folder:
        report = run(command(folder / "kernel.py", "-f", "{connection_file}"), stage.snippets(), budget=90)

    assert [(each.rule.id, each.cause) for each in report.results if each.verdict == "failed"] == []
    assert report.passed
    assert report.counts()["passed"] > 95
