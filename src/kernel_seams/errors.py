"""What can go wrong, in words for the person who sees it.

    SeamsError            one line on stderr, exit 1
    +-- CheckoutError     the command needs files of a checkout and there is none
    +-- KernelError       a kernel is missing, did not start, or did not answer
    +-- SpecError         a kernelspec cannot be read, made or removed
    +-- ServerError       JupyterLab did not start or did not answer
    +-- DemoError         a demo could not be run
    +-- CourseError       the table, a lesson or a notebook is not as the course needs it
    +-- ConformError      what a kernel is to be held to, or with, cannot be used
    +-- GradingError      submissions cannot be graded here, or not safely
    +-- WireError         a tap does not answer, or a file is no trace or connection file

A message says what happened, the value, and what to do. Bad usage is click's
``UsageError`` and exits 2.
"""


class SeamsError(Exception):
    """A problem that is told in one line and ends the command with exit code 1."""


class CheckoutError(SeamsError):
    """The command needs a checkout of kernel-seams and was run without one."""


class KernelError(SeamsError):
    """A kernel is not installed, did not start, or did not answer in time."""


class SpecError(SeamsError):
    """A kernelspec cannot be read, installed or removed."""


class ServerError(SeamsError):
    """The JupyterLab server did not start, did not answer, or did not stop."""


class DemoError(SeamsError):
    """A demo is unknown, or stopped before it had shown what it claims."""


class CourseError(SeamsError):
    """The table, a lesson or a notebook is not as the course needs it."""


class ConformError(SeamsError):
    """A kernel cannot be held to the rules: its snippets, the command or a stage cannot be used."""


class GradingError(SeamsError):
    """Submissions cannot be graded on this machine, in this course, or not safely."""


class WireError(SeamsError):
    """A tap does not answer or refuses, or a file is no trace or no connection file."""
