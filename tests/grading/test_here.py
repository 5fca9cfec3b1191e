"""The sandbox of the next submission is made while another runs: nothing of it counts before its turn."""

import signal
import time
from contextlib import suppress

import psutil
import pytest

from kernel_seams.grading.here import Here
from kernel_seams.grading.jobs import Job
from kernel_seams.grading.sandbox import Limits
from kernel_seams.grading.template import Template

SECONDS = 8  # of a whole submission


def job(source):
    """A job of one cell."""
    return Job([{"kind": "student", "id": "", "source": source, "points": 0.0}], limits=Limits(seconds=SECONDS))


def below(template):
    """The processes that the template's own has started."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(template._process.pid).children(recursive=True)
    return []


@pytest.fixture(scope="module", name="template")
def _template():
    with Template() as template:
        yield template


@pytest.mark.slow
def test_its_time_begins_with_its_turn(template, wait_until):
    """However long it has stood there by then."""
    here, one = Here(template, 1), job("print(6 * 7)")
    here.prepare(one)
    wait_until(lambda: len(below(template)) == 3, "a warden, a checker and a process of the student's")
    ready = time.monotonic()
    wait_until(lambda: time.monotonic() > ready + SECONDS + 1, "a time that is over")

    result = here.start(one).wait()

    assert (result.faults, result.whole) == ([], True)
    assert result.outputs[0][0]["text"] == "42\n"
    assert result.seconds < SECONDS
    wait_until(lambda: not below(template), "the end of all of it")


def test_another_job_runs_in_a_sandbox_of_its_own(template, wait_until):
    """What was made ahead is for one job, and is given up with whoever holds it."""
    here, one, other = Here(template, 1), job("first = 1"), job("print('first' in globals())")
    here.prepare(one)
    result = here.start(other).wait()
    here.forget()

    assert result.outputs[0][0]["text"] == "False\n"
    wait_until(lambda: not below(template), "the end of all of it")


def test_what_is_harmed_while_it_waits_may_be_given_up(template, wait_until):
    """Then the job has a new one; one that is not given up is a crash, and no answer that never comes."""
    here, one = Here(template, 1), job("print(6 * 7)")
    for given_up in (True, False):
        here.prepare(one)
        wait_until(lambda: len(below(template)) == 3, "a warden, a checker and a process of the student's")
        for process in below(template)[1:]:
            with suppress(psutil.NoSuchProcess):  # one may end with another
                process.send_signal(signal.SIGKILL)
        if given_up:
            here.forget()
        result = here.start(one).wait()
        assert bool(result.faults) is not given_up, result
        wait_until(lambda: not below(template), "the end of all of it")
