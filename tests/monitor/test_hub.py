"""The monitor behind JupyterHub, with its real proxy: a card in each person's launcher, and nobody else's wire."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

HERE = Path(__file__).parent / "hub"
PROXY = "configurable-http-proxy@5.3.0"
WAIT = 300_000
SECONDS = 240


def program(name, how):
    """The path of a program; a machine without it skips, CI does not."""
    found = shutil.which(name)
    if found is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up(f"there is no {name} on PATH: {how}")
    return found


def free_ports(count):
    """So many ports of loopback that nobody has now; the hub and its proxy must be told theirs."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture(scope="module")
def installed(checkout, tmp_path_factory):
    """A folder with JupyterHub in `site` and its proxy in `npm`, on top of the workshop's environment."""
    folder = tmp_path_factory.mktemp("installed")
    npm = program("npm", "`apt-get install npm` brings it")
    uv = shutil.which("uv") or str(checkout.root / ".tools" / "bin" / "uv")
    lock = HERE / "requirements.lock"
    into = ["--python", sys.executable, "--target", folder / "site", "--require-hashes", "-r", lock]
    subprocess.run([uv, "pip", "install", "--quiet", *into], check=True)
    subprocess.run(
        [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder / "npm", PROXY], check=True
    )
    return folder


@pytest.fixture(scope="module")
def hub(installed, tapped, tmp_path_factory, wait_until):
    """The address of a JupyterHub whose people have the tapped kernel."""
    folder = tmp_path_factory.mktemp("hub")
    public, api, inner = free_ports(3)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    environment = {
        **own,
        "PYTHONPATH": str(installed / "site"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), own["PATH"]]),
        "JUPYTER_PATH": str(tapped),
        "HOME": str(folder),
        "HUB_FOLDER": str(folder),
        "HUB_PUBLIC_PORT": str(public),
        "HUB_PROXY_PORT": str(api),
        "HUB_PORT": str(inner),
        "HUB_PROXY": str(installed / "npm" / "node_modules" / ".bin" / "configurable-http-proxy"),
    }
    log = folder / "hub.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", HERE / "jupyterhub_config.py"],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(
            lambda: "JupyterHub is now running" in log.read_text() or process.poll() is not None, log.read_text, SECONDS
        )
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{public}"
    finally:
        process.terminate()
        process.wait(60)


def log_in(context, hub, name):
    """A page with the person's JupyterLab, once the hub has started it."""
    page = context.new_page()
    page.goto(f"{hub}/hub/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".jp-LauncherCard").first).to_be_visible(timeout=WAIT)
    return page


def test_a_cell_on_the_wire_behind_jupyterhub(chromium, hub):
    """The card opens the page in a tab of JupyterLab; a cell that is run shows up on it; another person is refused."""
    ada, eve = chromium.new_context(), chromium.new_context()
    for context in (ada, eve):
        context.set_default_timeout(WAIT)
    page = log_in(ada, hub, "ada")
    page.locator(".jp-LauncherCard", has_text="The wire").click()
    wire = page.frame_locator(".jp-ServerProxy iframe")
    expect(wire.locator("#empty")).to_contain_text("No kernel is tapped yet", timeout=WAIT)
    page.get_by_title(re.compile("New Launcher")).first.click()
    page.locator(".jp-LauncherCard:visible").and_(page.get_by_title("Python 3 (ipykernel) (tapped)")).first.click()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("(tapped) | Idle", timeout=WAIT)
    page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first.click()
    page.keyboard.insert_text("x = 6 * 7; print('the answer is', x); x")
    page.keyboard.press("Shift+Enter")
    page.locator(".lm-TabBar-tab", has_text="The wire").click()
    expect(wire.locator(".row.message", has_text="execute_result")).to_contain_text("42", timeout=WAIT)
    assert page.url.startswith(f"{hub}/user/ada/")

    other = log_in(eve, hub, "eve")
    refused = other.goto(f"{hub}/user/ada/wire/")
    assert refused.status == 403
    stranger = chromium.new_context().new_page()
    stranger.goto(f"{hub}/user/ada/wire/")
    assert "/hub/login" in stranger.url
