"""nbgrader's configuration: read by every `nbgrader ...` run in this folder, by JupyterLab and by `seams`.

Stock commands work as nbgrader's manual says. What differs from its defaults
is here, each line with its reason.
"""

import re
from contextlib import suppress
from pathlib import Path

from kernel_seams.course.holes import learners_files
from kernel_seams.course.table import lessons_on_loopback
from kernel_seams.grading.config import configure
from kernel_seams.workshop.rooms import lead_to_nbgrader_config

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
c.Exchange.assignment_dir = str(root / "work")  # where a learner's own copy is
lead_to_nbgrader_config(root)  # the assignment list of JupyterLab reads these settings again, in that folder
with suppress(OSError):  # nbgrader refuses an exchange that is not there; a read-only checkout needs none
    exchange.mkdir(parents=True, exist_ok=True)

# Who sent an archive has no place there; everybody else's feedback is released all the same.
c.ExchangeFactory.release_feedback = "kernel_seams.course.exchange.ReleaseFeedback"

# zip_collect reads downloaded/LESSON/archive/STUDENT.zip, or LESSON+STUDENT.zip as `seams submit --zip` makes it.
# Whose it is says the archive's name alone, nothing inside it.
extracted = re.escape(str(root / "downloaded")) + r"/[^/]+/extracted/(?:[^/+]+\+)?"
c.FileNameCollectorPlugin.named_regexp = extracted + r"(?P<student_id>\w[\w.@-]*)/(?:.*/)?(?P<file_id>[^/]+)"

# What a hole holds before it is filled. Stock has no stub for bash.
c.ClearSolutions.code_stub = {
    "python": "raise NotImplementedError()  # your code takes the place of this line",
    "bash": 'echo "not implemented" >&2; false  # your code takes the place of this line',
}

# Between nbgrader's own steps stand a few of ours, each of them a class of this module with its reason.
ours = "kernel_seams.course.autograde"
theirs = "nbgrader.preprocessors"

# exercises/ is committed, so it is there before anybody generates it: what is made may be made again.
c.GenerateAssignment.force = True

# A file with a hole is released with it, and the learner's is graded; any other file of a lesson is the course's.
c.GenerateAssignment.preprocessors = [
    *(f"{theirs}.{step}" for step in ("IncludeHeaderFooter", "InstantiateTests", "LockCells", "ClearSolutions")),
    *(f"{theirs}.{step}" for step in ("ClearOutput", "CheckCellMetadata", "ComputeChecksums", "SaveCells")),
    *(f"{theirs}.{step}" for step in ("ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums", "CheckCellMetadata")),
    f"{ours}.ClearFiles",
]
c.Autograde.exclude_overwriting = learners_files(root / "solutions")

# Submissions run in a sandbox, their tests in a process that never loads them; feedback has no hidden tests, and
# nothing in it or in the formgrader runs in a browser: docs/grading.md.
configure(c)
c.Execute.loopback = lessons_on_loopback(root / "workshop.toml")

# Lessons that start kernels need more than nbgrader's 30 seconds a cell on a busy machine.
c.Execute.timeout = 120
c.Execute.submission_timeout = 900
