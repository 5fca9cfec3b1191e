"""The set-up: what it makes, what it costs when nothing is missing, and what it says when it cannot."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
# The interpreter behind the environment the tests run in: what a person would have on PATH.
BASE = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"


def run(*command, cwd=None, env=None, path=None, **more):
    """The finished run of a script, with `path` as its PATH."""
    variables = {**os.environ, **(env or {})}
    variables.pop("VIRTUAL_ENV", None)
    if path is not None:
        variables["PATH"] = path
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        **more,
    )


@pytest.fixture
def tools(tmp_path):
    """A folder for PATH with a shell's tools, git and the base Python, and nothing else."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("sh", "bash", "cat", "cmp", "dirname", "git", "ls", "printf", "rm", "env"):
        found = shutil.which(name)
        if found:
            (folder / name).symlink_to(found)
    (folder / "python3").write_text(f'#!/bin/sh\nexec {BASE} "$@"\n')
    (folder / "python3").chmod(0o755)
    return folder


@pytest.fixture
def clone(checkout, tmp_path):
    """A copy of the checkout's files as git would clone them, with no environment."""
    target = tmp_path / "clone"
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=checkout.root).stdout
    for name in listed.splitlines():
        if (checkout.root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkout.root / name, target / name)
    return target


def script(path, text):
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def one_line(done):
    """The run's stderr, which must be one line of ours and no traceback; exit code 1."""
    assert done.returncode == 1
    assert done.stderr.startswith("kernel-seams: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_no_python_is_said_with_what_to_do(clone, tools):
    """Without any Python the script says so, and how to get one."""
    (tools / "python3").unlink()

    said = one_line(run(clone / "scripts" / "seams", path=str(tools)))

    assert "no Python 3.11 or newer on PATH (there is no python3)" in said
    assert "apt install python3" in said


def test_too_old_a_python_is_said_with_its_version(clone, tools):
    """A Python that is too old is named with its version; a stand-in plays it."""
    script(
        tools / "python3",
        'case $3 in *version_info*"<"*) exit 1 ;; *) echo "python3 is 3.9.2 at /usr/bin/python3" ;; esac',
    )

    said = one_line(run(clone / "scripts" / "seams", path=str(tools)))

    assert "(python3 is 3.9.2 at /usr/bin/python3)" in said


def test_a_newer_python_of_another_name_is_found(clone, tools):
    """Where python3 is too old, python3.13 and its like are tried before giving up."""
    script(tools / "python3", "exit 1")
    script(tools / "python3.12", 'case $2 in -c) exit 0 ;; *) echo "set up with $0" ;; esac')

    done = run(clone / "scripts" / "seams", path=str(tools))

    assert f"set up with {tools}/python3.12" in done.stdout


def test_python_that_cannot_make_environments_is_said(clone, tools):
    """Debian ships python3 without ensurepip: the package that mends it is named. A stand-in plays Debian's."""
    script(
        tools / "python3",
        f'case "$*" in "-E -m venv "*) echo "ensurepip is not available" >&2; exit 1 ;; *) exec {BASE} "$@" ;; esac',
    )
    text = (clone / "scripts" / "set_up.py").read_text()
    # sys.executable is the real interpreter, so the stand-in is named in its place.
    (clone / "scripts" / "set_up.py").write_text(text.replace("[sys.executable, ", f'["{tools}/python3", '))

    done = run(clone / "scripts" / "seams", path=str(tools))

    assert done.returncode == 1
    assert "venv or ensurepip is missing" in done.stderr
    assert "apt install python3-venv" in done.stderr
    assert not (clone / ".tools").exists()


@pytest.mark.slow
def test_a_registry_out_of_reach_is_said(clone, tools, tmp_path):
    """Offline on the first run: one line that says so, what to set, and what the package manager said."""
    nowhere = "http://127.0.0.1:9/simple"
    env = {"PIP_INDEX_URL": nowhere, "UV_DEFAULT_INDEX": nowhere, "UV_CACHE_DIR": str(tmp_path / "cache")}
    env |= {"PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}

    done = run(clone / "scripts" / "seams", path=str(tools), env=env)

    assert done.returncode == 1
    assert "kernel-seams: the package registry cannot be reached" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_read_only_checkout_is_said(clone, tools):
    """A folder closed to writing is said before anything is tried, to root too, less what lets root pass over modes."""
    clone.chmod(0o555)
    libc = ctypes.CDLL(None)  # here, because a fork should not load anything

    def mind_modes():
        if os.geteuid() == 0:
            libc.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)

    said = one_line(run(clone / "scripts" / "seams", path=str(tools), preexec_fn=mind_modes))

    assert f"{clone} cannot be written to" in said


def test_a_certificate_only_the_system_knows_is_tried_with_the_systems_store(clone, tools):
    """Behind a proxy that opens TLS, the package manager's own list of authorities does not do: the system's does.

    A stand-in plays a uv that meets such a proxy: the store of this machine cannot be changed for a test.
    """
    refused = "error: Failed to fetch: invalid peer certificate: UnknownIssuer"
    script(
        tools / "uv",
        'case "$*" in --version) echo "uv 0.9.0"; exit ;; esac\n'
        f'[ -n "$UV_SYSTEM_CERTS$UV_NATIVE_TLS" ] || {{ echo "{refused}" >&2; exit 2; }}\n'
        'echo "asked again: $1" >&2; exit 3',
    )

    done = run(clone / "scripts" / "seams", path=str(tools))

    assert done.stderr.splitlines()[-1].endswith("ended with 3: asked again: venv")


def test_when_nothing_is_missing_no_python_is_even_looked_for(set_up_checkout, tools):
    """Set up once, the script asks one question of files and starts the command: PATH needs no Python."""
    (tools / "python3").unlink()

    started = time.monotonic()
    done = run(set_up_checkout.root / "scripts" / "seams", "--version", path=str(tools))

    assert done.stdout.startswith("seams, version")
    assert done.stderr == ""
    assert time.monotonic() - started < 30


def test_seams_changes_no_environment_variable(set_up_checkout, tmp_path):
    """The doctor examines the person's variables: the script hands on exactly those it was given."""
    # The doctor asks the shell's `python` under the variables it was given itself: a stand-in shows them.
    script(tmp_path / "python", f'env -0 > "{tmp_path}/$$.seen"')
    given = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path), "SEAMS_TEST": "a b", "PYTHONPATH": "/x"}

    command = ["/bin/sh", str(set_up_checkout.root / "scripts" / "seams"), "doctor"]
    subprocess.run(command, env=given, cwd=tmp_path, capture_output=True, check=False)

    # Asked again without PYTHONPATH, since it does not answer: the fullest is the first.
    runs = [
        dict(pair.split("=", 1) for pair in file.read_text().split("\0") if pair) for file in tmp_path.glob("*.seen")
    ]
    seen = max(runs, key=len)
    of_the_shell_and_the_question = {"_", "SHLVL", "PWD", "OLDPWD", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE"}
    assert given == {name: value for name, value in seen.items() if name not in of_the_shell_and_the_question}


def test_seams_runs_where_no_other_python_does(set_up_checkout):
    """With PYTHONHOME astray, who needs the doctor most can still call it, and is told what it is."""
    env = {"PYTHONHOME": "/gone", "PATH": f"{sys.prefix}/bin:/usr/bin:/bin"}
    done = run(set_up_checkout.root / "scripts" / "seams", "doctor", env=env)

    assert done.returncode == 1
    assert "PYTHONHOME='/gone'" in done.stdout
    assert done.stderr == ""


def test_a_wrong_python_option_is_bad_usage(checkout):
    """--python takes what runs, and says what it takes otherwise; exit 2."""
    done = run(checkout.root / "scripts" / "workshop", "--python", "2.7")
    bare = run(checkout.root / "scripts" / "workshop", "--python")

    assert (done.returncode, bare.returncode) == (2, 2)
    assert done.stderr == (
        "kernel-seams: --python 2.7 is not a Python 3.11 or newer that runs. "
        "Give a path, a command on PATH, or a version as in 3.13\n"
    )


@pytest.mark.slow
def test_an_interrupted_set_up_heals_itself(clone, tools):
    """Killed half-way, the next run makes the environment anew; a move and a lost interpreter heal, too."""
    seams = clone / "scripts" / "seams"
    variables = {**os.environ, "PATH": str(tools)}
    half = subprocess.Popen([str(seams), "--version"], env=variables, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    site = clone / ".venv"
    deadline = time.monotonic() + 300
    while not list(site.glob("lib/*/site-packages/*/__init__.py")):
        assert time.monotonic() < deadline
        assert half.poll() is None
        time.sleep(0.01)
    os.killpg(half.pid, 9)
    half.wait()
    assert not (site / "seams-stamp-workshop").exists()

    healed = run(seams, "kernels", "list", path=str(tools))
    assert healed.returncode == 0
    assert "made anew" in healed.stderr
    assert run(seams, "--version", path=str(tools)).stderr == ""

    moved = clone.rename(clone.with_name("moved"))
    again = run(moved / "scripts" / "seams", "kernels", "list", path=str(tools))
    assert again.returncode == 0
    assert f"launches  {moved}/.venv/bin/python" in again.stdout

    (moved / ".venv" / "bin" / "python").unlink()
    (moved / ".venv" / "bin" / "python").symlink_to("/gone/python3")
    assert run(moved / "scripts" / "seams", "--version", path=str(tools)).stdout.startswith("seams, version")


@pytest.mark.slow
def test_the_kernels_are_installed_while_jupyterlab_starts(clone, tools, wait_until):
    """The first start waits for them to show its address, not to start, has *The wire*, and says it if they fail."""
    environment, log = clone / ".venv", clone.parent / "log"
    packages, whole = environment / "seams-stamp-packages", environment / "seams-stamp-workshop"

    def start(until):
        with log.open("w") as out:
            command = [str(clone / "scripts" / "workshop"), "--no-browser", "--port", "8899"]
            process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "PATH": str(tools)})
        wait_until(lambda: until() or process.poll() is not None, log.read_text, 300)
        return process

    killed = start(packages.exists)
    family = [killed, *psutil.Process(killed.pid).children(recursive=True)]
    for process in family:
        process.kill()
    killed.wait()
    assert not whole.exists()

    opened = start(lambda: "http://" in log.read_text())
    said = log.read_text()
    assert {path.name for path in environment.glob("share/jupyter/kernels/*")} >= {
        "python3",
        "bash",
        "deno",
        "analysis",
    }
    assert whole.exists()
    assert not packages.exists()
    assert "packages " not in said  # they were there
    assert said.index("kernels ") < said.index("http://")
    cards = said.splitlines()[-1].replace("/lab?", "/server-proxy/servers-info?")
    servers = httpx.get(cards, trust_env=False, timeout=60).json()["server_processes"]
    assert [each["name"] for each in servers] == ["wire"]
    opened.send_signal(signal.SIGINT)
    assert opened.wait(60) == 0

    whole.rename(packages)
    shutil.rmtree(environment / "share/jupyter/kernels")
    (environment / "share/jupyter/kernels").touch()
    failed = start(lambda: False)
    assert failed.returncode == 1
    assert "http://" not in log.read_text()
    assert log.read_text().splitlines()[-1].startswith("seams: The kernels could not be installed")


@pytest.mark.slow
def test_a_changed_lock_is_followed_and_the_learners_own_packages_stay(clone, tools):
    """A lock that has changed is brought about in place: what it names is there, what the learner added stays."""
    seams, lock = clone / "scripts" / "seams", clone / "requirements.lock"
    run(seams, "--version", path=str(tools))
    (site,) = clone.glob(".venv/lib/*/site-packages")
    (site / "learners_own.py").write_text("")
    for path in site.glob("json5*"):
        shutil.rmtree(path)
    lock.write_text(f"# changed\n{lock.read_text()}")

    done = run(seams, "--version", path=str(tools))

    assert "to be brought up to date" in done.stderr
    assert (site / "json5").is_dir()
    assert (site / "learners_own.py").exists()
    assert run(seams, "--version", path=str(tools)).stderr == ""
