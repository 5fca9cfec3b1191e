"""Hold the learner's own kernel to one stage of `seams conform`, and say what is wrong as every check does.

    from kernel_seams.course import stage

    stage.check("kernel.py", "sockets")

The program is copied aside and started there, with the shell that the course gives it. What a kernel may leave out is
asked for as well: here it is the lesson. The two traces, expected and came, are printed; the four lines are raised.
"""

from __future__ import annotations

import io
from typing import Any

from kernel_seams.console import plain
from kernel_seams.course.check import CheckFailed
from kernel_seams.course.own import EMPTY, NEIGHBOURS, NOT_YOURS, bench, command, unfilled
from kernel_seams.course.plain import printable
from kernel_seams.errors import CourseError

__all__ = ["check", "snippets"]

DISPLAY = "display('LEFT' + 'RIGHT')"  # as IPython has it, and the shell of lesson 07
# Whoever wants it to end has to end the process.
STUBBORN = """import time
print('LEFT' + 'RIGHT', flush=True)
for _ in range(2):
    try:
        time.sleep(SECONDS)
    except BaseException:
        pass"""
BUDGET = 60.0  # seconds for a stage, on a busy machine
LONGEST = 300


def check(program: str, name: str, interrupt_mode: str = "message") -> None:
    """Pass if the kernel in the file `program` keeps every rule of the stage `name`, else raise `CheckFailed`."""
    from kernel_seams.conform.run import run
    from kernel_seams.conform.table import stages

    wanted = next(each for each in stages() if each.name == name)
    with bench(program, *NEIGHBOURS) as folder:
        report = run(
            command(folder / program, "-f", "{connection_file}"),
            snippets(),
            only=[wanted.number],
            budget=BUDGET,
            stop_at_first_failure=True,
            strict=True,
            interrupt_mode=interrupt_mode,
        )
    if not report.counts()["passed"] and report.first_failure is None:
        raise CourseError(f"nothing of the stage {name} was asked; is this a learner's kit of another version?")
    failed = report.first_failure or next((each for each in report.results if each.verdict == "not reached"), None)
    if failed is not None:
        print(_shown(failed).replace(f"{folder}/", ""))
        raise _told(program, failed, wanted)


def snippets() -> Any:
    """What the rules need said to a kernel for Python whose shell has a `display`, code that will not stop included."""
    from kernel_seams.conform.snippets import Snippets, load

    python = load("python")
    more = {"display": DISPLAY, "stubborn": STUBBORN}
    return Snippets("python", python.languages, {**python.code, **more}, python.completion)


def _told(program: str, failed: Any, wanted: Any) -> CheckFailed:
    """The four things to tell of a rule that does not hold."""
    rule, row = failed.rule, next((each for each in failed.rows if not each.agrees), None)
    words = failed.stderr.strip().splitlines()
    last = words[-1].strip() if words else ""
    hole = unfilled(program, wanted.name, failed.stderr)
    received = (row.came if row is not None and row.came is not None else "nothing") if failed.rows else failed.cause
    if NOT_YOURS in last:
        received = f"{received.rstrip('.')}, with the last words: {last}"
        step = f"Take the import out: {program} stands on the standard library and zmq."
    elif hole:
        step = f"{EMPTY.format(hole=hole, program=program)} {wanted.goal}"
        # Silence, or an end by NotImplementedError, is what an empty function gives; this is something else.
        if row is not None and row.came is not None and "NotImplementedError" not in failed.stderr:
            step += f" If this rule does not need it: {failed.next}"
    else:
        cause = failed.cause if failed.cause.endswith((".", "?", "!")) else f"{failed.cause}."
        step = f"{cause} {failed.next}" if failed.cause != received else failed.next
    return CheckFailed(
        received=printable(received, LONGEST),
        where=f"stage {wanted.number}, {wanted.name}: the rule {rule.id}",
        expected=printable(rule.says, LONGEST),
        next_step=printable(step, 2 * LONGEST),
    )


def _shown(failed: Any) -> str:
    """The two traces side by side, and what the program wrote to stderr."""
    from rich.console import Console

    from kernel_seams.conform.show import traces

    out = io.StringIO()
    if failed.rows:
        Console(file=out, width=110, markup=False, emoji=False, highlight=False).print(traces(failed.rows))
    shown = [line.rstrip() for line in out.getvalue().splitlines()]
    words = [f"    {plain(line)}" for line in failed.stderr.splitlines()]
    return "\n".join([*shown, "  stderr", *words] if words else shown)
