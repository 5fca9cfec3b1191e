"""Machines broken by hand in ways that nobody had listed: what the mechanism says of each."""

import shutil

import pytest


def test_wrapper_saved_on_windows(case):
    """A script as argv[0] whose first line ends in a carriage return is there and cannot be run."""
    script = case.home / "bin/run.sh"
    script.parent.mkdir()
    script.write_bytes(b"#!/bin/bash\r\nexec python $@\r\n")
    script.chmod(0o755)
    case.spec("w", None, argv=[str(script), "{connection_file}"])

    assert "carriage return" in case.only("no-program", "w").title


def test_program_behind_env(case):
    """What `env` passes on to is what is missing, not `env`."""
    case.spec("sas", None, argv=["/usr/bin/env", "nosuchprogram", "{connection_file}"], language="sas")

    finding = case.only("no-program", "sas")
    assert "'nosuchprogram'" in finding.title
    case.cure(finding)


def test_interpreter_of_a_version_that_went(case):
    """An environment that still has a `python` but not the `python3.9` of the kernelspec."""
    case.spec("p", case.environment("env") / "bin/python3.99")

    case.cure(case.only("no-interpreter", "p"))


@pytest.mark.slow
def test_environment_that_lost_its_configuration(case):
    """Without pyvenv.cfg an environment's Python is the base one: pip must not be told to install there."""
    place = case.environment("env", own=True)
    (place / "pyvenv.cfg").unlink()
    case.spec("p", place / "bin/python")

    finding = case.only("environment-without-configuration", "p")
    assert "-m venv" in finding.fix[0]
    case.cure(finding)


def test_relative_path(case):
    """A relative argv[0] works from one folder only."""
    case.environment("work/env")
    case.spec("p", "env/bin/python")

    case.cure(case.only("relative-path", "p"))


def test_module_with_a_slip_of_the_pen(case):
    """A misspelt module is not advised to be installed."""
    python = str(case.sound)
    case.spec("p", None, argv=[python, "-m", "ipykernel_luncher", "-f", "{connection_file}"])

    finding = case.only("no-kernel-module", "p")
    assert "pip install" not in "".join(finding.fix)
    case.cure(finding)


def test_placeholder_with_a_slip_of_the_pen(case):
    """{connection-file} is not {connection_file}."""
    python = str(case.sound)
    case.spec("p", None, argv=[python, "-m", "ipykernel_launcher", "-f", "{connection-file}"])

    case.cure(case.only("no-connection-file", "p"))


def test_kernels_folder_on_a_drive_that_is_gone(case):
    """Kernels vanish in silence where their folder is a link to nowhere."""
    case.kernels.parent.mkdir(parents=True)
    case.kernels.symlink_to(case.home / "gone/kernels")

    case.cure(case.only("folder-dangling"))


def test_launcher_without_protection(case):
    """`-m ipykernel` never takes the notebook's folder off the path: any module's name can be taken."""
    python = str(case.sound)
    case.spec("p", None, argv=[python, "-m", "ipykernel", "-f", "{connection_file}"])
    (case.work / "random.py").write_text("X = 1\n")

    finding = case.only("file-shadows-module")
    assert finding.evidence[-1] == "it stops p"
    case.cure(finding)


def test_import_that_ends_the_process(case):
    """A compiled package that crashes leaves no traceback; what was said before is not shown as a reason."""
    place = case.environment("env", own=True)
    file = case.site(place) / "ipykernel/kernelapp.py"
    file.unlink()
    file.write_text("import os\nos._exit(7)\n")
    case.spec("p", place / "bin/python")

    finding = case.only("import-crashes", "p")
    assert "exit code 7" in finding.title
    assert len(finding.title) < 200


def test_jupyters_own_environment_is_broken(case):
    """What Jupyter itself needs was uninstalled."""
    place = case.environment("own", own=True)
    shutil.copy2(place / "bin/jupyter", place / "bin/jupyter-lab")
    shutil.rmtree(case.site(place) / "platformdirs")
    case.variables["PATH"] = f"{place / 'bin'}:/usr/bin:/bin"

    assert "platformdirs" in case.only("jupyter-fails").sees


def test_pythonhome(case):
    """PYTHONHOME keeps every Python from starting."""
    case.spec("p", case.sound)
    case.variables["PYTHONHOME"] = str(case.home)

    found = case.findings()
    assert {one.id for one in found} == {"environment-breaks"}
    case.cure(found[0])


def test_two_records_of_one_package(case):
    """What an interrupted upgrade leaves, two records side by side, is no conflict."""
    place = case.environment("env", own=True)
    records = next(case.site(place).glob("tornado-*.dist-info"))
    shutil.copytree(records, records.with_name("tornado-4.5.3.dist-info"))
    case.spec("p", place / "bin/python")

    assert case.findings() == []


@pytest.mark.parametrize("name", ["jupyter_client", "tornado", "IPython", "ipykernel"])
def test_folder_named_like_a_package(case, name):
    """A folder beside the notebook with a package's name is loaded by no kernel before the launcher leaves it."""
    case.spec("p", case.sound)
    case.package(case.work, name)

    assert case.findings() == []
