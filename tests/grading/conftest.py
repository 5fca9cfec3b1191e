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


def as_nobody(number=NOBODY, rights=()):
    """The beginning of a command line that runs the rest as a user with no rights but those; empty if this is not root.

    With setuid and setgid it is what `scripts/grade` makes of itself in a container.
    """
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    assert setpriv, "setpriv is missing: it comes with util-linux"
    # An environment or a checkout in root's closed home: whoever it is may read it, and everything else as well.
    closed = [setpriv, "--reuid", str(NOBODY), "--clear-groups", "--bounding-set=-all", "cat"]
    found = subprocess.run([*closed, sys.executable, os.__file__, __file__], capture_output=True, check=False)
    chosen = ",".join(["-all", *(f"+{each}" for each in rights), *(["+dac_read_search"] if found.returncode else [])])
    become = ["--reuid", str(number), "--regid", str(number), "--clear-groups"]
    return [setpriv, *become, *(f"--{which}={chosen}" for which in ("inh-caps", "ambient-caps", "bounding-set"))]


def jobs_run(jobs, *, user=(), folder="/"):
    """What came of each job, graded as that user."""
    command = [*user, sys.executable, "-B", RUN_JOBS]
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
