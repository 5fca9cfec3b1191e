"""``seams kernels`` on live kernels: list, boot, install, remove."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kernel_seams.errors import SpecError
from kernel_seams.kernels import mismatch
from kernel_seams.kernels.boot import boot
from kernel_seams.kernels.install import MissingError, install, remove
from kernel_seams.kernels.specs import read_kernelspec

PREFIX = Path(sys.prefix)
ANALYSIS = mismatch.environment_folder(PREFIX) / "bin" / "python"


def seams(*arguments, **more):
    """The finished run of ``seams`` with `arguments`."""
    command = [sys.executable, "-m", "kernel_seams", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=170, **more)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An empty home, and no variable that would lead elsewhere."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def listed(home):
    """What ``seams kernels list --boot --json`` says, by name."""
    dropped = ("JUPYTER", "IPYTHON", "DENO_DIR")
    own = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    done = seams("kernels", "list", "--boot", "--json", env={**own, "HOME": str(home)})
    return {entry["name"]: entry for entry in json.loads(done.stdout) if not entry["hidden_by"]}


@pytest.mark.parametrize(
    ("name", "language", "interpreter"),
    [
        ("python3", "python", str(PREFIX / "bin" / "python")),
        ("bash", "bash", "bash"),
        ("deno", "typescript", str(PREFIX / "bin" / "deno")),
        ("analysis", "python", str(PREFIX / "bin" / "python")),
    ],
)
def test_each_kernel_boots_and_says_which_interpreter_runs_it(listed, name, language, interpreter):
    """Started for real, the kernel's own answer names the interpreter: for analysis the workshop's, not its own."""
    booted = listed[name]["boot"]

    assert booted["problem"] is None
    assert booted["language"] == language
    assert booted["interpreter"].endswith(interpreter)
    assert booted["seconds"] > 0


def test_booting_every_kernel_writes_nothing_into_the_home(listed, home):
    """Not a file and not a folder, whatever kernels and jupyter_client make by default."""
    assert len(listed) >= 4
    assert list(home.rglob("*")) == []


def test_the_mismatch_says_one_thing_and_launches_another(listed):
    """The analysis spec shows "Python (analysis)" and launches the interpreter of python3."""
    spec = listed["analysis"]

    assert spec["display_name"] == "Python (analysis)"
    assert spec["interpreter"]["path"] == listed["python3"]["interpreter"]["path"]
    assert spec["interpreter"]["environment"] == str(PREFIX)


def test_the_analysis_environment_is_real_and_holds_what_the_workshop_lacks():
    """seams_tides and ipykernel import in the analysis environment; seams_tides does not in the workshop's."""
    code = "import ipykernel, seams_tides, sys; print(sys.prefix)"

    there = subprocess.run([str(ANALYSIS), "-c", code], capture_output=True, text=True, check=False)
    here = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert there.stdout.strip() == str(ANALYSIS.parents[1])
    assert "No module named 'seams_tides'" in here.stderr


def test_list_shows_broken_and_hidden_specs(tmp_path, monkeypatch):
    """A stranger's broken spec and one that is hidden are in the list, with the reason, and do not stop it."""
    for name, text in (("broken", "{"), ("bash", '{"argv": ["bash"], "display_name": "Other", "language": "bash"}')):
        (tmp_path / "kernels" / name).mkdir(parents=True)
        (tmp_path / "kernels" / name / "kernel.json").write_text(text)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    done = seams("kernels", "list")

    assert done.returncode == 0
    assert "Jupyter cannot use it: kernel.json is not JSON" in done.stdout
    assert f"hidden    by {tmp_path}/kernels/bash" in done.stdout
    assert f"hides     {PREFIX}/share/jupyter/kernels/bash" in done.stdout


def test_a_spec_cannot_forge_the_list(tmp_path, monkeypatch):
    """Escapes and newlines in a display name come out as text, and markup is not interpreted."""
    (tmp_path / "kernels" / "one").mkdir(parents=True)
    content = {"argv": ["x"], "display_name": "a\n  python3\x1b[31m[bold]b[/bold]", "language": "x"}
    (tmp_path / "kernels" / "one" / "kernel.json").write_text(json.dumps(content))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    shown = seams("kernels", "list").stdout

    assert "a\\n  python3\\x1b[31m[bold]b[/bold], x" in shown
    assert "\x1b" not in shown


def test_boot_tells_a_kernel_that_dies_with_its_last_words(tmp_path, monkeypatch):
    """A kernel that ends at once is told as such, with the last line of its stderr, and list --boot exits 1."""
    folder = tmp_path / "kernels" / "dies"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-c", "raise SystemExit('no license')", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Dies", "language": "x"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    problem = boot("dies").problem or ""

    assert "Kernel died before replying" in problem
    assert problem.endswith("it said: no license")


def test_boot_tells_a_kernel_that_does_not_answer(tmp_path, monkeypatch):
    """A process that runs and never answers is given up after the time allowed, and is ended."""
    folder = tmp_path / "kernels" / "hangs"
    folder.mkdir(parents=True)
    pid = tmp_path / "pid"
    code = f"import os, pathlib, signal; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); signal.pause()"
    spec = {"argv": [sys.executable, "-c", code, "{connection_file}"], "display_name": "Hangs", "language": "x"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    result = boot("hangs", timeout=5)

    assert "didn't respond in 5 seconds" in (result.problem or "")
    assert not Path(f"/proc/{pid.read_text()}").exists()


def test_boot_of_no_kernel_is_told():
    """A name that no spec has is a problem in words."""
    assert boot("nope").problem == "No such kernel named nope"


def test_install_writes_into_a_prefix_and_remove_takes_it_away(tmp_path):
    """Install writes usable specs below the prefix it is given; remove leaves nothing of them."""
    installed = install(["python3", "bash", "deno"], tmp_path)
    folder = tmp_path / "share" / "jupyter" / "kernels"

    assert [one.spec.problem for one in installed if one.spec] == [None, None, None]
    assert sorted(path.name for path in folder.iterdir()) == ["bash", "deno", "python3"]
    assert {path.name for path in (folder / "deno").iterdir()} >= {"kernel.json", "logo-svg.svg"}
    # As Deno installs itself, an interrupt ends it.
    assert read_kernelspec(folder / "deno").interrupt_mode == "message"

    remove(["bash", "deno", "python3"], tmp_path)

    assert list(folder.iterdir()) == []


def test_removing_what_is_not_there_is_told(tmp_path):
    """Remove names the folder in which it looked."""
    with pytest.raises(SpecError, match=f"There is no kernelspec 'bash' in {tmp_path}/share/jupyter/kernels"):
        remove(["bash"], tmp_path)


def test_installing_restores_the_mismatch(tmp_path):
    """Whoever mended the analysis spec gets the mismatch back by installing it; the environment is made if missing."""
    kernel_json = tmp_path / "share" / "jupyter" / "kernels" / "analysis" / "kernel.json"
    own = mismatch.environment_folder(tmp_path) / "bin" / "python"
    install(["analysis"], tmp_path)
    before = json.loads(kernel_json.read_text())
    kernel_json.write_text(json.dumps({**before, "argv": [str(own), *before["argv"][1:]]}))

    install(["analysis"], tmp_path)

    assert json.loads(kernel_json.read_text()) == before
    assert before["argv"][0] == sys.executable
    assert subprocess.run([own, "-c", "import seams_tides, ipykernel"], check=False).returncode == 0


def test_pointing_the_spec_at_the_analysis_environment_mends_the_import(tmp_path, monkeypatch):
    """The mend that lesson and demo speak of is true: with the right argv the kernel runs there."""
    folder = tmp_path / "kernels" / "mended"
    folder.mkdir(parents=True)
    argv = [str(ANALYSIS), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "M", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    assert boot("mended").interpreter == str(ANALYSIS)


def test_what_is_missing_is_named_with_how_to_get_it(tmp_path, monkeypatch):
    """Without its interpreter a kernel is one line when all are installed, and an error when it was asked for."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingError, match=r"there is no `R` on PATH.*apt install r-cran-irkernel"):
        install(["ir"], tmp_path)
    done = seams("kernels", "install", "julia")
    assert done.returncode == 1
    assert done.stderr.startswith("seams: julia: there is no `julia` on PATH.")
    assert done.stderr.count("\n") == 1


def test_an_unknown_name_is_bad_usage():
    """Names are checked before anything is done: exit 2, one line."""
    done = seams("kernels", "install", "fortran")

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "fortran" in done.stderr
