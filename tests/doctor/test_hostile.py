"""Whatever the doctor meets is input: it finishes, and cannot be made to lie or to write."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

# An interpreter that every user may run: the tests' own may lie in root's closed home.
ANYBODYS = shutil.which("python3", path="/usr/bin") or str(getattr(sys, "_base_executable", sys.executable))


def script(path, text):
    """An executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("sleep 3600", "no answer within", marks=pytest.mark.slow),  # that long, twice
        ("yes", "more than a megabyte"),
        ("exit 0", "not a word"),
        ("kill -SEGV $$", "SIGSEGV"),
        ("echo 'answer-0000000000000000:{\"version\": [3, 12, 0]}'", "answer-"),
        ("(sleep 3600 &) ; exit 3", "not a word"),
    ],
)
def test_interpreters_that_misbehave(case, body, said):
    """An interpreter that hangs, floods, says nothing, crashes or forges an answer is told as one that fails."""
    case.spec("odd", script(case.home / "odd/bin/python", f"#!/bin/sh\n{body}\n"))

    # The others need no time, and Jupyter's own interpreter may need some.
    finding = case.only("interpreter-fails", "odd", patience=5.0 if "no answer" in said else 60.0)
    assert said in finding.sees


def test_nothing_that_was_started_is_left(case):
    """What an interpreter starts is ended with it."""
    mark = f"seams-test-{os.getpid()}"
    case.spec("odd", script(case.home / "odd/bin/python", f"#!/bin/sh\nsleep 3600.{os.getpid()} &\nwait # {mark}\n"))
    case.findings(patience=2.0)

    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if f"3600.{os.getpid()}".encode() in read(path)]
    assert left == []


def read(path):
    """The bytes of a file that may vanish."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_names_cannot_forge_the_report(case):
    """Line breaks and escape sequences in names and values are shown as escapes."""
    python = case.environment("env") / "bin/python"
    case.spec("x", python, display_name="a\nNo problem found: \x1b[32mall is well\x1b[0m\u202e")
    case.raw_spec("y\n\x1b[2Jok      y", '{"argv": ["/nowhere/\\u001b[31m\\npython", "{connection_file}"]}')

    out = case.doctor_process().stdout
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\nNo problem found" not in out


def test_links_that_loop(case):
    """Loops of links are something that cannot be read, not something that does not end."""
    case.kernels.mkdir(parents=True)
    (case.kernels / "loop").symlink_to(case.kernels / "loop")
    (case.kernels / "deep").mkdir()
    (case.kernels / "deep/kernel.json").symlink_to(case.kernels / "deep/kernel.json")
    (case.kernels / "self").symlink_to(case.kernels)
    (case.kernels / "pipe").mkdir()
    os.mkfifo(case.kernels / "pipe/kernel.json")

    assert {one.kernel for one in case.findings()} <= {"deep", None}


@pytest.mark.slow
def test_a_thousand_kernelspecs(case):
    """A thousand kernelspecs are listed in seconds: an interpreter is asked once, whatever their number."""
    python = case.environment("env") / "bin/python"
    for number in range(1000):
        case.spec(f"k{number}", python)
    started = time.monotonic()

    done = case.doctor_process("--json")
    content = json.loads(done.stdout)
    assert len(content["kernels"]) == 1001
    assert content["findings"] == []
    assert time.monotonic() - started < 30


def test_nothing_is_written(case):
    """Not a file is made, changed or removed, bytecode and folders of Jupyter's own included."""
    case.spec("env", case.environment("env", own=True) / "bin/python")
    case.spec("gone", case.home / "gone/bin/python")
    case.variables.pop("PYTHONDONTWRITEBYTECODE")
    (case.work / "a.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": []}))
    shutil.rmtree(next(case.site(case.home / "env").glob("traitlets/__pycache__")))
    before = snapshot(case.home)

    for arguments in ([], ["--json"], ["import", "traitlets"], ["notebook", "a.ipynb"], ["running"]):
        assert case.doctor_process(*arguments).returncode in {0, 1}
    assert snapshot(case.home) == before


def snapshot(folder):
    """Every path below `folder` with its size and its times."""
    found = {}
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        found[str(path)] = (state.st_size, state.st_mtime_ns, state.st_ino)
    return found


def test_starting_it_imports_nothing_heavy():
    """A light install is enough: no zmq, no jupyter_client, no IPython, no JupyterLab, no nbgrader, no psutil."""
    code = "import sys, kernel_seams.cli.doctor; print(sorted({m.split('.')[0] for m in sys.modules}))"
    out = subprocess.check_output([sys.executable, "-c", code], text=True)

    for heavy in ("zmq", "jupyter_client", "IPython", "ipykernel", "jupyterlab", "nbgrader", "psutil", "tornado"):
        assert f"'{heavy}'" not in out


def test_usage_and_exit_codes(case):
    """0 healthy, 1 findings, 2 bad usage; a problem is one line, never a traceback."""
    assert case.doctor_process().returncode == 0
    assert case.doctor_process("--nonsense").returncode == 2
    assert case.doctor_process("notebook").returncode == 2
    done = case.doctor_process("notebook", "nowhere.ipynb")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    case.spec("gone", case.home / "gone/bin/python")
    assert case.doctor_process().returncode == 1


# What the doctor takes to run, brought to where another user may read it.
LIGHT = ("kernel_seams", "click", "jupyter_core", "platformdirs", "rich", "pygments", "markdown_it", "mdurl")


@pytest.fixture(scope="module")
def open_place():
    """A folder that another user may enter, with the doctor in it: the checkout may lie in a closed home."""
    root = Path(tempfile.mkdtemp(prefix="seams-"))
    root.chmod(0o755)
    for name in LIGHT:
        found = importlib.util.find_spec(name)
        shutil.copytree(Path(found.origin).parent, root / "light" / name, ignore=shutil.ignore_patterns("__pycache__"))
    yield root
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def open_case(make_case, open_place, request):
    """A case in a place that another user may enter."""
    made = make_case(open_place / request.node.name.replace("/", "_") / "home")
    if os.geteuid() == 0:
        for folder in (made.home, made.work):
            os.chown(folder, 65534, 65534)
    made.variables["PYTHONPATH"] = str(open_place / "light")
    return made


def unprivileged(case, *arguments):
    """The doctor's JSON as a user who is not root sees it."""
    variables = {**case.variables, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    python, options = sys.executable, {}
    if os.geteuid() == 0:
        python, options = ANYBODYS, {"user": 65534, "group": 65534, "extra_groups": []}
    command = [python, "-B", "-m", "kernel_seams", "doctor", "--json", *arguments]
    done = subprocess.run(command, env=variables, cwd=case.work, capture_output=True, text=True, check=False, **options)
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def ids(content):
    """The ids of the findings that a healthy machine of this user would not have."""
    return {one["id"] for one in content["findings"]}


@pytest.mark.parametrize("path", [".local/share/jupyter/kernels", ".local/share/jupyter"])
def test_folder_that_may_not_be_read(open_case, path):
    """Kernels that vanish because a folder was made by root are told with the folder (e06b)."""
    open_case.spec("env", ANYBODYS)
    (open_case.home / path).chmod(0o000)

    content = unprivileged(open_case)
    assert "folder-unreadable" in ids(content)
    assert any(str(open_case.home / path) in one["title"] + str(one["evidence"]) for one in content["findings"])
    (open_case.home / path).chmod(0o755)


def test_unreadable_folder_on_jupyter_path(open_case):
    """One unreadable folder on JUPYTER_PATH stops every kernel (e19)."""
    shared = open_case.home / "shared"
    (shared / "kernels").mkdir(parents=True)
    (shared / "kernels").chmod(0o000)
    open_case.variables["JUPYTER_PATH"] = str(shared)

    found = [one for one in unprivileged(open_case)["findings"] if one["id"] == "folder-unreadable"]
    assert [one["severity"] for one in found] == ["error"]


def test_kernelspec_that_may_not_be_read(open_case):
    """A kernel.json of root's is listed, cannot be started, and is told (j09)."""
    place = open_case.spec("env", ANYBODYS)
    (place / "kernel.json").chmod(0o000)

    assert "spec-unreadable" in ids(unprivileged(open_case))


def test_interpreter_below_a_closed_home(open_case):
    """An interpreter below another user's private home (k17)."""
    (open_case.home / "owner/env/bin").mkdir(parents=True)
    (open_case.home / "owner/env/bin/python").symlink_to(ANYBODYS)
    open_case.spec("shared", open_case.home / "owner/env/bin/python")
    (open_case.home / "owner").chmod(0o000)

    found = [one for one in unprivileged(open_case)["findings"] if one["kernel"] == "shared"]
    assert [one["id"] for one in found] == ["no-interpreter"]
    assert str(open_case.home / "owner") in found[0]["title"] + str(found[0]["evidence"])


def test_runtime_folder_that_may_not_be_written(open_case):
    """A runtime folder of root's (e06)."""
    folder = open_case.home / ".local/share/jupyter/runtime"
    folder.mkdir(parents=True)
    folder.chmod(0o555)

    assert "runtime-not-writable" in ids(unprivileged(open_case))


def test_packages_that_are_roots_alone(open_case):
    """`sudo pip install` under `umask 077`: Python takes traitlets for an empty folder, and IPython is not to blame."""
    place = open_case.home / "env"
    python = ANYBODYS if os.geteuid() == 0 else sys.executable
    subprocess.run([python, "-m", "venv", "--without-pip", place], check=True)
    lent = open_case.site(open_case.lab.template)
    for name in ("ipykernel", "traitlets"):
        shutil.copytree(lent / name, open_case.site(place) / name)
    shutil.copy(lent / "ipykernel_launcher.py", open_case.site(place))
    open_case.spec("env", place / "bin/python")
    (open_case.site(place) / "traitlets").chmod(0o700 if os.geteuid() == 0 else 0o000)

    (finding,) = (one for one in unprivileged(open_case)["findings"] if one["kernel"] == "env")
    assert finding["id"] == "packages-unreadable"
    assert f"{open_case.site(place)}/traitlets may not be read" in finding["title"]
    assert finding["fix"] == [f"sudo chmod -R a+rX {open_case.site(place)}"]


MOUNTED = 'mount --bind "$0" "$0" && mount -o remount,bind,noexec "$0" && exec "$@"'


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a mount of one's own is made on Linux only")
def test_file_system_that_runs_nothing(case):
    """An environment on a file system mounted with `noexec`: its Python starts, and pyzmq is not to be reinstalled."""
    place = case.environment("env", own=True)
    case.spec("env", place / "bin/python")
    apart = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", MOUNTED, place]
    command = [*apart, sys.executable, "-m", "kernel_seams", "doctor", "--json"]
    done = subprocess.run(command, env=case.variables, cwd=case.work, capture_output=True, text=True, check=False)
    if not done.stdout and not os.environ.get("CI"):
        pytest.skip(f"nobody may mount here; root may, or anybody where user namespaces are allowed: {done.stderr}")

    (finding,) = (one for one in json.loads(done.stdout)["findings"] if one["kernel"] == "env")
    assert finding["id"] == "mounted-noexec"
    assert finding["fix"] == [f"sudo mount -o remount,exec {place}"]


@pytest.mark.parametrize(("option", "value"), [("n", 20), ("v", 500000)])
def test_shell_that_allows_little(case, option, value):
    """A limit that a kernel runs into is the finding, not whatever the doctor itself could not start because of it."""
    case.spec("env", case.sound)
    script(case.home / "limited", f'#!/bin/sh\nulimit -S -{option} {value}\nexec "$@"\n')
    command = [case.home / "limited", sys.executable, "-m", "kernel_seams", "doctor", "--json"]
    done = subprocess.run(command, env=case.variables, cwd=case.work, capture_output=True, text=True, check=False)

    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["id"], finding["evidence"][0]) == ("limit-too-low", f"`ulimit -{option}` says {value}")
    assert finding["fix"][0].startswith(f"ulimit -S -{option} ")


def test_neighbours_that_may_not_be_entered(open_case):
    """Folders of others beside the notebook, named like modules, are passed over."""
    for name in ("private", "math"):
        (open_case.work / name).mkdir(mode=0o000)

    assert not [one for one in unprivileged(open_case)["findings"] if f"/{open_case.work.name}/" in str(one)]


@pytest.mark.slow
def test_tool_runner_sees_what_the_checkout_sees(case, checkout):
    """`uvx --from . seams doctor` examines the person's shell, not the environment uv made for it."""
    uv = shutil.which("uv") or str(checkout.root / ".tools/bin/uv")
    if not os.access(uv, os.X_OK):
        pytest.skip("there is no uv here")
    case.spec("gone", case.home / "gone/bin/python")
    command = [uv, "tool", "run", "--from", checkout.root, "seams", "doctor", "--json"]
    done = subprocess.run(command, env=case.variables, cwd=case.work, capture_output=True, text=True, check=False)
    if not done.stdout:
        pytest.skip(f"uv could not make the environment: {done.stderr[-300:]}")
    mine, theirs = json.loads(case.doctor_process("--json").stdout), json.loads(done.stdout)

    assert theirs["findings"] == mine["findings"]
    assert theirs["jupyter"] == mine["jupyter"]
