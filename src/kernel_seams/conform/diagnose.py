"""Why a rule did not hold, as far as it can be seen: a program that ended, silence, a bad signature, a lost parent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kernel_seams.conform.lab import Broken, Lab
    from kernel_seams.conform.table import Rule

# In these stages it is judged itself whether the program ends.
ENDS = (1, 13)
INTERRUPTS = 12
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")


def readable(text: str) -> str:
    """What a program wrote, without the sequences that colour it on a terminal."""
    return ESCAPES.sub("", text)


def diagnose(lab: Lab, rule: Rule, broken: Broken, written: str) -> tuple[str, str]:
    """The likely cause and the next step for `rule`, which does not hold; `written` is its stderr meanwhile."""
    cause, step = broken.cause or rule.cause, broken.next or rule.next
    if lab.late:
        cause = f"The {lab.budget:g} s of this stage were used up before it came: the kernel is slow, or waits."
        return cause, "Give it more time with --budget, and see whether that changes anything."
    program, words = lab.program, written.strip().splitlines()
    if rule.id == "start.runs" and words and program is not None and program.code:
        return f"It failed before it could wait for messages: {words[-1]}", "Mend that first; the whole of it is below."
    if program is not None and program.how_it_ended() and rule.stage not in ENDS and not broken.cause:
        cause = f"{program.how_it_ended()} {'Its last words: ' + words[-1] if words else 'It wrote nothing to stderr.'}"
        if rule.stage != INTERRUPTS:
            step = "Find out what ended it: send that message alone, read its stderr. Only shutdown may end a kernel."
    elif any(row.came and "does not verify" in row.came for row in broken.rows) and rule.id != "sign.verifies":
        cause = "A message came, but its signature does not verify: a front-end drops it without a word."
        step = "See the rule sign.verifies: sign the very bytes of the four frames that are sent."
    elif any(row.came and "no parent_header" in row.came for row in broken.rows) and not broken.cause:
        cause = "A message came without parent_header: a front-end cannot tell which request it belongs to."
        step = "Send the header of the request along as parent_header, in replies and on iopub."
    elif _has(broken, "status busy", came=True) and _has(broken, "status idle", came=False):
        cause = "Busy is published and idle is not, or with another parent: a front-end shows it as busy for ever."
    return cause, step


def _has(broken: Broken, expected: str, *, came: bool) -> bool:
    """Whether a message was expected, and whether it came."""
    return any(row.expected == expected and row.agrees is came for row in broken.rows)
