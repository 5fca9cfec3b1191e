"""`%hint`, and the file that remembers how far a learner is."""

import json
import os
import subprocess
import sys

import pytest

from kernel_seams.course.hints import next_hint, overview
from kernel_seams.course.progress import hints_seen, read_progress, write_progress
from kernel_seams.course.table import Table, Task

TASK = Task(lesson="01-one", id="first", title="The first", points=2, hints=("look", "look again"))


def ipython(*lines, **variables):
    """What a plain IPython with the extension loaded prints for `lines`."""
    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from traitlets.config import Config\n"
        "config = Config({'HistoryManager': {'enabled': False}})\n"
        "shell = InteractiveShell.instance(config=config)\n"
        f"for line in {lines!r}: shell.run_cell(line)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=90, **variables)
    assert done.returncode == 0, done.stderr
    return done


def test_hints_come_one_at_a_time(tmp_path):
    """Each asking shows one level more, the last again when there is no other."""
    progress = tmp_path / "work" / "progress.json"

    assert next_hint(TASK, progress).startswith("Hint 1 of 2 for 01-one.first: look\n`%hint 01-one.first` again")
    assert next_hint(TASK, progress) == "Hint 2 of 2 for 01-one.first: look again\nThat was the last one."
    assert next_hint(TASK, progress).startswith("Hint 2 of 2")
    assert json.loads(progress.read_text()) == {"hints": {"01-one.first": 2}}


def test_hints_without_a_task_list_the_tasks(tmp_path):
    """`%hint` alone shows every task with how many of its hints were seen."""
    progress = tmp_path / "progress.json"
    next_hint(TASK, progress)
    lesson_table = Table(title="A course", lessons=())

    assert "`%hint TASK`" in overview(lesson_table, progress)
    assert hints_seen(progress, "01-one.first") == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"hints": 3}', b'{"hints": {"01-one.first": "x"}}', b"[" * 99999]
)
def test_a_broken_file_never_stops_a_learner(tmp_path, content):
    """Whatever the file holds, a hint is shown and remembered."""
    progress = tmp_path / "progress.json"
    progress.write_bytes(content)

    assert next_hint(TASK, progress).startswith("Hint 1 of 2")
    assert next_hint(TASK, progress).startswith("Hint 2 of 2")


def test_a_broken_file_is_kept_beside(tmp_path):
    """A file that cannot be read is moved, not overwritten."""
    progress = tmp_path / "progress.json"
    progress.write_text("{ half")
    next_hint(TASK, progress)

    assert (tmp_path / "progress.broken.json").read_text() == "{ half"


def test_what_others_keep_in_the_file_stays(tmp_path):
    """Remembering a hint changes nothing else in the file."""
    progress = tmp_path / "progress.json"
    write_progress(progress, {"format": 1, "hints": {"02-two.a": 1}})
    next_hint(TASK, progress)

    assert read_progress(progress) == {"format": 1, "hints": {"02-two.a": 1, "01-one.first": 1}}


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path):
    """Where nothing can be remembered, the first hint is shown each time."""
    (tmp_path / "work").write_text("a file where the folder should be")
    progress = tmp_path / "work" / "progress.json"

    assert next_hint(TASK, progress).startswith("Hint 1 of 2")
    assert next_hint(TASK, progress).startswith("Hint 1 of 2")


def test_the_magic_answers_in_one_line():
    """An unknown task is one line on stderr, without a stack; `%hint` lists the tasks of the real course."""
    done = ipython("%load_ext kernel_seams", "%hint 04-magics.clp", "%hint")

    assert done.stderr.strip().startswith("UsageError: There is no task '04-magics.clp'; did you mean 04-magics.clap")
    assert "\n" not in done.stderr.strip()
    assert "04-magics.clap" in done.stdout


def test_a_graded_notebook_asks_for_no_hint():
    """Under nbgrader's autograde the magic says and remembers nothing."""
    done = ipython(
        "%load_ext kernel_seams", "%hint 04-magics.clap", env={**os.environ, "NBGRADER_EXECUTION": "autograde"}
    )

    assert (done.stdout, done.stderr) == ("", "")
