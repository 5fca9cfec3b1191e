"""Tests in Bash: each in a bash of its own that never runs a line of the student's.

The student's functions are stubs there: what one is given goes to the student's
bash, and its status and what it printed come back. So `[`, `echo` and the
helpers of a test are the real ones, whatever the student has made of theirs.

A test has passed if its last status is 0 and so was that of each of its commands.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from typing import Any

from kernel_seams.grading import outputs
from kernel_seams.grading.bash_student import BASH, pipe
from kernel_seams.grading.outputs import Output
from kernel_seams.grading.plan import WALLED, TestPlan
from kernel_seams.grading.standin import Ended, StandIn, TimedOut
from kernel_seams.grading.wall import GRACE, Wall

__all__ = ["BashTests"]

WORD = re.compile(r"[\w.:-]+")
LONGEST = 8 * 1024 * 1024
# Asks on descriptor 8, each part with a NUL after it: how many, the name, stdin, the arguments.
# The answer, on 9: the status and the lengths of what was printed, and that.
ASK = r"""
__seams_ask() {
    local LC_ALL=C __seams_in= __seams_status __seams_out __seams_err
    if [[ -p /dev/stdin || -f /dev/stdin ]]; then __seams_in=$(cat; builtin printf x); __seams_in=${__seams_in%x}; fi
    builtin printf '%s\0' "$#" "$1" "$__seams_in" "${@:2}" >&8
    IFS=' ' builtin read -r -u 9 __seams_status __seams_out __seams_err
    IFS= builtin read -r -d '' -N "$__seams_out" -u 9 __seams_out
    IFS= builtin read -r -d '' -N "$__seams_err" -u 9 __seams_err
    builtin printf '%s' "$__seams_out"
    builtin printf '%s' "$__seams_err" >&2
    return "$__seams_status"
}
"""
# A failure that is looked at, in an `if` or before `||`, is none; one inside a function is the function's to judge.
TEST = r"""
__seams_failed=
trap '__seams_failed=1' ERR
eval "$__seams_test"
__seams_status=$?
trap - ERR
[[ -z $__seams_failed ]] && exit "$__seams_status"
exit "$((__seams_status ? __seams_status : 1))"
"""


class Failed(Exception):  # noqa: N818  (what a test did)
    """The test ended with a status other than 0, or a command of it did."""


class BashTests:
    """Runs cells of the instructor's, each in a new bash."""

    def __init__(self, wall: Wall, seconds: float) -> None:
        self.took = TestPlan()
        self._wall = wall
        self._seconds = seconds
        self._helpers: list[str] = []  # the locked cells so far

    def learn(self, source: str, plan: TestPlan) -> bool:
        """Keep a locked cell for the tests, if it can be run."""
        shown, problem = self._bash(f"{source}\ntrue", {})
        self.took = plan
        if problem is None and not shown:
            self._helpers.append(source)
            return True
        return False

    def run(self, source: str, plan: TestPlan) -> tuple[list[Output], BaseException | None]:
        """Run a test with the functions and variables that the plan says: what it printed, and what it ended in."""
        self.took = plan
        try:
            wanted = set(WORD.findall(source)) if plan.discover else set(plan.names)
            if plan.discover:
                wanted -= self._names_of_helpers()
            found = self._wall.look(wanted) if wanted else {}
            self.took = TestPlan(WALLED, tuple(sorted(found)))
            return self._bash(source, found)
        except (Ended, TimedOut) as problem:
            return [], problem
        except Exception as problem:  # the student's side raised it: an answer that is too long, say
            return [outputs.error(type(problem).__name__, str(problem)[:300])], problem

    def _names_of_helpers(self) -> set[str]:
        """What the helpers define, and every bash knows."""
        command = "\n".join([*self._helpers, "compgen -A function -A builtin -A keyword -A variable"])
        done = subprocess.run([*BASH, "-c", command], capture_output=True, text=True, timeout=GRACE, check=False)
        return set(done.stdout.split())

    def _bash(self, source: str, found: dict[str, Any]) -> tuple[list[Output], BaseException | None]:
        """Run the cell in a new bash, and answer what it asks the student's."""
        functions = [name for name, value in found.items() if isinstance(value, StandIn)]
        stubs = [f'{name}() {{ __seams_ask {shlex.quote(name)} "$@"; }}' for name in functions]
        values = [f"{name}={shlex.quote(str(found[name]))}" for name in found if name not in functions]
        script = "\n".join([*values, *self._helpers, ASK, *stubs, f"__seams_test={shlex.quote(source)}", TEST])
        asked, ask = pipe()
        answers, answer = pipe()
        out, printed = pipe()
        redirect = f"exec 8>&{ask} 9<&{answers} {ask}>&- {answers}<&-\n"
        bash = subprocess.Popen(
            [*BASH, "-c", redirect + script],
            pass_fds=(ask, answers),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        for descriptor in (ask, answers, printed):
            os.close(descriptor)
        try:
            text = self._attend(asked, answer, out, found)
            status = bash.wait(GRACE)
            problem = None if status == 0 else Failed(f"status {status}")
        except subprocess.TimeoutExpired:
            raise TimedOut from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(bash.pid, signal.SIGKILL)
            bash.wait()
            for descriptor in (asked, answer, out):
                os.close(descriptor)
        shown = outputs.stream(text.decode(errors="replace"))
        return [*shown, *([outputs.error("", str(problem))] if problem else [])], problem

    def _attend(self, asked: int, answer: int, out: int, found: dict[str, Any]) -> bytes:
        """Answer what is asked until nothing can be any more: what was printed."""
        deadline = time.monotonic() + self._seconds
        printed, question, open_ends = b"", b"", [asked, out]
        while open_ends:
            ready = select.select(open_ends, [], [], max(0.0, deadline - time.monotonic()))[0]
            if not ready:
                raise TimedOut
            for end in ready:
                piece = os.read(end, 65536)
                if not piece:
                    open_ends.remove(end)
                elif end == out:
                    printed = (printed + piece)[:LONGEST]
                else:
                    question += piece
            parts = question.split(b"\0")
            if parts[0].isdigit() and len(parts) >= int(parts[0]) + 3:
                os.write(answer, self._answer(parts[1 : int(parts[0]) + 2], found))
                question = b""
        return printed

    def _answer(self, parts: list[bytes], found: dict[str, Any]) -> bytes:
        name, stdin, *words = parts
        function = found[name.decode()]
        told = function(stdin, *(word.decode("utf-8", "surrogateescape") for word in words))
        if type(told) is not dict:
            raise Ended
        status, out, err = (told.get(key) for key in ("status", "stdout", "stderr"))
        if type(status) is not int or type(out) is not bytes or type(err) is not bytes:
            raise Ended
        out, err = (text.replace(b"\0", b"") for text in (out, err))
        return b"%d %d %d\n%s%s" % (status & 255, len(out), len(err), out, err)
