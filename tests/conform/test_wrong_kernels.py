"""Kernels that are wrong in one thing, each caught at its stage, with the very words a person reads.

The kernels are programs in wrong/; beside each is what is shown for it. `SEAMS_WRITE=1` writes those texts anew.
"""

import io
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console

from kernel_seams.conform.run import run
from kernel_seams.conform.show import show_failure
from kernel_seams.conform.table import rules, stages

HERE = Path(__file__).parent
WRONG = sorted((HERE / "wrong").glob("*.py"))
BUDGET = 12  # seconds a stage: a program that sleeps for a quarter of it is not waited for
LEFT, RIGHT = "leftleft", "rightrig"  # so long are the words that are new in each run
AT_ONCE = 8  # they wait far more than they work
# All in one process, which runs them at the same time.
pytestmark = pytest.mark.xdist_group("wrong kernels")


def caught_by(kernel):
    """The rule that the kernel's own text names."""
    return re.search(r"Caught by (\S+)\.\n", kernel.read_text())[1]


@pytest.fixture(scope="module")
def reports(request):
    """The report on each wrong kernel that is to be tested, from stage 1 to the first failure."""
    chosen = {item.callspec.params["kernel"] for item in request.session.items if "reports" in item.fixturenames}

    def report(kernel):
        command = [sys.executable, str(kernel), "{connection_file}"]
        upto = range(1, rules()[caught_by(kernel)].stage + 1)
        return run(command, only=upto, budget=BUDGET, stop_at_first_failure=True)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(AT_ONCE) as pool:
        patch.setenv("PYTHONPATH", str(HERE))
        patch.setattr("random.choices", lambda _letters, k: f"{LEFT}{RIGHT}"[:k])
        return dict(zip(chosen, pool.map(report, chosen), strict=True))


def shown(report):
    """What is printed for the first failure, with what is new in each run replaced."""
    out = io.StringIO()
    result = report.first_failure
    show_failure(Console(file=out, width=400), result, stages()[result.rule.stage - 1])
    text = "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines()) + "\n"
    text = text.replace(str(HERE), "TESTS")
    text = re.sub(r"\b(port|process|line) \d+", r"\1 N", text)
    text = re.sub(r'(execute_input ".*"|\.\.\.|"execution_count":) \d+', r"\1 N", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT\S+00:00", "DATE", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "HEX", text)
    text = re.sub(r"seams-[0-9a-f]{8}", "TOPIC", text)
    text = re.sub(r"\|  signature (?!\(empty\)).*", "|  signature BYTES", text)
    # Whether the end of a printed line is out before an interrupt comes is a race, and so is what it wrote to stderr.
    text = re.sub(r'\n +(\S.* )?stream "stdout" "\\n"', "", text)
    return text.partition("\n  stderr ")[0].rstrip() + "\n"


# One for each stage is tried every time, the others with --all.
QUICK = {
    *("binds-nothing", "heartbeat-is-text", "signs-another-json", "answers-tampered", "no-idle", "idle-before-output"),
    *("counts-silent", "runs-the-queue", "signs-buffers", "asks-nobody", "utf-16-cursor", "heartbeat-when-idle"),
    *("leaves-a-child", "welcome-with-parent", "no-parent", "ascii-only"),
}
KERNELS = [pytest.param(each, marks=() if each.stem in QUICK else pytest.mark.slow, id=each.stem) for each in WRONG]


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_wrong_kernel_is_caught_at_its_stage(kernel, reports):
    """Everything before the rule it breaks passes, and what is said of that one is what a person can act on."""
    report = reports[kernel]

    assert report.first_failure is not None
    assert report.first_failure.rule.id == caught_by(kernel)
    text = kernel.with_suffix(".txt")
    if os.environ.get("SEAMS_WRITE"):
        text.write_text(shown(report), encoding="utf-8")
    assert shown(report) == text.read_text(encoding="utf-8")


def test_there_is_a_wrong_kernel_for_each_stage_but_the_last():
    """Each stage a kernel can fail is failed by one; the last holds only what may be left out."""
    assert {rules()[caught_by(kernel)].stage for kernel in WRONG} == {stage.number for stage in stages()} - {15}


def test_a_right_kernel_passes_everything(monkeypatch):
    """The kernel whose methods they break passes all that it is asked."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))

    report = run([sys.executable, str(HERE / "tiny.py"), "{connection_file}"])

    assert [result.rule.id for result in report.results if result.verdict in {"failed", "not reached"}] == []
    assert report.passed
