"""Where jobs are run on one machine: the sandbox of the next one is made while others run in theirs."""

from __future__ import annotations

from kernel_seams.grading.jobs import Job, Running
from kernel_seams.grading.template import Template

__all__ = ["Here"]


class Here:
    """Runs jobs in forks of `template`, `size` of them at a time."""

    def __init__(self, template: Template, size: int) -> None:
        self.size = size
        self._template = template
        self._ahead: Running | None = None  # it has not begun

    def prepare(self, job: Job) -> None:
        """Make the sandbox of the job that is started next."""
        self.forget()
        self._ahead = job.open(self._template)

    def start(self, job: Job) -> Running:
        """Start the job, in the sandbox that was made for it if one was."""
        if self._ahead is None or self._ahead.job is not job:
            return job.start(self._template)
        running, self._ahead = self._ahead, None
        running.begin()
        return running

    def forget(self) -> None:
        """Give up what was made ahead."""
        if self._ahead is not None:
            self._ahead.stop()
            self._ahead = None
