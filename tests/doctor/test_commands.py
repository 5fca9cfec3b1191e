"""The doctor's other questions: one import, one notebook, one message, the kernels that run, and what is shared."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kernel_seams.doctor.errors import explain, messages

SECONDS = 600


def notebook(case, *cells, kernel="env", folder=None, **metadata):
    """A notebook with these code cells."""
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel}, **metadata},
        "cells": [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []} for text in cells],
    }
    path = (folder or case.work) / "a.ipynb"
    path.write_text(json.dumps(content))
    return path


def said(done):
    """The JSON that a command printed."""
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def ids(content):
    return [one["id"] for one in content["findings"]]


@pytest.fixture
def env(case):
    """A sound environment that is a kernel."""
    place = case.environment("env", own=True)
    case.spec("env", place / "bin/python")
    return place


def test_import_that_only_the_terminal_finds(case, env):
    """An import that works in the terminal's environment and in no kernel (k05, e04)."""
    other = case.bare("other", "--without-pip")
    case.package(case.site(other), "mypkg", version="1.0")
    case.variables["PATH"] = f"{other / 'bin'}:{case.variables['PATH']}"

    content = said(case.doctor("--json", "import", "mypkg"))
    assert ids(content) == ["not-importable", "not-importable"]
    terminal = next(one for one in content["places"] if one["who"] == "terminal")
    assert terminal["file"] == str(case.site(other) / "mypkg/__init__.py")
    assert terminal["version"] == "mypkg 1.0"
    fixes = [one["fix"][0] for one in content["findings"] if one["kernel"] == "env"]
    assert fixes == [f"{env}/bin/python -m pip install mypkg"]


def test_import_that_is_in_the_user_site(case, env):
    """A package of `pip install --user` is invisible to a virtual environment, and the origin is named (e04)."""
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    asked = [base, "-m", "site", "--user-site"]
    site = Path(subprocess.check_output(asked, env={**os.environ, "HOME": str(case.home)}, text=True).strip())
    case.package(site, "mypkg")
    # Where this is the only Python of a system, it may have no name but python3.14.
    (case.home / "base").mkdir()
    (case.home / "base/python").symlink_to(base)
    case.variables["PATH"] = f"{case.home}/base:{case.variables['PATH']}"

    content = said(case.doctor("--json", "import", "mypkg", "--kernel", "env"))
    assert any("your user site" in line for line in content["findings"][0]["evidence"])
    assert env.name in str(content["findings"][0]["fix"])


def test_import_that_every_kernel_finds(case, env):
    """Nothing to mend is exit code 0, and each pip is told (e10, p10)."""
    done = case.doctor("--json", "import", "traitlets")
    content = said(done)

    assert done.returncode == 0
    assert content["findings"] == []
    where = {one["command"]: one["installs_into"] for one in content["pips"]}
    assert where["!pip, in env"] == str(case.lab.server)
    assert where["%pip, in env"] == str(env)


@pytest.mark.usefixtures("env")
def test_distribution_that_is_imported_by_another_name(case):
    """The distribution's name is not the module's, either way round (p15)."""
    assert "import dateutil" in said(case.doctor("--json", "import", "python_dateutil"))["findings"][0]["advice"]
    assert "opencv-python" in said(case.doctor("--json", "import", "cv2"))["findings"][0]["fix"][0]


def test_import_of_a_file_beside(case, env):
    """A file of the person's own that takes a package's place is told and renamed."""
    case.package(case.site(env), "pandas")
    (case.work / "pandas.py").write_text("")

    content = said(case.doctor("--json", "import", "pandas", "--kernel", "env"))
    assert ids(content) == ["file-shadows-module"]
    case.shell(content["findings"][0]["fix"][0])
    assert case.doctor("import", "pandas", "--kernel", "env").returncode == 0


def test_import_that_was_compiled_for_another(case, env):
    """A package whose compiled parts are another Python's."""
    package = case.package(case.site(env), "fast")
    (package / "_core.cpython-36m-x86_64-linux-gnu.so").touch()

    assert ids(said(case.doctor("--json", "import", "fast", "--kernel", "env"))) == ["compiled-for-another"]


@pytest.mark.usefixtures("env")
def test_import_for_a_kernel_that_is_not_there(case):
    """An unknown kernel is a problem in one line that names those there are."""
    done = case.doctor("import", "json", "--kernel", "nope")

    assert done.returncode == 1
    assert "env" in done.stderr


@pytest.mark.usefixtures("env")
def test_notebook_that_is_well(case):
    """A notebook whose kernel is there and finds everything."""
    path = notebook(case, "import json\nimport traitlets", "%pip install x\n!ls", "%%bash\nimport nothing")

    done = case.doctor("notebook", path)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_notebook_without_its_kernel(case, env):
    """A notebook from another machine names a kernel that is not here."""
    path = notebook(case, "1", kernel="conda-env-ml-py")
    (case.work / ".venv").symlink_to(env)

    content = said(case.doctor("--json", "notebook", path))
    assert ids(content) == ["no-such-kernel"]
    case.shell(content["findings"][0]["fix"][0])
    assert case.doctor("notebook", path).returncode == 0


@pytest.mark.usefixtures("env")
def test_notebook_that_needs_the_folder_above(case):
    """A package at the root of the project is not found from notebooks/ (f05)."""
    case.package(case.work, "mypkg")
    (case.work / "notebooks").mkdir()
    path = notebook(case, "x = 1", "import mypkg", folder=case.work / "notebooks")

    content = said(case.doctor("--json", "notebook", path))
    assert ids(content) == ["module-in-parent"]
    case.shell(content["findings"][0]["fix"][0])
    assert case.doctor("notebook", path).returncode == 0


@pytest.mark.usefixtures("env")
def test_notebook_beside_a_file_that_is_ignored(case):
    """A random.py beside the notebook is never imported: the kernel has loaded its own (f01)."""
    (case.work / "random.py").write_text("X = 1\n")
    path = notebook(case, "import random\nrandom.X")

    assert ids(said(case.doctor("--json", "notebook", path))) == ["file-ignored"]


@pytest.mark.usefixtures("env")
def test_notebook_beside_a_file_that_stops_the_kernel(case):
    """What stops a kernel in this folder is told of the notebook too (f01)."""
    (case.work / "types.py").write_text("X = 1\n")

    assert "file-shadows-module" in ids(said(case.doctor("--json", "notebook", notebook(case, "1"))))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nbformat": 4, "cells": 7, "metadata": []}', "[" * 10_000])
def test_files_that_are_no_notebook(case, text):
    """What is no notebook is a problem in one line."""
    (case.work / "a.ipynb").write_text(text)

    done = case.doctor("notebook", "a.ipynb")
    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stderr


MESSAGES = {
    "no-ipykernel": "/home/u/env/bin/python: No module named ipykernel_launcher",
    "no-interpreter": "FileNotFoundError: [Errno 2] No such file or directory: '/old/venv/bin/python'",
    "throw-away-environment": "[Errno 2] No such file or directory: '/u/uv/builds-v0/.tmpA/bin/python'",
    "no-program": "FileNotFoundError: [Errno 2] No such file or directory: 'conda'",
    "not-filled-in": "FileNotFoundError: [Errno 2] No such file or directory: '$HOME/env/bin/python'",
    "not-executable": "PermissionError: [Errno 13] Permission denied: '/home/u/env/bin/python'",
    "runtime-not-writable": "KeyError: 'shell_port'",
    "spec-not-json": "Expecting value: line 2 column 1 (char 19)",
    "spec-no-argv": "list index out of range",
    "no-such-kernel": "jupyter_client.kernelspec.NoSuchKernel: No such kernel named proj",
    "pyzmq-broken": "ImportError: libzmq-2f02442c.so.5.2.5: cannot open shared object file: No such file or directory",
    "compiled-for-another": "ImportError: /x/_rpds.abi3.so: undefined symbol: PyType_FromMetaclass",
    "library-of-another": "ImportError: /home/u/lib/libstdc++.so.6: file too short",
    "version-conflict": "ImportError: cannot import name 'Callable' from 'traitlets' (/e/traitlets/__init__.py)",
    "tornado-misfit": "RuntimeError: There is no current event loop in thread 'Shell channel'.",
    "package-too-new": "TypeError: 'type' object is not subscriptable",
    "package-too-old": "ModuleNotFoundError: No module named 'imp'",
    "file-shadows-module": "ImportError: cannot import name 'log' from 'math' (/home/u/work/math.py)",
    "prompt-toolkit": "ModuleNotFoundError: No module named 'prompt_toolkit.formatted_text'",
    "port-taken": "zmq.error.ZMQError: Address already in use (addr='tcp://127.0.0.1:54321')",
    "socket-path-too-long": "zmq.error.ZMQError: File name too long (addr='ipc:///x')",
    "backend-inherited": "ValueError: Key backend: 'module://matplotlib_inline.backend_inline' is not a valid value",
    "externally-managed": "error: externally-managed-environment",
    "no-pip": "/home/u/env/bin/python: No module named pip",
    "shim": "pyenv: python3.9: command not found",
    "bad-interpreter": "bash: /e/bin/jupyter: cannot execute: required file not found",
    "startup-file": "[IPKernelApp] WARNING | Unknown error in handling startup files:",
    "extension-missing": "[IPKernelApp] WARNING | Error in loading extension: not_installed_ext",
    "broken-pth": "Error processing line 1 of /e/lib/python3.12/site-packages/broken.pth:",
    "pythonhome": "Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding",
    "import-missing": "ModuleNotFoundError: No module named 'mypkg'",
    "did-not-answer": "RuntimeError: Kernel didn't respond in 60 seconds",
    "died": "RuntimeError: Kernel died before replying to kernel_info",
}


@pytest.mark.parametrize(("name", "text"), MESSAGES.items())
def test_messages(name, text):
    """Each message that people search for is the case it is, alone and followed by its consequence.

    s10, a port that is taken between choosing and binding it, cannot be made at will: this is its recorded message.
    """
    assert [one.id for one in explain(text)] == [name]
    if name not in {"died", "did-not-answer", "import-missing"}:
        assert [one.id for one in explain(f"{text}\nKernel died before replying to kernel_info")] == [name]


def test_every_message_is_complete():
    """No title or command keeps a placeholder open, and each row has an example or a reason to have none."""
    assert {one.id for one in messages()} - set(MESSAGES) <= {
        "no-kernel-module",
        "spec-unreadable",
        "spec-wrong-type",
        "spec-name",
        "no-ensurepip",
    }
    for text in MESSAGES.values():
        for finding in explain(text):
            assert "{" not in finding.title + "".join(finding.fix)


def test_pasted_text(case):
    """A server's log on stdin; what is not recognised says what to paste."""
    log = "[W] restarting kernel (1/5), new random ports\n/e/bin/python: No module named ipykernel_launcher\n"

    assert "/e/bin/python -m pip install ipykernel" in case.doctor("error", "-", given=log).stdout
    done = case.doctor("error", "-", given="all is well\n")
    assert done.returncode == 0
    assert "No case is recognised" in done.stdout


@pytest.fixture
def live(case, env, wait_until):
    """A kernel that runs, started by the server's Jupyter; its process."""
    case.variables["JUPYTER_RUNTIME_DIR"] = str(case.home / "runtime")
    (case.home / "runtime").mkdir()
    file = case.home / "runtime/kernel-1234.json"
    command = [env / "bin/python", "-m", "ipykernel_launcher", "-f", file]
    with subprocess.Popen(command, env=case.variables, cwd=case.work, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: file.exists() or process.poll() is not None, "the kernel's connection file")
        assert process.poll() is None
        yield process
        process.kill()


def process_of(live, content):
    """What is said of the process with that connection file; other kernels that run on this machine are shown, too."""
    (found,) = (one for one in content["running"] if one["connection_file"] == str(live.args[-1]))
    return found["processes"][0]


def test_kernels_that_run(case, env, live):
    """From connection file to process to argv; a leftover file is a note (p14)."""
    (case.home / "runtime/kernel-9.json").write_text("{}")

    content = said(case.doctor("--json", "running"))
    process = process_of(live, content)
    assert process["pid"] == live.pid
    assert process["argv"][0] == str(env / "bin/python")
    assert [one["id"] for one in content["notes"]] == ["stale-connection-files"]
    assert [one for one in content["findings"] if str(env) in str(one)] == []


def test_kernels_that_run_where_processes_are_no_files(case, env, live, monkeypatch):
    """On a system without /proc psutil is asked, and where there is none it is said how to get it."""
    monkeypatch.setattr("kernel_seams.doctor.running.PROC", case.home / "proc")

    process = process_of(live, said(case.doctor("--json", "running")))
    assert process["pid"] == live.pid
    assert process["argv"][0] == str(env / "bin/python")
    assert process["folder"] == str(case.work)
    assert abs(process["started"] - time.time()) < SECONDS

    monkeypatch.setattr("kernel_seams.doctor.running.find_spec", lambda _: None)
    done = case.doctor("running")
    assert done.returncode == 1
    assert "uvx --with psutil" in done.stderr


@pytest.mark.usefixtures("live")
def test_packages_that_changed_beneath_a_kernel(case, env):
    """What was installed after the kernel started is told with the restart (p14)."""
    records = case.site(env) / "foo-2.0.dist-info"
    records.mkdir()
    (records / "RECORD").write_text("")
    os.utime(records / "RECORD", (2**31 - 1, 2**31 - 1))

    content = said(case.doctor("--json", "running"))
    mine = [one for one in content["findings"] if str(env) in str(one["evidence"])]
    assert [one["id"] for one in mine] == ["running-packages-newer"]
    assert "foo 2.0" in mine[0]["title"]


@pytest.mark.usefixtures("env")
@pytest.mark.slow
def test_kernels_that_are_started(case):
    """With --boot answered and died are told apart, and the person's profile is found to be the cause (s01)."""
    content = said(case.doctor("--json", "--boot"))
    assert {one["boot"]["outcome"] for one in content["kernels"]} == {"answered"}

    folder = case.home / ".ipython/profile_default/startup"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "00-a.py").write_text("import os\ngetattr(os, '_exit')(3)\n")
    content = said(case.doctor("--json", "--boot"))
    assert {one["id"] for one in content["findings"]} == {"startup-file"}


@pytest.mark.usefixtures("env")
def test_report_that_can_be_shared(case):
    """With --share neither home nor host nor user name is left in any of the forms."""
    case.spec("gone", case.home / "secret-user/bin/python")
    case.variables["USER"] = "secretuser"
    case.spec("mine", "/home/secretuser/env/bin/python")
    for arguments in (["--share"], ["--share", "--json"], ["--share", "import", "json"]):
        out = case.doctor(*arguments).stdout
        assert str(case.home) not in out
        assert "secretuser" not in out
        assert socket.gethostname() not in out


def test_every_finding_is_in_the_document(checkout):
    """Whoever reads an id, or searches a message, finds it in docs/doctor.md."""
    text = (checkout.root / "docs" / "doctor.md").read_text()
    code = "".join(path.read_text() for path in (checkout.root / "src/kernel_seams/doctor").rglob("*.py"))
    named = set(re.findall(r'\bid="([a-z-]+)"', code)) | set(re.findall(r'"(spec-[a-z-]+)"', code))

    assert len(named) > 40
    assert sorted(name for name in named if f"`{name}`" not in text) == []
