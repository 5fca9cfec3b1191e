"""What is installed for a kernel: missing, broken, at odds with itself, or for another Python."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

# What lies in the standard library comes before what an environment has of that name.
no_sitecustomize = pytest.mark.skipif(
    (found := importlib.util.find_spec("sitecustomize")) is not None
    and Path(found.origin).is_relative_to(sysconfig.get_path("stdlib"))
    and "site-packages" not in found.origin,
    reason="this Python has a sitecustomize of its own, as Debian's has: use one of pyenv or python.org",
)


@pytest.fixture
def broken(case):
    """An environment with packages of its own, to be broken; the kernel in it is called env."""
    place = case.environment("env", own=True)
    case.spec("env", place / "bin/python")
    return place


def info(case, place, name):
    """The records of a distribution in an environment."""
    return next(case.site(place).glob(f"{name}-*.dist-info"))


def age(case, place, name, version):
    """Make the records of a distribution say that it is another version."""
    records = info(case, place, name)
    file = records / "METADATA"
    text = file.read_text()
    file.unlink()
    file.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", text, count=1))
    record = (records / "RECORD").read_text().replace(records.name, f"{name}-{version}.dist-info")
    (records / "RECORD").unlink()
    (records / "RECORD").write_text(record)
    records.rename(records.with_name(f"{name}-{version}.dist-info"))


def test_interpreter_without_ipykernel(case):
    """An interpreter that has no ipykernel is named, and the install is for that very interpreter (k03)."""
    place = case.bare("env", "--without-pip")
    case.spec("env", place / "bin/python")

    finding = case.only("no-ipykernel", "env")
    assert finding.sees.startswith(f"{place}/bin/python: No module named ipykernel_launcher")
    assert str(place / "bin/python") in finding.fix[0]


@pytest.mark.slow
def test_interpreter_without_ipykernel_is_cured(case):
    """The printed command installs it where the kernel looks (k03)."""
    place = case.bare("env")
    case.spec("env", place / "bin/python")

    case.cure(case.only("no-ipykernel", "env"))


@pytest.mark.parametrize("pattern", ["zmq/backend/cython/*.so", "pyzmq.libs"])
def test_pyzmq_without_its_compiled_part(case, broken, pattern):
    """A package whose records say that all is well and that cannot be imported is named (p01)."""
    for path in case.site(broken).glob(pattern):
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    finding = case.only("package-broken", "env")
    assert "pyzmq" in finding.title
    assert finding.fix[0].endswith("pip install --force-reinstall --no-cache-dir pyzmq")


@pytest.mark.slow
def test_pyzmq_is_cured(case, broken):
    """Reinstalling it by force cures (p01)."""
    for path in case.site(broken).glob("zmq/backend/cython/*.so"):
        path.unlink()

    case.cure(case.only("package-broken", "env"))


def test_half_uninstalled_package(case, broken):
    """A package whose records are there and whose files are gone (p09)."""
    shutil.rmtree(case.site(broken) / "tornado")

    assert "tornado" in case.only("package-broken", "env").title


def test_half_uninstalled_ipykernel(case, broken):
    """So with ipykernel itself: the install has to be forced (p09)."""
    for path in (case.site(broken) / "ipykernel_launcher.py", case.site(broken) / "ipykernel"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    finding = case.only("no-ipykernel", "env")
    assert "--force-reinstall" in finding.fix[0]


def test_missing_dependency(case, broken):
    """A package that ipykernel needs and that was uninstalled."""
    shutil.rmtree(case.site(broken) / "comm")
    shutil.rmtree(info(case, broken, "comm"))

    finding = case.only("dependency-missing", "env")
    assert finding.fix[0].endswith("pip install comm")


def test_version_that_imports_and_hangs(case, broken):
    """A tornado that is too old imports and never answers: its records tell (p05)."""
    age(case, broken, "tornado", "4.5.3")

    finding = case.only("version-conflict", "env")
    assert "tornado 4.5.3" in finding.title


@pytest.mark.slow
def test_version_conflict_is_cured(case, broken):
    """Upgrading both cures (p05, p05b)."""
    age(case, broken, "tornado", "4.5.3")

    case.cure(case.only("version-conflict", "env"))


def test_version_that_cannot_be_imported(case, broken):
    """An old traitlets (p05b)."""
    age(case, broken, "traitlets", "4.3.3")
    file = case.site(broken) / "traitlets/__init__.py"
    file.unlink()
    file.write_text('__version__ = "4.3.3"\n')

    finding = case.only("version-conflict", "env")
    assert "traitlets 4.3.3" in finding.title


def test_conflict_of_what_a_kernel_never_loads_is_healthy(case, broken):
    """prompt_toolkit belongs to the terminal's IPython; a kernel starts without it (p04)."""
    age(case, broken, "prompt_toolkit", "1.0.18")

    assert case.findings() == []


def test_packages_of_another_python(case, other_python):
    """Another Python's site-packages on the kernelspec's PYTHONPATH (p02, p07)."""
    lent = case.site(case.environment("env"))
    place = case.home / "other"
    subprocess.run([other_python, "-m", "venv", "--without-pip", place], check=True)
    case.spec("mix", place / "bin/python", env={"PYTHONPATH": str(lent)})

    assert "PYTHONPATH" in case.only("packages-of-another", "mix").title


@pytest.fixture
def other_python():
    """An interpreter of another minor version."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = [*sorted((Path.home() / ".pyenv/versions").glob("3.*/bin/python"), reverse=True), Path("/usr/bin/python3")]
    for path in found:
        if os.access(path, os.X_OK):
            asked = [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() not in {"", here}:
                return str(path)
    return pytest.skip("there is no second version of Python here")


def test_old_python_is_named(case):
    """Pythons too old for any kernel of today are run and named all the same (p07)."""
    old = next((Path.home() / ".pyenv/versions").glob("2.7.*/bin/python"), None) or shutil.which("python2.7")
    if old is None:
        pytest.skip("there is no Python 2.7 here")
    case.spec("old", old)

    finding = case.only("no-ipykernel", "old")
    assert any("Python 2.7" in line for line in finding.evidence)


def test_package_in_the_user_site_only(case):
    """Ipykernel in ~/.local, and a kernel that may not look there (e17)."""
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    asked = [base, "-m", "site", "--user-site"]
    site = Path(subprocess.check_output(asked, env={**os.environ, "HOME": str(case.home)}, text=True).strip())
    site.mkdir(parents=True)
    (site / "lent.pth").write_text(f"{case.site(case.lab.template)}\n")
    case.spec("u", base)
    assert case.findings() == []

    case.variables["PYTHONNOUSERSITE"] = "1"
    finding = case.only("environment-breaks", "u")
    assert "PYTHONNOUSERSITE" in finding.title
    case.cure(finding, -1)


@no_sitecustomize
def test_sitecustomize_that_ends_the_interpreter(case, broken):
    """A sitecustomize that fails is named with its file, and moved away (e13)."""
    (case.site(broken) / "sitecustomize.py").write_text('raise SystemExit("licence server unreachable")\n')

    finding = case.only("site-breaks", "env")
    assert "sitecustomize.py" in finding.fix[0]
    case.cure(finding)


def test_pth_file_that_fails(case, broken):
    """A .pth file that fails does not stop the kernel and is told (e13)."""
    (case.site(broken) / "broken.pth").write_text("import not_there_anymore\n")

    case.cure(case.only("broken-pth", "env"))


@no_sitecustomize
@pytest.mark.slow  # all the time that it is given, twice
def test_interpreter_that_hangs(case, broken):
    """What keeps an interpreter from answering is found the same way (s12)."""
    (case.site(broken) / "sitecustomize.py").write_text("import time\ntime.sleep(3600)\n")

    finding = case.only("site-breaks", "env", patience=6.0)
    assert "no answer within" in finding.sees
    case.cure(finding)


def test_environment_of_another_version(case, other_python):
    """An environment whose interpreter has become another version does not see its packages."""
    place = case.environment("env", own=True)
    for link in (place / "bin").glob("python*"):
        link.unlink()
    (place / "bin/python").symlink_to(other_python)
    config = (place / "pyvenv.cfg").read_text().splitlines()
    home = f"home = {Path(other_python).parent}"
    (place / "pyvenv.cfg").write_text("\n".join([home, *(line for line in config if not line.startswith("home"))]))
    case.spec("env", place / "bin/python")

    finding = case.only("environment-of-another-version", "env")
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" in finding.title
