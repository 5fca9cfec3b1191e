"""The image's healthcheck asks the server that is running."""

import signal

import psutil
import pytest

from kernel_seams.checkout import Checkout
from kernel_seams.workshop.health import problem


@pytest.mark.slow
def test_it_is_well_while_the_server_answers_and_not_after(start_workshop):
    """A server that answers is well; one that stands still is not, and neither is one that has gone."""
    workshop = start_workshop("--no-browser")
    assert problem(workshop.checkout) is None

    server = psutil.Process(workshop.process.pid).children()[0]
    server.send_signal(signal.SIGSTOP)
    stands_still = problem(workshop.checkout)
    server.send_signal(signal.SIGCONT)
    workshop.end()

    assert "the server does not answer" in stands_still
    assert "no server has written its address" in problem(workshop.checkout)


def test_a_damaged_address_is_a_problem_and_not_a_traceback(tmp_path):
    """A file without an address is told as such."""
    runtime = tmp_path / ".workshop" / "runtime"
    runtime.mkdir(parents=True)
    (runtime / "jpserver-1.json").write_text("{}")

    assert problem(Checkout(tmp_path)) == "the server does not answer: 'url'"
