"""What is around a kernel: PYTHONPATH, files beside the notebook, start-up files, folders that cannot be written."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def python(case):
    """The interpreter of a sound kernel called env."""
    place = case.sound
    case.spec("env", place)
    return place


@pytest.mark.usefixtures("python")
def test_pythonpath_that_kills(case):
    """A variable that breaks the import is found by leaving it out (e01)."""
    case.package(case.home / "ros", "tornado", 'raise ImportError("the tornado of another Python")')
    case.variables["PYTHONPATH"] = str(case.home / "ros")

    found = case.findings()
    assert {(one.id, one.kernel) for one in found} == {("environment-breaks", "env"), ("environment-breaks", "python3")}
    case.cure(found[0])


@pytest.mark.usefixtures("python")
def test_pythonpath_that_hides(case):
    """One that only hides a package of the environment is a warning with the names (e01, p17)."""
    case.package(case.home / "old", "wcwidth")
    case.variables["PYTHONPATH"] = str(case.home / "old")

    found = case.findings()
    assert {one.id for one in found} == {"pythonpath-hides"}
    assert "wcwidth" in found[0].title
    case.cure(found[0])


@pytest.mark.usefixtures("python")
def test_pythonpath_of_ones_own_project_is_healthy(case):
    """A folder that hides nothing is no finding, nor is the empty entry by itself (f03)."""
    case.package(case.home / "src", "mylib")
    case.variables["PYTHONPATH"] = f"{case.home / 'src'}:"

    assert case.findings() == []


def test_spec_that_sets_pythonpath(case, python):
    """The kernelspec's own PYTHONPATH is named with its file, and taken out (j07, p17)."""
    case.package(case.home / "dist", "traitlets", '__version__ = "4.3.3"')
    case.spec("env", python, env={"PYTHONPATH": str(case.home / "dist")})

    finding = case.only("spec-env-breaks", "env")
    assert "PYTHONPATH" in finding.title
    case.cure(finding)


def test_spec_whose_pythonpath_hides_a_version(case, python):
    """A stale copy that wins over the environment's is a warning (j07)."""
    case.package(case.home / "stale", "wcwidth", 'VERSION = "stale"')
    case.spec("env", python, env={"PYTHONPATH": str(case.home / "stale")})

    case.cure(case.only("pythonpath-hides", "env"))


def test_library_path_that_kills(case, python):
    """LD_LIBRARY_PATH in a kernelspec is found the same way (e09)."""
    (case.home / "lib").mkdir()
    (case.home / "lib/libstdc++.so.6").touch()
    case.spec("ld", python, env={"LD_LIBRARY_PATH": str(case.home / "lib")})

    case.cure(case.only("spec-env-breaks", "ld"))


@pytest.mark.usefixtures("python")
def test_files_that_take_a_modules_place(case):
    """Each file beside the notebook that a kernel would load while it starts is an error (f01)."""
    names = ["types", "enum", "re", "pathlib", "functools", "fnmatch", "operator", "keyword"]
    if sys.version_info < (3, 13):
        names.append("urllib")  # from 3.13 on pathlib loads it only when it needs it
    if sys.version_info < (3, 14):
        names.append("warnings")  # from 3.14 on nothing loads it before the launcher has left this folder
    for name in names:
        (case.work / f"{name}.py").write_text("X = 1\n")

    found = case.findings()
    assert {(one.id, one.severity) for one in found} == {("file-shadows-module", "error")}
    assert sorted(one.title.split(".py")[0] for one in found) == sorted(names)
    for one in found[1:]:
        case.shell(one.fix[0])
    case.cure(found[0])


@pytest.mark.usefixtures("python")
def test_files_that_take_no_ones_place(case):
    """Files that today's launcher never loads are no finding, whatever old threads say (f01)."""
    for name in ("random", "tokenize", "code", "logging", "socket", "zmq", "test", "numpy", "pandas", "string", "new"):
        (case.work / f"{name}.py").write_text("X = 1\n")

    assert case.findings() == []


@pytest.mark.usefixtures("python")
def test_file_that_breaks_something_later(case):
    """A file that IPython loads when it first needs it is a warning (f01)."""
    (case.work / "pexpect.py").write_text("X = 1\n")

    finding = case.only("file-shadows-module")
    assert finding.severity == "warning"
    case.cure(finding)


@pytest.mark.usefixtures("python")
def test_empty_entry_brings_all_names_back(case):
    """With an empty entry on PYTHONPATH the launcher's protection is gone (f03)."""
    (case.work / "random.py").write_text("X = 1\n")
    case.variables["PYTHONPATH"] = f"{case.home / 'none'}:"

    assert "random.py" in case.only("file-shadows-module").title


@pytest.mark.usefixtures("python")
def test_pythonpath_with_a_stdlib_name(case):
    """A folder on PYTHONPATH that holds a random.py kills every kernel (f03)."""
    (case.home / "lib").mkdir()
    (case.home / "lib/random.py").write_text("X = 1\n")
    case.variables["PYTHONPATH"] = str(case.home / "lib")

    found = case.findings()
    assert {one.id for one in found} == {"environment-breaks"}
    assert {one.kernel for one in found} == {None, "env", "python3"}
    assert any("lib/random.py" in line for one in found for line in one.evidence)
    case.cure(found[0])


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("import not_in_this_env\n", "warning"),
        ("raise SystemExit(1)\n", "error"),
        ("import os\nos._exit(3)\n", "error"),
        ("def broken(:\n", "warning"),
    ],
)
def test_startup_file(case, text, severity):
    """A start-up file of IPython that fails or ends the process is named (s01)."""
    folder = case.home / ".ipython/profile_default/startup"
    folder.mkdir(parents=True)
    (folder / "00-a.py").write_text(text)

    finding = case.only("startup-file")
    assert finding.severity == severity
    case.cure(finding)


@pytest.mark.usefixtures("python")
def test_startup_files_that_are_well(case):
    """One that imports what is there, or tries to, is no finding (s01)."""
    folder = case.home / ".ipython/profile_default/startup"
    folder.mkdir(parents=True)
    (folder / "00-a.py").write_text("import os, IPython\ntry:\n    import pandas\nexcept ImportError:\n    pass\n")

    assert case.findings() == []


@pytest.mark.usefixtures("python")
def test_extension_that_is_missing(case):
    """An extension in IPython's settings that an environment lacks (s06)."""
    folder = case.home / ".ipython/profile_default"
    folder.mkdir(parents=True)
    text = 'c = get_config()\nc.InteractiveShellApp.extensions = ["autoreload", "not_installed_ext"]\n'
    (folder / "ipython_kernel_config.py").write_text(text)

    finding = case.only("extension-missing")
    assert "not_installed_ext" in finding.title
    assert "ipython_kernel_config.py:2" in finding.evidence[0]


@pytest.mark.usefixtures("python")
def test_socket_path_that_is_too_long(case):
    """Transport ipc and a long runtime folder (s08)."""
    (case.home / ".jupyter").mkdir()
    (case.home / ".jupyter/jupyter_config.json").write_text(json.dumps({"KernelManager": {"transport": "ipc"}}))
    case.variables["JUPYTER_RUNTIME_DIR"] = str(case.home / ("x" * 120))

    case.cure(case.only("socket-path-too-long"))


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize("what", ["file", "dangling"])
def test_runtime_folder_that_cannot_be(case, what):
    """A runtime folder that is a file or a dangling link stops every kernel (e06)."""
    place = case.home / "runtime"
    place.touch() if what == "file" else place.symlink_to(case.home / "gone")
    case.variables["JUPYTER_RUNTIME_DIR"] = str(place)

    case.cure(case.only("runtime-not-writable"))


@pytest.mark.usefixtures("python")
def test_unusable_ipython_folder_is_healthy(case):
    """IPython makes do without its folder (e14)."""
    (case.home / ".ipython").touch()

    assert case.findings() == []


@pytest.mark.usefixtures("python")
def test_env_file_is_a_note(case):
    """A .env is for VS Code only and worth knowing (e20)."""
    (case.work / ".env").write_text(f"PYTHONPATH={case.home}/src\nPATH=/usr/bin\n")

    assert case.findings() == []
    assert "env-file" in [one.id for one in case.notes()]


@pytest.mark.usefixtures("python")
def test_pips_of_a_healthy_kernel_are_a_note(case):
    """`!pip` is another environment's on most machines: worth knowing, not a finding (e10, p10)."""
    assert case.findings() == []
    note = next(one for one in case.notes() if one.id == "bang-pip-elsewhere")
    assert "%pip" in note.advice


def test_environment_without_pip(case):
    """An active environment that `python -m venv` left without pip (p18)."""
    place = case.bare("env", "--without-pip")
    case.spec("env", place / "bin/python")
    case.activate(place)
    case.variables["PATH"] += ":/usr/local/bin"

    found = {one.id for one in case.findings()}
    assert {"active-without-pip", "no-ipykernel"} <= found or shutil.which("pip", path=case.variables["PATH"]) is None


def test_active_environment_that_is_gone(case):
    """VIRTUAL_ENV may name a folder that was removed."""
    case.variables["VIRTUAL_ENV"] = str(case.home / "gone")

    case.cure(case.only("active-environment-gone"))


def test_jupyter_whose_environment_is_gone(case):
    """A `jupyter` whose first line names an interpreter that is gone cannot be run, and nothing else is asked (k09)."""
    place = case.environment("proj-old")
    place.rename(case.home / "proj-new")
    case.variables["PATH"] = f"{case.home}/proj-new/bin:{case.variables['PATH']}"

    assert "jupyter-fails" in [one.id for one in case.findings()]


def managed_python():
    """A Python of the system's that pip may not change (PEP 668), or None."""
    for path in (Path("/usr/bin/python3"), Path("/opt/homebrew/bin/python3")):
        if path.exists():
            code = "import sysconfig; print(sysconfig.get_path('stdlib'))"
            asked = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
            if Path(asked.stdout.strip(), "EXTERNALLY-MANAGED").exists():
                return path
    return None


@pytest.mark.skipif(
    managed_python() is None, reason="no Python here is externally managed: Debian's and Homebrew's are"
)
def test_kernel_of_the_systems_python(case):
    """Where pip refuses to install, no `pip install` into it is advised, but the package or an environment (p11)."""
    case.spec("sys", managed_python())

    finding = case.only("no-ipykernel", "sys")
    assert not any(f"{managed_python()} -m pip install" in line for line in finding.fix)
    assert any("-m venv" in line and "ipykernel install" in line for line in finding.fix)


def test_backend_that_was_inherited(case):
    """MPLBACKEND of a notebook, in a terminal whose Python has matplotlib and not what the value names (e08)."""
    place = case.bare("env", "--without-pip")
    case.package(case.site(place), "matplotlib")
    case.variables["PATH"] = f"{place / 'bin'}:{case.variables['PATH']}"
    case.variables["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"

    case.cure(case.only("backend-inherited"))
