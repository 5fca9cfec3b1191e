"""What the tests of grading stand on: jobs that are really run, also as somebody without rights."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUN_JOBS = Path(__file__).parent / "run_jobs.py"
NOBODY = 65534


def as_nobody(number=NOBODY):
    """The beginning of a command line that runs the rest as a user without rights; empty where that is so anyway."""
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    assert setpriv, "setpriv is missing: it comes with util-linux"
    command = [setpriv, "--reuid", str(number), "--regid", str(number), "--clear-groups"]
    # An environment or a checkout in root's closed home: whoever it is may read it, and everything else as well.
    found = subprocess.run(
        [*command, "--inh-caps=-all", "cat", sys.executable, os.__file__, __file__], capture_output=True, check=False
    )
    if found.returncode == 0:
        return [*command, "--inh-caps=-all"]
    return [*command, "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]


def jobs_run(jobs, *, nobody=False, folder="/"):
    """What came of each job."""
    command = [*(as_nobody() if nobody else []), sys.executable, "-B", RUN_JOBS]
    done = subprocess.run(
        command, input=json.dumps(jobs), cwd=folder, capture_output=True, text=True, timeout=170, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    results = json.loads(done.stdout)
    for result in results:
        for name in ("outputs", "verdicts"):
            result[name] = {int(index): each for index, each in result[name].items()}
    return results


def printed(result, cell):
    """What the cell printed."""
    return "".join(each["text"] for each in result["outputs"].get(cell, []) if each["output_type"] == "stream")


@pytest.fixture(scope="session", name="jobs_run")
def _jobs_run():
    """The function `jobs_run`."""
    return jobs_run


@pytest.fixture(scope="session", name="printed")
def _printed():
    """The function `printed`."""
    return printed


@pytest.fixture(scope="session", name="as_nobody")
def _as_nobody():
    """The function `as_nobody`."""
    return as_nobody
