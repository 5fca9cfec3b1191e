"""The tests of jupyter_kernel_test say of a tapped kernel, test by test, what they say of it without the tap."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).with_name("kernel_tests.py")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("_tapped_specs")
@pytest.mark.parametrize(
    ("language", "name", "passes", "fails"),
    [("python", "python3", 12, 0), ("bash", "bash", 5, 5), ("typescript", "deno", 5, 3)],
)
def test_the_verdict_is_the_same_test_by_test(language, name, passes, fails):
    """What passes passes, what fails fails, what is skipped is skipped."""
    command = [sys.executable, "-W", "ignore", RUNNER, language, name, f"{name}-tapped"]
    for _ in range(3):  # it allows a tenth of a second for some things, which a noisy machine may not keep
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        if found[name] == found[f"{name}-tapped"]:
            break

    assert found[f"{name}-tapped"] == found[name]
    outcomes = list(found[name].values())
    assert outcomes.count("ok") >= passes
    assert outcomes.count("failed") >= fails
