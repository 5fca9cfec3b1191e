"""The kernel in trouble says itself what it is: the cell to paste, its output read back, and `%doctor`."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.doctor.inside import BEGINS, ENDS, cell, read_output
from kernel_seams.doctor.rules.inside import inside_findings, seen_from
from kernel_seams.errors import SeamsError

SRC = Path(__file__).parents[2] / "src"
OLD = Path.home() / ".pyenv/versions/3.6.15/bin/python"


@pytest.fixture
def env(case):
    """A sound environment that is a kernel."""
    place = case.environment("env", own=True)
    case.spec("env", place / "bin/python")
    return place


def printed(case, python, module="", **variables):
    """What the cell prints, run by this interpreter."""
    return subprocess.run(
        [python, "-"],
        input=cell(module),
        env={**case.variables, **variables},
        cwd=case.work,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def read(case, output):
    """What the doctor says of the cell's output, as JSON."""
    done = case.doctor("--json", "error", "-", given=output)
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def judged(case, output):
    """The findings on what the cell printed, less the notes."""
    told = read_output(output)
    seen = seen_from(told, case.examine(names=(told.wanted,) if told.wanted else (), only=""))
    return [one for one in inside_findings(told, seen) if one.severity != "note"]


def ids(found):
    return [one.id for one in found]


def test_the_cell_needs_nothing_but_python():
    """It imports the standard library alone, and none of its lines is folded by a narrow page."""
    text = cell("json")
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import)
        for alias in node.names
    }

    assert imported <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(ast.parse(text)))
    assert max(map(len, text.splitlines())) <= 120


def test_a_real_kernel_says_what_it_is(case, env):
    """Run in a kernel, the cell names its kernelspec, interpreter and folder; the connection file's key stays there."""
    (case.work / "cell.py").write_text(case.doctor("--cell").stdout)
    output = case.shell(f"jupyter run --kernel env cell.py; ls {case.home}").stdout
    content = read(case, f"some text before\n{output}")

    assert content["kernel"]["name"] == "env"
    assert content["kernel"]["python"]["executable"] == str(env / "bin/python")
    assert content["kernel"]["folder"] == str(case.work)
    assert content["kernel"]["on_this_machine"]
    assert content["findings"] == []
    assert {one["command"]: one["installs_into"] for one in content["pips"]}["%pip, in env"] == str(env)
    assert '"key"' not in output
    shown = case.doctor("error", "-", given=output).stdout
    assert re.search(rf"terminal .*another environment, {re.escape(str(case.lab.server))}|the same environment", shown)


def test_an_import_in_the_kernel(case, env):
    """What the terminal finds and the kernel does not, with the command for that kernel, as the command says it."""
    other = case.bare("other", "--without-pip")
    case.package(case.site(other), "mypkg", version="1.0")
    assert case.doctor("import", "mypkg", "--cell").stdout == cell("mypkg")
    output = printed(case, env / "bin/python", "mypkg")
    case.variables["PATH"] = f"{other / 'bin'}:{case.variables['PATH']}"

    content = read(case, output)
    assert [one["id"] for one in content["findings"]] == ["not-importable"]
    assert content["findings"][0]["fix"] == [f"{env}/bin/python -m pip install mypkg"]
    assert [place["file"] for place in content["places"]] == [str(case.site(other) / "mypkg/__init__.py"), None]


def test_a_module_that_is_found_and_fails(case, env):
    """Only from inside it shows that a package is there and lacks what it needs itself."""
    case.package(case.site(env), "mypkg", "import needed_by_mypkg\n", version="1.0")

    (finding,) = judged(case, printed(case, env / "bin/python", "mypkg"))
    assert finding.id == "import-fails"
    assert finding.sees == "ModuleNotFoundError: No module named 'needed_by_mypkg'"
    assert finding.evidence[-1] == f"{case.site(env)}/mypkg/__init__.py:1"
    assert finding.fix == (f"{env}/bin/python -m pip install needed_by_mypkg",)
    # The doctor from outside looks for the module and does not import it.
    assert case.doctor("import", "mypkg", "--kernel", "env").returncode == 0
    case.package(case.site(env), "needed_by_mypkg")
    assert judged(case, printed(case, env / "bin/python", "mypkg")) == []


def test_a_module_that_is_older_than_what_is_installed(case, env):
    """An upgrade beneath a running kernel (p14) shows as two versions."""
    case.package(case.site(env), "mypkg", "__version__ = '1.0'\n", version="2.0")

    (finding,) = judged(case, printed(case, env / "bin/python", "mypkg"))
    assert finding.id == "running-packages-newer"
    assert "1.0; installed is 2.0" in finding.title


def test_a_file_of_the_folder_that_the_kernel_has_loaded(case, env):
    """A module of the standard library that is the notebook's own file."""
    (case.work / "csv.py").write_text("")

    (finding,) = judged(case, printed(case, env / "bin/python", "csv"))
    assert finding.id == "file-shadows-module"
    case.shell(finding.fix[0])
    assert judged(case, printed(case, env / "bin/python", "csv")) == []


def test_pythonpath_of_the_kernel_alone(case, env):
    """A variable that the kernel has and this shell has not."""
    case.package(case.home / "lib", "traitlets")
    output = printed(case, env / "bin/python", PYTHONPATH=str(case.home / "lib"))

    assert ids(judged(case, output)) == ["pythonpath-hides"]


def test_an_interpreter_that_is_gone_since(case, env):
    """The environment was removed while the kernel ran."""
    output = printed(case, env / "bin/python")
    (env / "bin/python").unlink()

    assert ids(judged(case, output)) == ["running-interpreter-gone"]


def test_another_machines_kernel(case, env):
    """What was said elsewhere is judged by its own words: neither this terminal nor this disk is asked."""
    output = printed(case, env / "bin/python", "mypkg").replace('{"host": "', '{"host": "other-')
    (env / "bin/python").unlink()

    content = read(case, output)
    assert not content["kernel"]["on_this_machine"]
    assert [one["id"] for one in content["findings"]] == ["not-importable"]
    assert "terminal" not in {place["who"] for place in content["places"]}


@pytest.mark.skipif(not OLD.exists(), reason="there is no Python 3.6 here: `pyenv install 3.6`")
def test_an_old_python(case):
    """Python 3.6 runs the cell, and what it prints is read."""
    output = printed(case, OLD, "dataclasses")

    assert read_output(output).python.minor == "3.6"
    assert ids(judged(case, output)) == ["not-importable"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda text: text.replace(ENDS, ""), "is not whole"),
        (lambda text: text.replace('"executable"', '"nothing"'), "is damaged"),
        (lambda text: text.replace('"path": [', '"path": [['), "is damaged"),
        (lambda text: re.sub(r'\{"installed".*', '{"installed": 7, "python": []}', text), "is damaged"),
    ],
)
def test_output_that_is_not_whole(case, env, damage, told):
    """It is said in one sentence."""
    with pytest.raises(SeamsError, match=told):
        read_output(damage(printed(case, env / "bin/python")))


def test_output_that_is_not_whole_is_told_in_one_line(case):
    """One line on stderr, exit code 1, no traceback."""
    done = case.doctor("error", "-", given=f"{BEGINS}\n{{}}")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_output_that_was_folded(case, env):
    """Lines that a mail program broke are put together again."""
    output = printed(case, env / "bin/python")
    folded = "\n".join(line[i : i + 100] for line in output.splitlines() for i in range(0, len(line), 100))

    assert read_output(folded) == read_output(output)


def test_output_of_a_stranger(case, env, tmp_path):
    """Nothing that it names is run, and what it names cannot write on the terminal."""
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    output = printed(case, env / "bin/python", "mypkg")
    forged = output.replace(json.dumps(str(env / "bin/python")), json.dumps(f"{program}\x1b[2J\nno problem found"))

    shown = case.doctor("error", "-", given=forged).stdout
    assert str(program) in shown
    assert "\x1b" not in shown
    assert "\nno problem found" not in shown
    assert not (tmp_path / "ran").exists()


def test_the_name_of_a_module_cannot_become_code(case):
    """What is not a name is refused before it gets into the cell."""
    done = case.doctor("import", 'os"); print("x', "--cell")

    assert done.returncode == 1
    assert done.stdout == ""


def test_the_magic(case, env):
    """`%load_ext kernel_seams` and `%doctor` in a kernel that has our package: the same answer, without pasting."""
    light = Path(sys.prefix) / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    for name in ("click", "rich", "markdown_it", "mdurl", "pygments", "jupyter_core", "platformdirs"):
        if not (case.site(env) / name).exists():
            (case.site(env) / name).symlink_to(light / name)
    (case.site(env) / "seams.pth").write_text(f"{SRC}\n")
    (case.work / "cell.py").write_text("%load_ext kernel_seams\n%doctor\n%doctor mypkg\n%doctor two words\n")

    done = case.shell("jupyter run --kernel env cell.py || true")
    # A notebook shows colours; what the words are is what counts.
    shown = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert f"runs   {env}/bin/python" in shown
    assert "Nothing is wrong with this kernel." in shown
    assert f"$ {env}/bin/python -m pip install mypkg" in shown
    assert "takes the name of one module, and got 'two words'" in shown + done.stderr
    assert '"text/html"' not in shown


def test_begin_and_end_are_what_the_cell_prints():
    """The marks that are looked for are those that are printed."""
    assert cell().count(f'"{BEGINS}"') == 1
    assert cell().count(f'"{ENDS}"') == 1
