"""``. ./scripts/activate`` in the shells people have."""

import json
import os
import shutil
import subprocess

import pytest

SHOW = 'python -c "import json, os; print(json.dumps(dict(os.environ)))"'


def in_shell(shell, script, cwd):
    """What `script` prints in `shell`."""
    if shutil.which(shell) is None:
        reason = f"there is no {shell} on PATH: apt install {shell}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    done = subprocess.run([shell, "-c", script], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])
def test_activate_and_deactivate(set_up_checkout, shell):
    """seams, jupyter and nbgrader are found, the folders are the workshop's, and deactivate puts all back."""
    found = "for name in seams jupyter nbgrader; do command -v $name; done"
    script = f". ./scripts/activate; {found}; {SHOW}; deactivate; {SHOW}"

    *commands, active, after = in_shell(shell, script, set_up_checkout.root).splitlines()
    before = in_shell(shell, SHOW, set_up_checkout.root)

    assert commands == [f"{set_up_checkout.root}/.venv/bin/{name}" for name in ("seams", "jupyter", "nbgrader")]
    assert set_up_checkout.jupyter_environment().items() <= json.loads(active).items()
    assert json.loads(before) == json.loads(after)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_activate_from_elsewhere(set_up_checkout, shell, tmp_path):
    """Bash and zsh say which file they read, so the folder one stands in does not matter."""
    script = f". '{set_up_checkout.root}/scripts/activate'; command -v seams"

    assert in_shell(shell, script, tmp_path) == f"{set_up_checkout.root}/.venv/bin/seams\n"


def test_activate_elsewhere_in_a_plain_sh_is_said(checkout, tmp_path):
    """A plain sh does not say which file it reads: one line tells where to go."""
    script = f". '{checkout.root}/scripts/activate'; echo $?"
    done = subprocess.run(["dash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stdout == "1\n"
    assert done.stderr.count("\n") == 1
    assert "is not the checkout" in done.stderr
