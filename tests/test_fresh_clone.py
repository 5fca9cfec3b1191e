"""The workshop as a new person meets it: a clone in an empty directory, a home of their own, the README's commands."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("fresh clone")]

BASE = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
# This home has a broken kernelspec, which these find and say with exit code 1.
FIND_THE_BROKEN = ("./scripts/seams doctor", "./scripts/seams kernels list --boot")
# What only the tests of the tests could run again from inside a test: its options are tried without running them.
ONLY_COLLECT = "./scripts/test"
SHOWN_ONLY = {". ./scripts/activate"}  # tests/test_activate.py
NOT_YET = "./scripts/seams check"  # exit 1: in a fresh clone no task is right
# What of a kit's README was run in the clone already and reads nothing of the course.
NOT_THE_COURSE = tuple(f"./scripts/seams {name}" for name in ("demo --all", "doctor", "kernels", "tap"))
OPENS_LAB = re.compile(r"\./scripts/(workshop(?!.*--selftest)|seams monitor)")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with a Jupyter, an IPython and kernelspecs of its own, which nothing may change."""
    folder = tmp_path_factory.mktemp("home")
    for name, text in {
        ".local/share/jupyter/kernels/stranger/kernel.json": '{"argv": ["/gone/bin/python"], "display_name": "Gone"}',
        ".local/share/jupyter/runtime/kernel-1.json": "{}",
        ".jupyter/jupyter_server_config.py": "raise SystemExit('the config of this home was read')\n",
        ".ipython/profile_default/startup/00.py": "raise SystemExit('the startup of this home was read')\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def clone(checkout, tmp_path_factory):
    """A fresh clone, in an empty directory, of what the checkout holds."""
    target = tmp_path_factory.mktemp("empty") / "kernel-seams"
    subprocess.run(["git", "clone", "--quiet", str(checkout.root), str(target)], check=True)
    return target


@pytest.fixture(scope="module")
def uv(clone, home):
    """A uv: the one on PATH, else the clone's own, which its set-up brings."""
    run("./scripts/seams --version", clone, home)
    return shutil.which("uv") or str(clone / ".tools" / "bin" / "uv")


def variables(home):
    """A person's environment variables: their home and PATH, nothing of the tests'."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "DENO_DIR"))
    }
    kept.pop("VIRTUAL_ENV", None)
    path = [part for part in os.environ["PATH"].split(os.pathsep) if not part.startswith(sys.prefix)]
    # The package manager's cache is the one thing that may be shared, and is, for speed.
    cache = os.environ.get("UV_CACHE_DIR") or str(Path("~/.cache/uv").expanduser())
    return {**kept, "HOME": str(home), "PATH": os.pathsep.join(path), "UV_CACHE_DIR": cache}


def run(command, clone, home):
    """The finished run of a README command."""
    return subprocess.run(
        command, shell=True, cwd=clone, env=variables(home), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def fingerprint(home):
    """Every file and folder of the home that is Jupyter's or IPython's: path to content."""
    return {
        str(path.relative_to(home)): path.read_bytes() if path.is_file() else None
        for name in (".local", ".jupyter", ".ipython", ".config")
        for path in (home / name).rglob("*")
    }


def readme_commands(root):
    """Each command of the README's console blocks, without its comment."""
    blocks = re.findall(r"```console\n(.*?)```", (root / "README.md").read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line[2:].split(" # ")[0].strip() for line in lines]


def open_and_close(command, clone, home):
    """Start JupyterLab or the monitor as the README says, wait for the last line, press Ctrl-C; what it printed."""
    log = clone.parent / "workshop.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            f"exec {command}{'' if '--no-browser' in command else ' --no-browser'}",
            shell=True, cwd=clone, env=variables(home), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + 300
    while not re.search(r"http://127\.0\.0\.1:\d+/(lab)?\?token=\S+\n\Z", log.read_text()):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []
    return log.read_text()


def test_the_readme_works_from_a_fresh_clone(clone, home):
    """Every command of the README works, from nothing; ~/.local, ~/.jupyter, ~/.ipython stay, byte for byte."""
    before = fingerprint(home)

    for command in readme_commands(clone):
        if command in SHOWN_ONLY or command.startswith(("uv ", "docker ")):  # tests/image has docker
            continue
        if OPENS_LAB.match(command):
            open_and_close(command, clone, home)
            continue
        if command.startswith(ONLY_COLLECT):
            # Which other interpreter there is differs from machine to machine: here it is the tests' own, by its path.
            command = f"{command.replace('--python 3.13', f'--python {BASE}')} --collect-only -q"
        done = run(command, clone, home)
        expected = {0, 1} if command.startswith(FIND_THE_BROKEN) else {int(command.startswith(NOT_YET))}
        assert done.returncode in expected, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        assert "Traceback" not in done.stderr
        if command.startswith(NOT_YET):
            assert (done.stdout.splitlines()[-1], done.stderr) == ("0 of 4 tasks right.", "")

    assert fingerprint(home) == before


def test_the_selftest_answers_for_our_kernels_and_lists_a_strangers(clone, home):
    """From a fresh clone the selftest passes for our four kernels; a stranger's broken spec is listed, no more."""
    done = run("./scripts/seams kernels install && ./scripts/workshop --selftest --json", clone, home)

    result = json.loads(done.stdout[done.stdout.index("\n{") if "\n{" in done.stdout else done.stdout.index("{") :])
    text = json.dumps(result)
    assert done.returncode == 0
    for name in ("python3", "bash", "deno", "analysis", "stranger"):
        assert f'"{name}"' in text


@pytest.fixture(scope="module")
def kit(clone, home):
    """A learner's kit of the clone, not set up yet."""
    done = run("./scripts/seams release --to ../kit", clone, home)
    assert done.returncode == 0, done.stderr
    return clone.parent / "kit"


def test_a_learners_kit_works_by_itself(kit, home):
    """Every command of the kit's own README works in it; what needs the answers says in one line that it has none."""
    commands = [each for each in readme_commands(kit) if not each.startswith((*NOT_THE_COURSE, "uv ", "docker "))]
    assert {"./scripts/workshop --selftest", NOT_YET + " 01-prompts"} < set(commands)
    for command in commands:
        if command in SHOWN_ONLY or OPENS_LAB.match(command):  # the selftest starts JupyterLab, too
            continue
        done = run(command, kit, home)
        assert done.returncode == int(command.startswith(NOT_YET)), f"{command}\n{done.stdout}\n{done.stderr[-3000:]}"
        assert "Traceback" not in done.stderr

    (kit / "ask.ipy").write_text("%load_ext kernel_seams\n%hint 03-frames.sign\n%progress\n")
    shown = run(". ./scripts/activate && cd work && ipython ../ask.ipy", kit, home)
    assert "Hint 1 of 3 for 03-frames.sign" in shown.stdout, shown.stderr
    for command in ("seams solution 01-prompts", "seams build", "seams build --verify", "seams release --to ../other"):
        done = run(f"./scripts/{command}", kit, home)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert re.search("this kit comes without|this is a learner's kit", done.stderr)


def test_plain_uv_sync_gives_the_whole_workshop(clone, home, uv, tmp_path):
    """`uv sync` alone installs everything; the kernels are then one command away."""
    copy = tmp_path / "copy"
    subprocess.run(["git", "clone", "--quiet", str(clone), str(copy)], check=True)
    python = BASE

    done = run(f"{uv} sync --quiet --python {python} && {uv} run seams kernels install", copy, home)

    assert done.returncode == 0, done.stderr
    assert "analysis" in done.stdout
    listed = json.loads(run(".venv/bin/seams kernels list --boot --json", copy, home).stdout)
    answered = {entry["name"] for entry in listed if entry["boot"] and not entry["boot"]["problem"]}
    assert answered >= {"python3", "bash", "deno", "analysis"}


def test_a_wheel_runs_light_and_says_what_needs_the_checkout(clone, home, uv, tmp_path):
    """Without the workshop's packages the command still lists kernels; a demo asks for a checkout in one line."""
    python = BASE
    tool = f"{uv} tool run --quiet --python {python} --from {clone} seams"

    listed = run(f"{tool} kernels list --json", tmp_path, home)
    demo = run(f"{tool} demo 1", tmp_path, home)

    assert "stranger" in {entry["name"] for entry in json.loads(listed.stdout)}
    assert demo.returncode == 1
    assert demo.stderr.startswith("seams: `seams demo` needs a checkout of kernel-seams")
    assert demo.stderr.count("\n") == 1
