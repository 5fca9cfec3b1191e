"""The image: what is in it, who runs in it, which kernels answer, how it is built again."""

import json
import shutil
import signal
import time
from pathlib import Path

import jupyter_kernel_test
import pytest

from kernel_seams.checkout import Checkout
from kernel_seams.course.release import release
from kernel_seams.course.table import read_table

pytestmark = [pytest.mark.slow, pytest.mark.image, pytest.mark.timeout(900)]

GIGABYTE = 1e9
KERNELS = {"python3", "analysis", "pypy", "ir", "deno", "bash"}
SLIM = {"python3", "analysis", "deno", "bash"}


def booted(engine, image):
    """The kernels that Jupyter offers in the image, each started and asked which interpreter runs it."""
    listed = engine.call("docker", "run", "--rm", image, "seams", "kernels", "list", "--boot", "--json").stdout
    return {entry["name"]: entry for entry in json.loads(listed) if not entry["hidden_by"]}


def test_every_kernel_answers_and_is_run_by_what_it_promises(engine, image):
    """Six kernelspecs, six interpreters that answer; `analysis` says one environment and runs another."""
    kernels = booted(engine, image)

    assert set(kernels) == KERNELS
    assert {name: kernel["boot"]["problem"] for name, kernel in kernels.items()} == dict.fromkeys(KERNELS)
    ran = {name: kernel["boot"]["interpreter"] for name, kernel in kernels.items()}
    assert ran == {
        "python3": f"{engine.home}/.venv/bin/python",
        "analysis": f"{engine.home}/.venv/bin/python",
        "pypy": f"{engine.home}/.venv/environments/pypy/bin/pypy3",
        "ir": "/usr/lib/R/bin/R",
        "deno": f"{engine.home}/.venv/bin/deno",
        "bash": "/usr/bin/bash",
    }
    assert kernels["analysis"]["display_name"] == "Python (analysis)"


def test_r_is_judged_the_same_through_the_tap(engine, image, checkout):
    """Of R, jupyter_kernel_test says test by test the same with the tap and without it; it is brought in from here."""
    runner = checkout.root / "tests" / "wire" / "kernel_tests.py"
    mounts = []
    for source in (runner, Path(jupyter_kernel_test.__file__).parent):
        mounts += ["--volume", f"{source}:/brought/{source.name}:ro"]
    command = "seams tap install ir >/dev/null && python -W ignore /brought/kernel_tests.py R ir ir-tapped"
    options = ["--env", "PYTHONPATH=/brought", *mounts]
    for _ in range(3):
        said = engine.call("docker", "run", "--rm", *options, image, "sh", "-c", command).stdout
        # jupyter_client chooses the ports of a kernel that it only then starts: somebody may have been faster.
        if "Address already in use" not in said:
            break
    found = json.loads(said[said.index("{") :])

    assert found["ir-tapped"] == found["ir"]
    assert list(found["ir"].values()).count("ok") >= 8


def test_the_interpreters_are_several(engine, image):
    """CPython and PyPy differ, and `analysis` has an environment that holds what its kernelspec does not launch."""
    said = "import platform, sys; print(platform.python_implementation(), *sys.version_info[:2], sys.prefix)"
    folder = f"{engine.home}/.venv"
    command = f"""
        {folder}/bin/python -c '{said}'; {folder}/environments/pypy/bin/pypy3 -c '{said}'
        {folder}/environments/analysis/bin/python -c '{said}; import seams_tides'
        {folder}/bin/python -c 'import seams_tides' 2>&1 | tail -1
    """

    lines = engine.call("docker", "run", "--rm", image, "sh", "-c", command).stdout.splitlines()

    assert lines == [
        f"CPython 3 13 {folder}",
        f"PyPy 3 11 {folder}/environments/pypy",
        f"CPython 3 13 {folder}/environments/analysis",
        "ModuleNotFoundError: No module named 'seams_tides'",
    ]


def test_nobody_is_root_and_nothing_of_the_build_is_left(engine, image):
    """The learner owns what they may change; no package manager's cache, no compiler, no token, no file of ours."""
    command = """
        id -u; id -un; stat -c %U . work .workshop .venv exercises; for name in uv gcc git; do command -v $name; done
        ls -A /mnt /media /var/lib/apt/lists ~/.cache 2>/dev/null; ls -d tests .git .ci Dockerfile 2>/dev/null
    """

    shown = engine.call("docker", "run", "--rm", image, "sh", "-c", command, check=False).stdout.split()
    config = engine.inspect(image, "image")["Config"]

    assert shown == ["1000", "learner", *["learner"] * 5, "/media:", "/mnt:", "/var/lib/apt/lists:"]
    assert config["User"] == "learner"
    assert "token" not in json.dumps(config).lower()
    assert config["Labels"]["org.opencontainers.image.title"] == "kernel-seams"


def test_size(engine, image):
    """At most 1.3 GB."""
    assert engine.inspect(image, "image")["Size"] <= 1.3 * GIGABYTE


def test_slim_has_no_r_and_no_pypy(engine, build):
    """The smaller image has the kernels that need nothing else, all answering."""
    build("slim")

    kernels = booted(engine, "kernel-seams-test:slim")

    assert set(kernels) == SLIM
    assert all(kernel["boot"]["problem"] is None for kernel in kernels.values())
    assert engine.inspect("kernel-seams-test:slim", "image")["Size"] < GIGABYTE


# What a learner asks for in a kit, and what must not be in it.
IN_A_KIT = """
    ls -d lessons solutions tests 2>/dev/null; grep -rlE 'BEGIN (SOLUTION|HIDDEN)' exercises scripts environments *.*
    seams solution 01-prompts 2>&1; seams hint 01-prompts.layers | head -1; seams check 01-prompts | tail -1
"""
SAID = [
    "seams: There is no solutions/01-prompts here: this kit comes without; ask who gave it to you.",
    "Hint 1 of 3 for 01-prompts.layers: Take the browser away: run `ipython` in a terminal. What is still there is not "
    "the front-end's.",
    "0 of 4 tasks right.",
]


def test_a_class_has_an_image_without_answers(engine, build):
    """Every kernel answers, every command works that needs no answer, and no layer has ever held more than the kit."""
    build("class")
    kernels = booted(engine, "kernel-seams-test:class")

    assert {name: kernel["boot"]["problem"] for name, kernel in kernels.items()} == dict.fromkeys(KERNELS)
    said = engine.call("docker", "run", "--rm", "kernel-seams-test:class", "sh", "-c", IN_A_KIT).stdout
    assert said.splitlines() == SAID
    layers = engine.call("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", "kernel-seams-test:class")
    copied = [layer for layer in layers.stdout.splitlines() if layer.startswith("COPY")]
    assert {layer.split()[1] for layer in copied} == {
        "/home/learner/kernel-seams/kit",
        "/home/learner/kernel-seams/.venv",
        "/home/learner/kernel-seams/.venv/environments",
        "/julia",
    }


@pytest.mark.usefixtures("image")
def test_a_kit_builds_its_own_image(engine, build, folder, tmp_path):
    """A learner who has the kit and Docker gets the same from it."""
    checkout = Checkout(folder)
    release(checkout, read_table(checkout.table), tmp_path / "kit")
    build("full", "--tag", "kernel-seams-test:kit", context=tmp_path / "kit")

    said = engine.call("docker", "run", "--rm", "kernel-seams-test:kit", "sh", "-c", IN_A_KIT).stdout
    assert said.splitlines() == SAID


@pytest.mark.usefixtures("image")
def test_a_changed_lesson_rebuilds_one_layer(build, folder, tmp_path):
    """Whoever edits an exercise gets an image with it in seconds: everything else comes from the cache."""
    changed = tmp_path / "changed"
    shutil.copytree(folder, changed, symlinks=True)
    (changed / "exercises" / "note.md").write_text(f"Changed at {time.time()}.\n")
    started = time.monotonic()

    printed = build("full", "--tag", "kernel-seams-test:changed", context=changed).stderr

    steps = [line for line in printed.splitlines() if line.endswith("COPY --chown=learner:learner . .")]
    assert len(steps) == 1
    number = steps[0].split()[0]
    done = {line.split()[0] for line in printed.splitlines() if line.endswith(" CACHED")}
    built = {line.split()[0] for line in printed.splitlines() if "] RUN " in line or "] COPY " in line} - done
    assert built == {number}
    assert time.monotonic() - started < 60, printed


def test_it_builds_on_a_base_without_certificates(engine, build, tmp_path):
    """The real slim base has no CA bundle and sets no variables that name one: neither is relied on."""
    name = "kernel-seams-test-bare"
    strip = "rm -rf /etc/ssl/certs/* && apt-get purge -qq ca-certificates >/dev/null 2>&1; ls -A /etc/ssl/certs"
    engine.call("docker", "rm", "--force", name, check=False)
    try:
        assert engine.call("docker", "run", "--name", name, "debian:trixie-slim", "sh", "-c", strip).stdout == ""
        engine.call("docker", "export", "--output", tmp_path / "base.tar", name)
        engine.call("docker", "import", tmp_path / "base.tar", "kernel-seams-test:base")
    finally:
        engine.call("docker", "rm", "--force", name, check=False)

    build("debian", "--build-arg", "BASE=kernel-seams-test:base")

    command = ["test", "-s", "/etc/ssl/certs/ca-certificates.crt"]
    engine.call("docker", "run", "--rm", "kernel-seams-test:debian", *command)


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("0.1", "julia: no checksum is known for '0.1' on 'amd64'. Known: 1.12.1 on amd64, 1.12.1 on arm64."),
        ("1.12.1", "cannot be downloaded ("),
    ],
)
def test_julia_is_fetched_with_its_checksum_or_one_line_says_why_not(build, version, line):
    """Without a checksum nothing is fetched; where the official archive is out of reach, the build says so."""
    done = build("julia", "--build-arg", f"JULIA={version}", check=False)

    assert done.returncode == 0 or line in done.stderr
    assert "Traceback" not in done.stderr
    assert version == "1.12.1" or done.returncode != 0


def health(engine, name):
    """What the engine says of the container's health."""
    return engine.inspect(name)["State"]["Health"]["Status"]


def test_healthcheck_asks_the_server(engine, image, start, wait_until):
    """Healthy once JupyterLab answers, unhealthy when it stands still, and over when it is killed: exit code 1."""
    name = start(image)
    wait_until(lambda: health(engine, name) == "healthy", lambda: engine.logs(name), 180)
    find = "for d in /proc/[0-9]*; do grep -qz '^jupyterlab$' $d/cmdline && echo ${d#/proc/} && break; done"
    server = engine.execute(name, "sh", "-c", find)

    engine.execute(name, "kill", f"-{signal.SIGSTOP.value}", server)
    wait_until(lambda: health(engine, name) == "unhealthy", lambda: engine.inspect(name)["State"], 180)
    engine.execute(name, "kill", f"-{signal.SIGCONT.value}", server)
    wait_until(lambda: health(engine, name) == "healthy", lambda: engine.inspect(name)["State"], 180)

    engine.execute(name, "kill", f"-{signal.SIGKILL.value}", server)
    wait_until(lambda: not engine.inspect(name)["State"]["Running"], "the end of the container", 60)
    assert engine.inspect(name)["State"]["ExitCode"] == 1
    assert health(engine, name) == "unhealthy"
    assert "JupyterLab ended with signal SIGKILL" in engine.logs(name)


def test_what_nobody_waits_for_is_reaped(engine, image, start, wait_until):
    """A process whose parent has gone is ended by the container's first process and does not stay as a zombie."""
    name = start(image, "sleep", "600")
    engine.execute(name, "sh", "-c", "(sleep 0.1 & ) ; exit 0")

    states = "cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z ' || true"
    wait_until(lambda: engine.execute(name, "sh", "-c", states) == "0", "no zombie")
    assert engine.execute(name, "cat", "/proc/1/comm") == "tini"
