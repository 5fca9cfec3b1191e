"""What a check may ask of the learner's own shell: the cells of one session in, plain data out.

    from kernel_seams.course import check, shells

    with shells.stage("echo"):
        check.call(shells.values, ["6 * 7", "x = 3"], expected=["42", None], next_step=...)

Each call starts `shell.py` in a process of its own, under the guard of `course.own`, runs the cells one after the
other in one `Shell`, and hands back what was asked for.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from kernel_seams.course import own
from kernel_seams.course.check import CheckFailed
from kernel_seams.course.own import EMPTY, NOT_YOURS, bench, command, unfilled
from kernel_seams.course.plain import printable

__all__ = ["ask", "data", "errors", "prints", "results", "stage", "values"]

PROGRAM = "shell.py"
SECONDS = 60
LAST_WORDS = 3


def values(cells: Sequence[str]) -> list[object]:
    """What each cell shows as its result, as text; None where it shows none, and the error where it ends in one."""
    return [_value(said) for said in _run(cells)["results"]]


def data(cells: Sequence[str]) -> object:
    """All forms of the last cell's result by MIME type, None if it has none."""
    return _run(cells)["results"][-1].get("data")


def prints(cells: Sequence[str]) -> list[str]:
    """What each cell prints, on both streams."""
    return [str(text) for text in _run(cells)["printed"]]


def errors(cells: Sequence[str]) -> list[str]:
    """The lines of the last cell's traceback; empty if it ends in no error."""
    return [line for text in _run(cells)["results"][-1].get("traceback", []) for line in str(text).splitlines()]


def results(cells: Sequence[str], *fields: str, **options: bool) -> list[object]:
    """Of each cell's result these `fields`, None where one is missing; `options` are those of run_cell for the last."""
    return [{name: said.get(name) for name in fields} for said in _run(cells, options)["results"]]


def ask(cells: Sequence[str], method: str, *arguments: object) -> object:
    """What `method`, complete, inspect or is_complete, answers after the cells have been run."""
    return _run(cells, {}, method, arguments)["answer"]


def stage(task: str) -> AbstractContextManager[None]:
    """Where a check in here fails and a function of the stage `task` is still empty, say so first."""
    return own.stage(PROGRAM, task, TAKE_IT_OUT)


def _value(said: dict[str, Any]) -> object:
    if said.get("status") == "error":
        return f"{said.get('ename')}: {said.get('evalue')}"
    shown = said.get("data")
    return shown.get("text/plain") if isinstance(shown, dict) else None


def _run(
    cells: Sequence[str], options: dict[str, bool] | None = None, method: str = "", arguments: Sequence[object] = ()
) -> dict[str, Any]:
    """What the child process says of one session; `CheckFailed` if it came to no end."""
    job = {"cells": list(cells), "options": options or {}, "method": method, "arguments": list(arguments)}
    with bench(PROGRAM) as folder:
        (folder / "session.py").write_text(SESSION, encoding="utf-8")
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        try:
            done = subprocess.run(
                command(folder / "session.py"), cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
            )
            said, code = done.stderr, f"the process ended with exit code {done.returncode}"
        except subprocess.TimeoutExpired as waited:
            said = waited.stderr.decode(errors="replace") if isinstance(waited.stderr, bytes) else ""
            code = f"no answer within {SECONDS} seconds"
        answer = folder / "answer.json"
        if answer.is_file():
            found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
            return found
        asked = f"{method}({', '.join(map(repr, arguments))})" if (folder / "asking").is_file() else ""
    raise _ended(cells, said, code, asked)


def _ended(cells: Sequence[str], said: str, code: str, asked: str) -> CheckFailed:
    """The four things to tell where the shell's process gave no answer; `asked` is the question it was at, if any."""
    lines = [line.strip() for line in said.strip().splitlines()]
    last = lines[-1] if lines else ""
    hole = unfilled(PROGRAM, "", said)
    where = next((line for line in reversed(lines) if f'{PROGRAM}"' in line), "")
    line = where.partition(", line ")[2].partition(",")[0]
    usual = ASKED if asked else OUTSIDE
    step = usual if hole is None else EMPTY.format(hole=hole, program=PROGRAM)
    after = f"with the cells {printable(repr(list(cells)), 120)}" if cells or not asked else ""
    question = f"asked {printable(asked, 120)}" if asked else ""
    places = [f"line {line}" if line else "", question, after if question or not line else ""]
    return CheckFailed(
        received=printable(f"{last or code}", 300),
        where=", ".join([PROGRAM, *filter(None, places)]),
        expected="an answer to that question" if asked else "an answer of the shell for each cell",
        next_step=TAKE_IT_OUT if NOT_YOURS in last else step,
    )


TAKE_IT_OUT = f"Take the import out: {PROGRAM} stands on the standard library."
ASKED = "No question may end in an error: where nothing fits or is known, that is the answer. Look at that line."
OUTSIDE = "An error in a cell is a result of run_cell. This one came out of the shell itself: look at that line."


# Runs in the child process. What the learner's code prints or raises while it is imported is not caught.
SESSION = """
import contextlib, io, json

with open("job.json", encoding="utf-8") as file:
    job = json.load(file)
import shell

mine = shell.Shell()
told = {"results": [], "printed": [], "answer": None}
for number, code in enumerate(job["cells"], 1):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        last = job["options"] if number == len(job["cells"]) else {}
        told["results"].append(mine.run_cell(code, **last))
    told["printed"].append(out.getvalue())
if job["method"]:
    open("asking", "w").close()
    told["answer"] = getattr(mine, job["method"])(*job["arguments"])
text = json.dumps(told)
with open("answer.json", "w", encoding="utf-8") as file:
    file.write(text)
"""
