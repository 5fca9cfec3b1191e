"""Environments that an image brings along: the scripts use the one they are told of, and PyPy's own is found."""

import os
import subprocess

import pytest

from kernel_seams.kernels.install import install


@pytest.fixture
def elsewhere(checkout, tmp_path, monkeypatch):
    """An environment outside the checkout, made for it: its programs say its name and nothing else."""
    monkeypatch.syspath_prepend(str(checkout.root / "scripts"))
    from set_up import contents

    bin_folder = tmp_path / "environment" / "bin"
    bin_folder.mkdir(parents=True)
    for name in ("python", "seams"):
        (bin_folder / name).write_text("#!/bin/sh\necho the one elsewhere\n")
        (bin_folder / name).chmod(0o755)
    (tmp_path / "environment" / "seams-stamp-workshop").write_text(contents("workshop"))
    return tmp_path / "environment"


def shell(folder, environment, command):
    """What a shell in the checkout prints, with SEAMS_ENVIRONMENT set."""
    variables = {**os.environ, "SEAMS_ENVIRONMENT": str(environment)}
    return subprocess.check_output(["bash", "-c", command], cwd=folder, env=variables, text=True)


def test_the_scripts_use_the_environment_they_are_told_of(checkout, elsewhere):
    """With SEAMS_ENVIRONMENT a script runs what is there, as it is, where it was made for this checkout."""
    assert shell(checkout.root, elsewhere, "./scripts/seams") == "the one elsewhere\n"


def test_activate_puts_it_on_path_and_deactivate_takes_it_away(checkout, elsewhere):
    """The shell's `seams` is the one there, and its VIRTUAL_ENV; afterwards neither is."""
    command = '. ./scripts/activate; seams; echo "$VIRTUAL_ENV"; deactivate; echo "$PATH"; echo "[$seams_venv]"'

    said, folder, path, left = shell(checkout.root, elsewhere, command).splitlines()

    assert (said, folder, left) == ("the one elsewhere", str(elsewhere), "[]")
    assert str(elsewhere) not in path


def test_pypy_s_own_environment_comes_before_the_one_on_path(tmp_path, monkeypatch):
    """Where the environment has a PyPy of its own with ipykernel, the kernelspec launches that one, by its path."""
    for name in ("environments/pypy/bin", "path"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "pypy3").write_text("#!/bin/sh\nexit 0\n")
        (tmp_path / name / "pypy3").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}{os.pathsep}{os.environ['PATH']}")

    (own,) = install(["pypy"], tmp_path)
    (found,) = install(["pypy"], tmp_path / "another")

    assert own.spec.argv[0] == str(tmp_path / "environments" / "pypy" / "bin" / "pypy3")
    assert found.spec.argv[0] == str(tmp_path / "path" / "pypy3")
