"""What an nbgrader_config.py needs so that submissions are graded in the sandbox: two lines of it.

    from kernel_seams.grading.config import configure

    configure(c)

Read whenever a configuration is, so nothing heavy is imported here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kernel_seams.errors import GradingError

__all__ = ["CONFIG", "configure", "find_course"]

CONFIG = "nbgrader_config.py"

THEIRS = "nbgrader.preprocessors"
OURS = "kernel_seams.course.autograde"
INERT = "kernel_seams.course.inert"
GRADED = "kernel_seams.grading.executor"


def configure(config: Any) -> None:
    """Put the steps of ours between nbgrader's own, in the configuration that a file is given as `c`."""
    # What is marked in a submission is what the source says, whatever its tags, versions and ids; what is missing is
    # put back. That is OwnCells, which leaves nothing to DeduplicateIds.
    config.Autograde.sanitize_preprocessors = [
        f"{THEIRS}.ClearOutput",
        f"{OURS}.OwnCells",
        *(f"{THEIRS}.{step}" for step in ("OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")),
    ]
    # A broken file scores 0, not what came before it; nothing is run on a machine that does not hold it.
    config.Autograde.exporter_class = f"{GRADED}.Submission"
    # Their code runs in a sandbox, the tests in a process that never loads it. A warning on stderr is no failure.
    config.Autograde.autograde_preprocessors = [
        f"{GRADED}.Execute",
        f"{THEIRS}.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        f"{THEIRS}.LimitOutput",
        f"{OURS}.SaveGrades",
        *(f"{THEIRS}.{step}" for step in ("AssignLatePenalties", "CheckCellMetadata")),
    ]
    # Feedback goes to the learner, the hidden tests do not.
    config.GenerateFeedback.preprocessors = [
        f"{THEIRS}.GetGrades",
        f"{OURS}.HideTests",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    # What a submission shows runs nothing in the browser of who reads it, in the feedback or in the formgrader.
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.preprocessors = [f"{INERT}.Inert"]
    config.HTMLExporter.filters = {name: f"{INERT}.{name}" for name in ("clean_html", "markdown2html")}


def find_course(folder: Path) -> Path:
    """The nearest folder with an nbgrader_config.py, from `folder` upwards. `GradingError`."""
    for place in (folder, *folder.parents):
        if (place / CONFIG).is_file():
            return place
    raise GradingError(f"There is no {CONFIG} in {folder} or above it; run this in the folder of a course.")
