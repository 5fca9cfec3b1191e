"""The whole of it, as a new user does it: a tapped kernel in JupyterLab, the page beside it, Shift+Enter."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

WAIT = 120_000
CELL = 'x = 6 * 7; print("the answer is", x); x'


@pytest.fixture
def lab(chromium, start_workshop, tapped, tmp_path):
    """A page with `seams workshop`'s JupyterLab, which has the tapped kernel; a picture of its end is kept."""
    workshop = start_workshop("--no-browser", JUPYTER_PATH=str(tapped))
    context = chromium.new_context(viewport={"width": 1500, "height": 900})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{workshop.url}&reset")
    yield page
    page.screenshot(path=tmp_path / "beside.png")
    context.close()
    assert problems == []


def put_launcher_beside(page):
    """Open a launcher and drag its tab to the right half of the work area."""
    page.get_by_title(re.compile("New Launcher")).first.click()
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text="Launcher")
    expect(tab).to_be_visible()
    area, place = (each.bounding_box() for each in (page.locator("#jp-main-dock-panel"), tab))
    page.mouse.move(place["x"] + 30, place["y"] + 10)
    page.mouse.down()
    for share in (0.5, 0.97):
        page.mouse.move(area["x"] + area["width"] * share, area["y"] + area["height"] / 2, steps=8)
    page.mouse.up()
    expect(page.locator(".lm-DockPanel-tabBar:visible")).to_have_count(2)


def run(page, number, code):
    """Type into cell `number` of the notebook and press Shift+Enter."""
    page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").nth(number).click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def test_one_shift_enter_end_to_end(lab, wait_until):
    """The card opens the page in a tab; the exchange is read off it, folded, opened; a flipped byte is explained."""
    lab.locator(".jp-LauncherCard").and_(lab.get_by_title("Python 3 (ipykernel) (tapped)")).first.click()
    expect(lab.locator("#jp-main-statusbar")).to_contain_text("(tapped) | Idle", timeout=WAIT)
    put_launcher_beside(lab)
    card = lab.locator(".jp-LauncherCard:visible", has_text="The wire")
    picture = card.locator("img").element_handle()
    lab.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=picture)
    card.click()
    wire = lab.frame_locator(".jp-ServerProxy iframe")
    wire.locator("#guided").click()
    expect(wire.locator("#state")).to_contain_text("live, idle", timeout=WAIT)
    # What the front-end asks on its own account is folded into one line.
    expect(wire.locator(".row.bundle").last).to_contain_text("housekeeping")

    run(lab, 0, CELL)
    request = wire.locator(".row.request:not(.quiet)")
    expect(request).to_contain_text(CELL)
    expect(request).to_contain_text(re.compile(r"done [\d.]+ ms"))
    answers = wire.locator(".row.message[aria-level='2']")
    expect(answers).to_have_count(6)
    seen = answers.evaluate_all(
        "rows => rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)"
        ".map(row => row.querySelector('.title').innerText.replace(/\\s+/g, ' '))"
    )
    # The reply and what is on iopub come through two sockets, in either order.
    reply = seen.index("execute_reply ok")
    assert seen[:reply] + seen[reply + 1 :] == [
        *("status busy", f"execute_input {CELL}", "stream the answer is 42 ⏎"),
        *("execute_result 42", "status idle"),
    ]
    request.locator(".twist").click()
    expect(answers).to_have_count(0)
    request.locator(".twist").click()
    wire.locator(".row.message", has_text="execute_result").click()
    content = wire.locator("#detail .frame.content pre")
    assert json.loads(content.inner_text())["data"] == {"text/plain": "42"}
    expect(wire.locator("#detail .verdict")).to_contain_text("The signature holds")
    wire.locator("#detail .close").click()

    wire.locator("#break").click()
    flip = wire.locator(".faults li", has=wire.locator("[data-fault=flip-byte]"))
    expect(flip).to_contain_text("no busy, no output, no reply")
    flip.get_by_role("button").click()
    expect(wire.locator("#armed")).to_contain_text("Armed: Flip one byte")
    expect(wire.locator("body.breaking")).to_be_attached()
    run(lab, 1, "x + 1")
    silence = wire.locator(".row.silence")
    expect(silence.first).to_contain_text("no answer", timeout=WAIT)
    wait_until(lambda: "Invalid Signature" in " ".join(" ".join(silence.all_inner_texts()).split()), "the reason")
    expect(silence.first).to_contain_text("flip-byte")
    expect(wire.locator("#armed")).to_contain_text("Has struck")
    expect(wire.locator("#armed .happened")).to_contain_text("Nothing came. No busy, no reply, no idle.")
    expect(wire.locator("#armed .happened")).to_contain_text("Invalid Signature")
    expect(wire.locator("body.breaking")).not_to_be_attached()
    expect(lab.locator(".jp-NotebookPanel:visible .jp-CodeCell").nth(1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    wire.locator(".row.faulty.message").click()
    expect(wire.locator("#detail .fault-note")).to_contain_text(re.compile(r"content: byte \d+ was 0x.. .*and is 0x.."))
    wire.locator("#detail .close").click()

    run(lab, 2, "x + 2")
    expect(wire.locator(".row.message", has_text="execute_result").last).to_contain_text("44")
