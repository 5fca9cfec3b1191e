"""Run the answers of `wrong_answers/` in a lesson's notebook, quickly: one plain IPython shell, forked at each hole.

Reads a job as JSON on stdin and writes what came out as JSON on stdout:

    {"cells": [{"source": ..., "task": ..., "check": ...}, ...],   the solved notebook's code cells, in order
     "visible": {check: source},                                   the released checks
     "answers": {task: {name: source}}}                            what stands in the hole instead

    {task: {name: {"visible": text, "graded": text}, "solved": {...}}}

A text is what the learner reads in place of a stack; empty if the check passed.
A source whose first line is `#!bash` is a cell of a Bash notebook; its text is what it prints if its status is not 0.
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

# So that no fork has to import them again.
from kernel_seams.course import ask, check  # noqa: F401

BASH = "#!bash\n"
bash_history = []  # the cells of the Bash notebook so far; each is run after them in a new bash


def run_bash(source):
    """What the cell prints if its last command ends with a status other than 0, or an empty text."""
    before = "\n".join(bash_history)
    bash_history.append(source)
    done = subprocess.run(
        ["bash", "-c", f"exec 3>&1 >/dev/null 2>&1\n{before}\nexec >&3 2>&1\n{source}"], capture_output=True, text=True
    )
    return (done.stdout.rstrip("\n") or f"status {done.returncode}") if done.returncode else ""


def run(shell, source):
    """What the cell ends in: the lines IPython would show in place of a stack, or an empty text."""
    if source.startswith(BASH):
        return run_bash(source.removeprefix(BASH))
    with contextlib.redirect_stdout(io.StringIO()):
        result = shell.run_cell(source)
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return ""
    render = getattr(error, "_render_traceback_", None)
    return "\n".join(render()) if render else f"{type(error).__name__}: {error}"


def in_fork(work):
    """The JSON value of `work()`, run in a fork of this process with its own copy of the current folder."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with tempfile.TemporaryDirectory() as folder, os.fdopen(writer, "w") as pipe:
            shutil.copytree(".", folder, dirs_exist_ok=True)
            os.chdir(folder)
            json.dump(work(), pipe)
            pipe.flush()
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"visible": "the process ended", "graded": "the process ended"}


def answer(shell, source, rest, visible):
    """What the learner reads, and what a grader sees, with `source` in the hole and the cells of `rest` after it."""
    run(shell, source)
    for cell in rest:
        if cell["check"]:
            # The graded check is the released one with more lines in it: what fails the one fails the other.
            seen = run(shell, visible[cell["check"]])
            return {"visible": seen, "graded": seen or run(shell, cell["source"])}
        run(shell, cell["source"])
    raise LookupError("no check comes after this hole")


def play(job):
    """Walk through the solved notebook once; at each hole, fork for each answer to it."""
    config = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    shell = InteractiveShell.instance(config=config)
    sys.path.insert(0, "")
    outcomes, task = {}, ""
    for number, cell in enumerate(job["cells"]):
        if cell["task"]:
            task, rest = cell["task"], job["cells"][number + 1 :]
            outcomes[task] = {
                name: in_fork(lambda source=source, rest=rest: answer(shell, source, rest, job["visible"]))
                for name, source in job["answers"].get(task, {}).items()
            }
        text = run(shell, cell["source"])
        if cell["check"]:
            outcomes[task]["solved"] = {"graded": text}
    return outcomes


if __name__ == "__main__":
    received = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = str(Path(folder, "ipython"))
        Path(folder, "cwd").mkdir()
        os.chdir(Path(folder, "cwd"))
        json.dump(play(received), sys.__stdout__)
        os.chdir("/")
