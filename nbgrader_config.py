"""nbgrader's configuration: read by every `nbgrader ...` run in this folder, by JupyterLab and by `seams`.

Stock commands work as nbgrader's manual says. What differs from its defaults
is here, each line with its reason.
"""

from contextlib import suppress
from pathlib import Path

c = get_config()  # noqa: F821  (whoever loads a configuration file gives it this function)
root = Path(__file__).resolve().parent

# solutions/ -> exercises/ -> (a person) -> submissions/ -> autograded/ -> feedback/, and gradebook.db beside them.
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = "kernel-seams"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "submissions"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# The exchange is inside the checkout; a class with a shared disk names its own folder here.
exchange = root / ".workshop" / "exchange"
c.Exchange.root = str(exchange)
c.Exchange.cache = str(root / ".workshop" / "exchange-cache")
with suppress(OSError):  # nbgrader refuses an exchange that is not there; a read-only checkout needs none
    exchange.mkdir(parents=True, exist_ok=True)

# What a hole holds before it is filled. Stock has no stub for bash.
c.ClearSolutions.code_stub = {
    "python": "raise NotImplementedError()  # your code takes the place of this line",
    "bash": 'echo "not implemented" >&2; false  # your code takes the place of this line',
}

# A submission cannot leave out what is scored: no tag skips a cell, and a deleted test cell is put back.
c.Execute.skip_cells_with_tag = "no tag skips a cell when it is graded"
c.OverwriteCells.add_missing_cells = True

# Kernels that boot child processes on a busy machine need more than nbgrader's 30 seconds a cell and 60 to start.
c.Execute.timeout = 120
c.Execute.startup_timeout = 180

# `seams submit --zip` makes LESSON+NAME.zip; put into downloaded/LESSON/archive/ they are what zip_collect takes.
c.FileNameCollectorPlugin.named_regexp = r".*/[^/]+\+(?P<student_id>\w[\w.-]*)/(?P<file_id>[^/]+)$"
