"""Break it, from the page: each fault says what should happen, strikes a real kernel, and the page shows what did."""

import os
import re
import subprocess
import sys

import pytest
from jupyter_client.manager import start_new_kernel
from playwright.sync_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]

WAIT = 90_000
CELL = "import sys; print('one'); sys.stdout.flush(); print('two', flush=True); 42"
# What is read on the page after the fault has struck this cell.
HAPPENED = {
    "flip-byte": r"Nothing came\. No busy, no reply, no idle\. The kernel's stderr: .*Invalid Signature",
    "wrong-key": r"Nothing came\. No busy, no reply, no idle\. The kernel's stderr: .*Invalid Signature",
    "send-twice": r"busy \+.*execute_result \+.*execute_reply \+.*stderr: .*Duplicate Signature",
    "drop-idle": r"busy \+.*execute_reply \+.*No idle\. Held back by the fault: idle",
    "delay-reply": r"busy \+.*idle \+.*execute_reply \+3\.\d\d s\..*Held back by the fault: execute_reply",
    "drop-reply": r"busy \+.*idle \+.*No reply\. Held back by the fault: execute_reply",
    "swap-iopub": r"busy \+.*stream \+.*",
    "strip-identity": r"busy \+.*idle \+.*No reply\. Thrown away, because it names no client: execute_reply",
}


@pytest.fixture(scope="module")
def client(tapped):
    """A client of a tapped kernel, whose heartbeat beats."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(tapped))
        manager, client = start_new_kernel(kernel_name="python3-tapped", stderr=subprocess.DEVNULL)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.context.destroy(linger=0)


@pytest.fixture(scope="module")
def page(chromium, client):  # noqa: ARG001  (its kernel is to be there)
    """The page of a `seams monitor` that shows that kernel."""
    command = [sys.executable, "-m", "kernel_seams", "monitor", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ)
    url = next(line.strip() for line in iter(process.stdout.readline, "") if line.startswith("http"))
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(WAIT)
    page.goto(url)
    page.locator("#guided").click()
    expect(page.locator("#state")).to_contain_text("live")
    yield page
    page.close()
    process.terminate()
    process.communicate(timeout=90)


def arm(page, fault):
    """Arm a fault on the page; what it says should happen."""
    page.locator("#break").click()
    card = page.locator(".faults li", has=page.locator(f"[data-fault={fault}]"))
    expected = card.locator("p").inner_text()
    card.get_by_role("button").click()
    expect(page.locator("#armed")).to_contain_text(f"Should happen: {expected}")
    expect(page.locator("body.breaking")).to_be_attached()
    return expected


@pytest.mark.parametrize("fault", HAPPENED)
def test_a_fault_strikes_once_and_the_page_shows_what_did_happen(page, client, fault):
    """Marked while it is armed; afterwards what happened stands below what should, and the next cell is as ever."""
    expected = arm(page, fault)
    client.execute(CELL)
    note = page.locator("#armed .struck")
    expect(note).to_contain_text(f"Should happen: {expected}")
    expect(page.locator("body.breaking")).not_to_be_attached()

    expect(note.locator(".happened")).to_contain_text(re.compile(HAPPENED[fault]), timeout=WAIT)
    note.get_by_role("button").click()
    client.execute("6 * 7")
    expect(page.locator(".row.request:not(.quiet)", has_text="6 * 7").last).to_contain_text("done")


def test_the_heartbeat_is_held_until_it_is_let_go(page, client):
    """A fault that lasts is told so far, as long as it is armed, and ends when it is taken back."""
    arm(page, "hold-heartbeat")
    note = page.locator("#armed .note:not(.struck)")

    expect(note.locator(".happened")).to_contain_text(re.compile(r"So far: [1-9]\d* pings? held back, 0 came back"))
    note.get_by_role("button", name="Take back").click()
    expect(page.locator("body.breaking")).not_to_be_attached()
    beats = page.evaluate("window.monitor.model.items.filter(item => item.type === 'pong').length")
    page.wait_for_function(
        "beats => window.monitor.model.items.filter(item => item.type === 'pong').length > beats", arg=beats
    )
    assert client.is_alive()
