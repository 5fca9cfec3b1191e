"""The magics of the course: `%load_ext kernel_seams`, then `%hint TASK` and `%progress`."""

from __future__ import annotations

import os

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class

from kernel_seams.checkout import require_checkout
from kernel_seams.course.hints import next_hint, overview
from kernel_seams.course.overview import overview as standing
from kernel_seams.course.table import read_table
from kernel_seams.errors import SeamsError


@magics_class
class CourseMagics(Magics):
    """What a learner asks from inside a notebook."""

    @line_magic
    def hint(self, line: str) -> None:
        """`%hint 04-magics.clap` shows the next hint of a task, `%hint` lists the tasks."""
        if "NBGRADER_EXECUTION" in os.environ:
            return  # a graded notebook has no learner in front of it
        try:
            checkout = require_checkout("seams")
            table = read_table(checkout.table)
            name = line.strip()
            print(next_hint(table.task(name), checkout.progress) if name else overview(table, checkout.progress))
        except SeamsError as error:
            raise UsageError(str(error)) from None  # IPython prints one line and no stack

    @line_magic
    def progress(self, line: str) -> None:
        """`%progress` says how far you are: what `seams check` found, hints seen, solutions opened."""
        if "NBGRADER_EXECUTION" in os.environ:
            return
        if line.strip():
            raise UsageError(f"`%progress` takes nothing after it, and got {line.strip()!r}.")
        try:
            checkout = require_checkout("seams")
            print(standing(read_table(checkout.table), checkout.progress))
        except SeamsError as error:
            raise UsageError(str(error)) from None


def load(ipython: InteractiveShell) -> None:
    """Register the magics with `ipython`."""
    ipython.register_magics(CourseMagics)
