"""Kernelspecs whose first word comes down to nothing, or to another interpreter than was meant."""

import os
import shutil
import sys

import pytest

from kernel_seams.doctor.rules import shell


def test_removed_environment(case):
    """An interpreter that is gone is named; removing the kernelspec leaves nothing to find (k01)."""
    case.spec("proj", case.home / "proj/bin/python")

    finding = case.only("no-interpreter", "proj")
    assert finding.fix == ("jupyter kernelspec remove proj",)
    case.cure(finding)


def test_names_with_blanks_and_quotes_are_safe_to_paste(case):
    """A fix is quoted for the shell, whatever the paths and names hold."""
    place = case.environment("my proj's; $(touch pwned)")
    case.spec("proj", place / "bin/python", display_name="it's $(touch pwned)")
    shutil.rmtree(place)
    found = case.only("no-interpreter", "proj")

    case.cure(found)
    assert not (case.work / "pwned").exists()


def test_moved_environment(case):
    """Where an environment was moved its new place is found, and the kernel registered from there (k09)."""
    old = case.environment("proj-old")
    case.spec("proj", old / "bin/python", display_name="My project")
    old.rename(case.home / "proj-new")

    finding = case.only("no-interpreter", "proj")
    assert str(case.home / "proj-new") in finding.title
    case.shell(finding.fix[0])
    assert [one.id for one in case.findings()] == ["environment-moved"]


@pytest.mark.slow
def test_moved_environment_has_its_scripts_written_anew(case):
    """The scripts of a moved environment still name the old place until they are written anew (k09)."""
    old = case.environment("proj-old", own=True)
    old.rename(case.home / "proj-new")
    case.spec("proj", case.home / "proj-new/bin/python")

    case.cure(case.only("environment-moved"))


def test_scripts_are_written_anew_by_an_interpreter_that_exists(tmp_path):
    """A system's only Python may have no name but python3.14: no python3 beside it is advised (k09)."""
    base = os.path.realpath(sys.executable)
    python = tmp_path / "env/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(base)
    (tmp_path / "env/pyvenv.cfg").write_text(f"home = {tmp_path}\n")

    (fix,) = shell._new_scripts(tmp_path / "env", python)
    assert fix.startswith(f"{base} -m venv {tmp_path}/env ")


@pytest.mark.slow
def test_copied_environment(case):
    """A copied environment whose pip acts on the original is told as a copy (k10)."""
    original = case.environment("a", own=True)
    shutil.copytree(original, case.home / "b", symlinks=True)
    case.spec("b", case.home / "b/bin/python")

    finding = case.only("environment-copied")
    assert str(original) in finding.title
    case.cure(finding)


def test_throw_away_environment(case):
    """An interpreter in uv's cache is a warning while it is there, and still named when it is gone (p13)."""
    place = case.environment("cache/archive-v0/abc")
    case.spec("proj", place / "bin/python")
    assert "uv run python -m ipykernel install" in case.only("throw-away-environment", "proj").fix[0]

    shutil.rmtree(case.home / "cache")
    finding = case.only("no-interpreter", "proj")
    assert "uv's cache" in finding.title
    case.cure(finding, 1)


def test_throw_away_environment_of_a_finished_run(case):
    """So is the temporary environment of `uv run --with`, which goes as soon as the command ends (p13b)."""
    case.spec("proj", case.home / "uvc/builds-v0/.tmpvMsDLS/bin/python")

    assert "uv's cache" in case.only("no-interpreter", "proj").title


def test_python_means_jupyters_own(case):
    """`python` in argv[0] is the interpreter of Jupyter, whatever is activated; the one meant is registered (k07)."""
    mine = case.environment("env")
    case.spec("proj", "python")
    case.activate(mine)

    found = case.findings()
    assert [one.id for one in found] == ["python-is-jupyters", "active-without-kernel"]
    case.cure(found[0])


def test_system_spec_under_a_jupyter_without_ipykernel(case):
    """A shared spec with `python` under a Jupyter whose own environment has no ipykernel (k07b)."""
    client = case.environment("cli", own=True)
    for path in [
        case.site(client) / "ipykernel",
        case.site(client) / "ipykernel_launcher.py",
        client / "share/jupyter/kernels",
    ]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    next(case.site(client).glob("ipykernel-*.dist-info")).rename(case.home / "gone")
    shared = case.home / "shared"
    case.spec("python3", "python", folder=shared / "kernels")
    case.variables |= {"JUPYTER_PATH": str(shared), "PATH": f"{client / 'bin'}:/usr/bin:/bin"}

    finding = case.only("no-ipykernel", "python3")
    assert any("Jupyter replaces" in line for line in finding.evidence)
    assert finding.fix[0] == f"{client}/bin/python -m pip install ipykernel"


def test_shim_that_refuses(case):
    """A version manager's shim that refuses is named as one (k08b)."""
    shim = case.home / "shims" / "python3.9"
    shim.parent.mkdir()
    shim.write_text('#!/bin/sh\n# pyenv shim\necho "pyenv: python3.9: command not found" >&2\nexit 127\n')
    shim.chmod(0o755)
    case.spec("old", "python3.9")
    case.variables["PATH"] = f"{shim.parent}:{case.variables['PATH']}"

    finding = case.only("interpreter-fails", "old")
    assert "shim of pyenv" in finding.title
    case.cure(finding)


@pytest.mark.parametrize("word", ["$HOME/env/bin/python", "${HOME}/env/bin/python", "{env}/bin/python "])
def test_words_that_are_not_filled_in(case, word):
    """A variable or a blank in argv[0] stays as it is; the path that was meant is registered (k18)."""
    place = case.environment("env")
    case.spec("v", word.replace("{env}", str(place)))

    case.cure(case.only("no-interpreter", "v"))


def test_tilde_is_filled_in(case):
    """`~` in argv[0] works and is no finding (k18)."""
    case.environment("env")
    case.spec("t", "~/env/bin/python")

    assert case.findings() == []


@pytest.mark.parametrize(
    "argv",
    [
        ["conda", "run", "-n", "ml", "python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        ["poetry", "run", "python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    ],
)
def test_launchers_that_are_not_on_path(case, argv):
    """A spec that launches through a program Jupyter cannot find names that program (s11)."""
    case.spec("c", None, argv=argv)

    finding = case.only("no-program", "c")
    assert repr(argv[0]) in finding.title
    case.cure(finding)


def test_runner_module_that_is_not_beside_jupyter(case):
    """`python -m` of a module that Jupyter's environment lacks names the module (s11)."""
    case.spec("n", None, argv=["python", "-m", "nb_conda_kernels.runner", "/opt/conda", "-f", "{connection_file}"])

    finding = case.only("no-kernel-module", "n")
    assert "nb_conda_kernels" in finding.sees
    case.cure(finding)


def test_interpreter_that_is_not_executable(case):
    """An interpreter without its x bit is made executable (k17)."""
    place = case.environment("env")
    real = os.path.realpath(place / "bin/python")
    (place / "bin/python").unlink()
    shutil.copy(real, place / "bin/python")
    (place / "bin/python").chmod(0o644)
    case.spec("env", place / "bin/python")

    case.cure(case.only("no-interpreter", "env"))


def test_dangling_interpreter(case):
    """An environment whose base Python is gone says which, and the environment is made anew (k02)."""
    place = case.environment("env")
    for link in (place / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/opt/python-that-was/bin/python3")
    case.spec("env", place / "bin/python")

    finding = case.only("no-interpreter", "env")
    assert "/opt/python-that-was/bin/python3" in finding.title
    assert "-m venv --clear" in finding.fix[0]


def test_kernel_named_after_another_environment(case):
    """A kernel that is called as the active environment and launches another one (k11)."""
    mine, other = case.environment("proj"), case.environment("other")
    case.spec("proj", other / "bin/python")
    case.activate(mine)

    found = case.findings()
    assert [one.id for one in found] == ["name-of-another", "active-without-kernel"]
    case.cure(found[0])


@pytest.mark.slow
def test_active_environment_without_jupyter(case):
    """An active environment that neither holds Jupyter nor is a kernel: terminal and notebook differ (k05, k13)."""
    case.activate(case.environment("proj"))

    finding = case.only("active-without-kernel")
    assert "jupyter" in finding.evidence[1]
    case.cure(finding)
