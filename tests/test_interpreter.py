"""From the first word of a kernelspec's argv to the interpreter that it really is."""

import os
import sys
from pathlib import Path

from kernel_seams.kernels.interpreter import describe, launch_environment, resolve
from kernel_seams.kernels.specs import Kernelspec


def spec(*argv, **more):
    """A kernelspec that launches `argv`."""
    return Kernelspec("one", Path("/specs/one"), argv, **more)


def script(path, text):
    """An executable shell script at `path`."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_bare_python_is_the_interpreter_that_runs_jupyter():
    """Jupyter replaces python, python3 and its own python3.N by its own interpreter: so PATH does not matter."""
    names = ("python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}")

    assert {resolve(spec(name), "/opt/jupyter/bin/python").path for name in names} == {Path("/opt/jupyter/bin/python")}


def test_another_bare_word_is_looked_up_on_the_specs_own_path(tmp_path):
    """A spec that sets PATH in its env is searched with that PATH."""
    script(tmp_path / "mykernel", "exit 0")

    assert resolve(spec("mykernel", env={"PATH": f"{tmp_path}:${{PATH}}"})).path == tmp_path / "mykernel"
    assert resolve(spec("mykernel")).problem == "there is no 'mykernel' on PATH"


def test_a_link_is_not_followed():
    """.venv/bin/python links to the base interpreter and is another environment: it is named as it is written."""
    path = Path(sys.executable)

    found = describe(spec(str(path)))

    assert (path, Path(sys.prefix), True) == (found.path, found.environment, found.isolated)


def test_a_dangling_interpreter_is_told_with_its_target(tmp_path):
    """The base Python of a venv went away: the link is named, and where it pointed."""
    link = tmp_path / "python"
    link.symlink_to(tmp_path / "gone" / "python3")

    assert resolve(spec(str(link))).problem == f"{link} is a dangling link to {tmp_path}/gone/python3"


def test_missing_and_not_executable_differ(tmp_path):
    """A file that is not there and a file that may not be run get their own words."""
    plain = tmp_path / "python3"
    plain.write_text("")

    assert resolve(spec(str(plain))).problem == f"{plain} is not an executable file"
    assert resolve(spec(str(tmp_path / "no"))).problem == f"{tmp_path}/no does not exist"


def test_python_is_asked_under_the_specs_own_environment(tmp_path):
    """PYTHONHOME in a spec breaks the interpreter it launches, and the description says so."""
    broken = describe(spec(sys.executable, language="python", env={"PYTHONHOME": str(tmp_path)}))

    assert broken.version is None
    assert "it ends with" in (broken.problem or "")


def test_a_python_that_says_nothing_or_too_much_is_told(tmp_path):
    """A silent impostor is a problem; noise before the answer is not."""
    silent = describe(spec(str(script(tmp_path / "python3.11", "exit 0"))))
    noisy = describe(spec(str(script(tmp_path / "python3.12", f'echo "[]"; echo hello; exec {sys.executable} "$@"'))))

    assert silent.problem == "it ran and said nothing"
    assert noisy.version == ".".join(str(part) for part in sys.version_info[:3])


def test_a_strangers_program_is_not_run_to_see_what_it_says(tmp_path):
    """Only Pythons and a few known programs are started for a description."""
    trace = tmp_path / "was-run"
    program = script(tmp_path / "stranger", f"touch {trace}")

    assert describe(spec(str(program))).version is None
    assert not trace.exists()


def test_variables_in_the_specs_env_are_filled_in():
    """${NAME} in a spec's env stands for the variable of the process that launches; unknown ones stay."""
    environment = launch_environment(spec("x", env={"A": "${B}:1", "C": "${NOPE}"}), {"B": "2"})

    assert environment == {"A": "2:1", "B": "2", "C": "${NOPE}"}
    assert os.environ.get("A") is None
