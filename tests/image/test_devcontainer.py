"""The dev container, as the devcontainer CLI makes it: the checkout that is mounted, its kernels and its JupyterLab."""

import json
import os
import re
import shutil
import uuid

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.image, pytest.mark.timeout(900)]

CLI = "@devcontainers/cli@0.89.0"


def settings(folder):
    """What devcontainer.json says, its comments aside."""
    text = (folder / ".devcontainer" / "devcontainer.json").read_text()
    return json.loads(re.sub(r"(?m)^\s*//.*$", "", text))


@pytest.fixture(scope="module")
def workspace(folder, tmp_path_factory):
    """A checkout of a name of its own, which belongs to the learner's uid where we may give it away."""
    mine = tmp_path_factory.mktemp("devcontainer") / f"ws-{uuid.uuid4().hex[:6]}"
    shutil.copytree(folder, mine, symlinks=True)
    if os.getuid() == 0:
        for path in (mine, *mine.rglob("*")):
            os.chown(path, 1000, 1000, follow_symlinks=False)
    return mine


@pytest.fixture(scope="module")
def devcontainer(workspace, engine, tmp_path_factory):
    """A function that runs `devcontainer COMMAND` on the workspace; container and image go at the end."""
    if shutil.which("npm") is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("there is no npm on PATH: `apt-get install npm` brings it")
    prefix = tmp_path_factory.mktemp("cli")
    engine.call("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", prefix, CLI)
    # The product's own file, and the network a build has here.
    override = prefix / "devcontainer.json"
    content = settings(workspace)
    content["build"]["options"] = ["--network=host"]
    override.write_text(json.dumps(content))

    def run(command, *words):
        options = ["--workspace-folder", workspace, "--override-config", override]
        return engine.call(prefix / "node_modules" / ".bin" / "devcontainer", command, *options, *words, seconds=800)

    yield run
    label = f"label=devcontainer.local_folder={workspace}"
    for name in engine.call("docker", "ps", "--all", "--quiet", "--filter", label).stdout.split():
        image = engine.inspect(name)["Config"]["Image"]
        engine.call("docker", "rm", "--force", "--volumes", name, check=False)
        engine.call("docker", "image", "rm", image, check=False)


def test_there_is_one_definition(folder):
    """The image is the Dockerfile's, nothing else is pulled, and whoever looks in the root finds the file."""
    content = settings(folder)

    assert (folder / ".devcontainer" / content["build"]["dockerfile"]).resolve() == folder / "Dockerfile"
    assert content["build"]["target"] == "dev"
    assert not {"image", "features", "dockerComposeFile"} & set(content)
    assert (folder / "devcontainer.json").resolve() == folder / ".devcontainer" / "devcontainer.json"
    assert content["portsAttributes"]["8888"]["label"] == "JupyterLab"
    assert {"ms-toolsai.jupyter", "ms-python.python"} <= set(content["customizations"]["vscode"]["extensions"])


def answers(engine, name, path, token):
    """The status of a request to the JupyterLab in the container."""
    code = (
        "import urllib.request as u, sys\n"
        f"r = u.Request('http://127.0.0.1:8888/{path}', headers={{'Authorization': 'token {token}'}})\n"
        "print(u.urlopen(r).status)"
    )
    return engine.execute(name, "python", "-c", code)


def test_up_exec_and_a_restart_that_keeps_the_work(devcontainer, workspace, engine, build, wait_until):
    """`up` ends with every kernel green and the address offered; `exec` finds the checkout; a restart keeps work."""
    build("dev")
    done = devcontainer("up")
    name = json.loads(done.stdout.splitlines()[-1])["containerId"]
    assert done.stderr.count(", ready in ") + done.stdout.count(", ready in ") == 6

    url = engine.address((workspace / ".workshop" / "logs" / "workshop.out").read_text())
    assert url.startswith("http://127.0.0.1:8888/lab?token=")
    token = url.partition("token=")[2]
    assert answers(engine, name, "api/kernelspecs", token) == "200"

    # What is served and imported is the checkout that is mounted.
    here = devcontainer("exec", "python", "-c", "import kernel_seams; print(kernel_seams.__file__)").stdout
    assert here.strip() == f"/workspaces/{workspace.name}/src/kernel_seams/__init__.py"
    assert (workspace / "work").is_dir()
    assert devcontainer("exec", "seams", "kernels", "list", "--boot").stdout.count(", ready in ") == 6
    assert "0." in devcontainer("exec", "nbgrader", "--version").stdout
    assert devcontainer("exec", "./scripts/seams", "--version").stderr.count("packages") == 0
    for tool in ("git", "curl", "less", "ps", "ssh"):
        assert devcontainer("exec", "which", tool).stdout.strip().endswith(f"/{tool}")

    devcontainer("exec", "sh", "-c", "echo kept > work/mine.txt")
    engine.call("docker", "stop", "--time", "5", name)
    again = json.loads(devcontainer("up").stdout.splitlines()[-1])["containerId"]
    assert again == name
    assert devcontainer("exec", "cat", "work/mine.txt").stdout.strip() == "kept"
    offered = wait_until(lambda: engine.address((workspace / ".workshop" / "logs" / "workshop.out").read_text()), "it")
    assert answers(engine, name, "api/kernelspecs", offered.partition("token=")[2]) == "200"
