"""What the tests of the image stand on: an engine, a copy of the checkout, images built once, containers that go again.

A build needs the host's network where the registries are reached through it only; on any other machine that
changes nothing. It is said here, in `compose.network.yaml` and nowhere in what is tested.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import uuid
from pathlib import Path

import pytest

GET_ONE = (
    "Debian: `apt-get install docker.io docker-cli docker-compose docker-buildx`; elsewhere: docs.docker.com/get-docker"
)
# A cold build on a slow machine, and other tests beside it.
BUILD_SECONDS = 800
START_SECONDS = 180


class Engine:
    """The container engine, as its command line."""

    home = "/home/learner/kernel-seams"

    @staticmethod
    def call(*command, seconds=300, check=True, **keywords):
        """Run a command to its end; what it printed is in the failure."""
        words = [str(word) for word in command]
        keywords = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "check": False, **keywords}
        done = subprocess.run(words, timeout=seconds, **keywords)
        if check and done.returncode != 0:
            pytest.fail(f"`{' '.join(words)}` ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def inspect(self, name, what="container"):
        """What the engine knows of a container or an image."""
        return json.loads(self.call("docker", what, "inspect", name).stdout)[0]

    def logs(self, name):
        """What the container has printed, both streams."""
        done = self.call("docker", "logs", name)
        return done.stdout + done.stderr

    def execute(self, name, *command, check=True):
        """What a command in a running container prints."""
        return self.call("docker", "exec", name, *command, check=check).stdout.strip()

    def address(self, text):
        """The last address of a JupyterLab in what was printed, or None."""
        found = re.findall(r"https?://\S+/lab\?token=\S+", text)
        return found[-1] if found else None

    def free_port(self):
        """A port of loopback that nobody has now."""
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            return sock.getsockname()[1]


@contextlib.contextmanager
def one_at_a_time(checkout):
    """Hold the lock of builds: two workers would do the same work twice, on the same cores."""
    checkout.state.mkdir(exist_ok=True)
    with (checkout.state / "image-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session", autouse=True)
def engine():
    """An engine that answers, with compose and buildx; CI must have one."""
    for command in (["docker", "info"], ["docker", "compose", "version"], ["docker", "buildx", "version"]):
        try:
            answers = subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            answers = False
        if not answers:
            give_up = pytest.fail if os.environ.get("CI") else pytest.skip
            give_up(f"`{' '.join(command)}` does not answer. {GET_ONE}")
    return Engine()


@pytest.fixture(scope="session")
def folder(tmp_path_factory, checkout, engine):
    """A copy of the checkout as git sees it: what is ignored must not be needed."""
    copy = tmp_path_factory.mktemp("image") / "kernel-seams"
    listed = engine.call(
        "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=checkout.root
    ).stdout
    for name in filter(None, listed.split("\0")):
        source, target = checkout.root / name, copy / name
        if os.path.lexists(source):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    return copy


@pytest.fixture(scope="session")
def build(folder, checkout, engine):
    """A function that builds a target, and gives what the build printed; a second build of the same is a second."""

    def run(target, *options, context=folder, check=True):
        tag = f"kernel-seams-test:{target}"
        command = ["docker", "build", "--progress=plain", "--network=host", "--target", target, "--tag", tag, *options]
        with one_at_a_time(checkout):
            return engine.call(*command, context, seconds=BUILD_SECONDS, check=check)

    return run


@pytest.fixture(scope="session")
def image(build):
    """The full image."""
    build("full")
    return "kernel-seams-test:full"


@pytest.fixture
def start(engine):
    """A function that starts a container in the background and gives its name; all of them are removed."""
    started = []

    def run(image, *command, options=()):
        name = f"seams-test-{uuid.uuid4().hex[:12]}"
        started.append(name)
        engine.call("docker", "run", "--detach", "--name", name, *options, image, *command)
        return name

    yield run
    for name in started:
        engine.call("docker", "rm", "--force", "--volumes", name, check=False)


@pytest.fixture(scope="module")
def server(image, engine, wait_until):
    """The full image's JupyterLab, published on loopback: its container's name, and its address."""
    name, port = f"seams-test-{uuid.uuid4().hex[:12]}", engine.free_port()
    options = ["--name", name, "--publish", f"127.0.0.1:{port}:{port}", "--env", f"SEAMS_PORT={port}"]
    engine.call("docker", "run", "--detach", *options, image)
    try:
        wait_until(
            lambda: engine.address(engine.logs(name)) or not engine.inspect(name)["State"]["Running"],
            lambda: engine.logs(name),
            START_SECONDS,
        )
        url = engine.address(engine.logs(name))
        assert url, engine.logs(name)
        yield name, url
    finally:
        engine.call("docker", "rm", "--force", "--volumes", name, check=False)


@pytest.fixture(scope="session")
def here():
    """The folder of these tests."""
    return Path(__file__).parent
