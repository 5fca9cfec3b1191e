"""What every test stands on: nothing that Jupyter or a kernel writes leaves the checkout."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from kernel_seams.checkout import Checkout, find_checkout

# Two slow cores shared with others: a predicate that holds is seen at once, one that does not costs this long.
PATIENCE = 90

# Chromium without a display, in a container, and without a word to anyone outside.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Here each answer is judged in processes of its own, and no run is shared.
PROGRAMS = {"07-shell", "08-kernel", "09-frontend"}
# Their answers are judged on live kernels and set-ups, a minute and more a lesson.
SLOW_LESSONS = {"02-state", "05-kernels", "06-which-python", *PROGRAMS}


# A shell ignores Ctrl-C for what it runs in the background, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Fixtures that are dear to make and that tests of several modules share, and the name of their group.
SHARED = {"lab": "lab", "_shared": "wire"}
# The same within one module.
DEAR = {
    *("bash", "bare", "chromium", "clone", "course", "every", "gradebook", "graded", "hub", "ipython", "kit", "listed"),
    *("mine", "mirror", "monitor", "reports", "results", "scores", "seen", "shown", "talking", "teacher"),
}


def group_of(item):
    """The name for all tests that go to one worker together with this one, because they share a costly run; or None."""
    folder, names = item.path.parent.name, set(item.fixturenames)
    if folder in {"doctor", "image"}:  # the doctor's lab is made in a moment, and half of its tests are no small part
        return "image" if folder == "image" else None
    if item.path.name == "test_course_answers.py":
        # All answers to one lesson are judged in one process.
        lesson = lesson_of(item)
        return None if lesson in PROGRAMS else f"answers {lesson}"
    shared = next((SHARED[name] for name in sorted(names & SHARED.keys())), None)
    return shared or (f"{folder} {item.path.stem}" if names & DEAR else None)


def lesson_of(item):
    """The lesson that a test of answers is about."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    case, task = parameters.get("case"), parameters.get("task")
    return case.parent.name.split(".", 1)[0] if case else getattr(task, "lesson", "")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Send tests that share one costly run to one worker, so that it is made once: `--dist loadgroup`."""
    for item in items:
        group = group_of(item)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
        judged = item.path.name == "test_course_answers.py" and "outcome" in item.function.__code__.co_names
        if judged and lesson_of(item) in SLOW_LESSONS:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def checkout() -> Checkout:
    """The checkout the tests run in."""
    found = find_checkout()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def set_up_checkout(checkout) -> Checkout:
    """The checkout with its own environment set up, whichever environment the tests run in."""
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    # Not with the Python of the environment the tests run in, which may be another one.
    folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if not folder.startswith(sys.prefix)]
    variables["PATH"] = os.pathsep.join(folders)
    subprocess.run([checkout.root / "scripts" / "seams", "--version"], env=variables, check=True, capture_output=True)
    return checkout


@pytest.fixture(scope="session", autouse=True)
def _jupyter_writes_into_the_checkout(checkout):
    """Runtime, config, IPython and Deno folders of the tests lie below .workshop, one set a worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    state = Checkout(checkout.root / ".workshop" / "tests" / worker)
    state.state.mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in state.jupyter_environment().items():
            patch.setenv(name, value)
        # What the person has set for their own Jupyter must not decide how a test ends.
        for name in ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_PREFER_ENV_PATH"):
            patch.delenv(name, raising=False)
        yield


def wait_until(predicate, what, seconds=PATIENCE):
    """The first true value of `predicate()`, asked again and again; fails with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = predicate()
        if value:
            return value
        time.sleep(0.05)
    return pytest.fail(f"not within {seconds} s: {what() if callable(what) else what}")


@pytest.fixture(scope="session", name="wait_until")
def _wait_until():
    """The function `wait_until`."""
    return wait_until


@dataclass
class Workshop:
    """A running `seams workshop`: the process, what it prints, and the checkout and home it has."""

    process: subprocess.Popen
    checkout: Checkout
    home: Path
    out: Path
    err: Path

    @property
    def lines(self):
        """What it has printed so far."""
        return self.out.read_text().splitlines()

    @property
    def url(self):
        """The address it printed, once it has."""
        return next((line for line in self.lines if line.startswith("http")), None)

    @property
    def base(self):
        """The address without what follows the port."""
        return self.url.partition("lab?")[0]

    @property
    def token(self):
        """The token in the address."""
        return self.url.partition("token=")[2]

    def end(self, number=signal.SIGTERM):
        """Send the signal, wait for the end, return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def linked_checkout(root, checkout):
    """A checkout at `root` with the code of `checkout`, whose work/ and .workshop/ are its own."""
    root.mkdir(exist_ok=True)
    for name in ("src", "scripts", ".venv", "workshop.toml", "exercises"):
        if (checkout.root / name).exists() and not (root / name).exists():
            (root / name).symlink_to(checkout.root / name)
    # What a configuration says is about the folder that it really is in.
    shutil.copy(checkout.root / "nbgrader_config.py", root)
    return Checkout(root)


def launch_workshop(folder, checkout, *options, wait=True, **variables):
    """Start `seams workshop` in a checkout of its own below `folder`, with an empty home."""
    mine = linked_checkout(folder / "a checkout", checkout)
    (folder / "home").mkdir(exist_ok=True)
    # The tests' own folders are not to reach it: what it sets for itself is what is tested.
    own = {name: value for name, value in os.environ.items() if name not in mine.jupyter_environment()}
    out, err = folder / "out", folder / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "kernel_seams", "workshop", *options],
            env={**own, "HOME": str(folder / "home"), "PYTHONPATH": str(mine.root / "src"), **variables},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
    workshop = Workshop(process, mine, folder / "home", out, err)
    if wait:
        wait_until(lambda: workshop.url or process.poll() is not None, "JupyterLab's address")
        assert workshop.url, err.read_text()
    return workshop


@pytest.fixture(scope="session")
def launch():
    """The function `launch_workshop`; who calls it ends what it gives."""
    return launch_workshop


@pytest.fixture
def own_checkout(tmp_path, checkout):
    """A checkout of this test's own, with the code of the real one."""
    return linked_checkout(tmp_path / "a checkout", checkout)


@pytest.fixture
def start_workshop(tmp_path, checkout):
    """A function that starts `seams workshop OPTION...` in a checkout and a home of this test's own."""
    started = []

    def start(*options, **keywords):
        started.append(launch_workshop(tmp_path, checkout, *options, **keywords))
        return started[-1]

    yield start
    for workshop in started:
        workshop.end()


@pytest.fixture(scope="session")
def lab(tmp_path_factory, checkout):
    """One `seams workshop --no-browser` for all tests that only use it."""
    workshop = launch_workshop(tmp_path_factory.mktemp("lab"), checkout, "--no-browser")
    yield workshop
    assert workshop.end() == 0


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A Chromium; a machine without one skips these tests, CI does not."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1000)
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("there is no chromium on PATH: `apt-get install chromium` brings it")
    variables = {**os.environ, "HOME": str(tmp_path_factory.mktemp("chromium"))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=CHROMIUM, env=variables, timeout=PATIENCE * 1000
        )
        yield browser
        browser.close()
