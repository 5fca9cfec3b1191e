"""The kernel of lesson 08 in the real JupyterLab: its card, a cell, an error, a question, an interrupt, a restart."""

import contextlib
import re
import shutil

import pytest
from playwright.sync_api import expect

from kernel_seams.checkout import Checkout
from kernel_seams.course.holes import finished
from kernel_seams.kernels.install import install

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

WAIT = 90_000  # milliseconds


@pytest.fixture
def page(chromium, checkout, start_workshop, tmp_path):
    """JupyterLab with a notebook open whose kernel is the learner's own, from its card in the launcher."""
    work = tmp_path / "own" / "work" / "08-kernel"
    work.mkdir(parents=True)
    (work / "kernel.py").write_text(finished((checkout.solutions / "08-kernel" / "kernel.py").read_text()))
    shutil.copy(checkout.exercises / "08-kernel" / "ipython_shell.py", work)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kernel_seams.kernels.install.require_checkout", lambda _: Checkout(tmp_path / "own"))
        install(["mine"], tmp_path / "own")
    workshop = start_workshop("--no-browser", JUPYTER_PATH=str(tmp_path / "own" / "share" / "jupyter"))
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(WAIT)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(workshop.url)
    expect(page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").first).to_be_visible(timeout=WAIT)
    page.keyboard.press("Control+Shift+L")
    cards = page.locator(".jp-LauncherCard[data-category='Notebook']")
    cards.and_(page.get_by_title("Mine", exact=True)).click()
    idle(page)
    yield page
    page.screenshot(path=tmp_path / "own.png")
    page.close()
    assert problems == []


def idle(page):
    """Wait until the status bar says that the kernel is idle."""
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Mine | Idle", timeout=WAIT)


def run(page, number, code):
    """Type `code` into the cell with that number, run it, and return where its outputs are."""
    cell = page.locator(".jp-NotebookPanel:visible .jp-CodeCell").nth(number)
    cell.locator(".cm-content").click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    return cell


def kernel_menu(page, item):
    """Choose from the menu Kernel: a narrow toolbar folds its buttons away."""
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{item}$")).click()


def test_it_is_a_kernel_like_any_other(page):
    """What a person does with a notebook works: run, fail, answer, stop, complete, begin anew."""
    shown = run(page, 0, 'x = 6 * 7; print("the answer is", x); x').locator(".jp-OutputArea-output")
    expect(shown.first).to_have_text("the answer is 42\n", timeout=WAIT)
    expect(shown.last).to_have_text("42", timeout=WAIT)
    failed = run(page, 1, "1 / 0").locator(".jp-OutputArea-output")
    expect(failed.first).to_contain_text("ZeroDivisionError: division by zero", timeout=WAIT)

    asking = run(page, 2, 'name = input("who? "); name')
    box = asking.locator(".jp-Stdin-input")
    box.fill("ada")
    box.press("Enter")
    expect(asking.locator(".jp-OutputArea-output").last).to_have_text("'ada'", timeout=WAIT)

    sleeping = run(page, 3, "import time\nwhile True: time.sleep(1)")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Mine | Busy", timeout=WAIT)
    kernel_menu(page, "Interrupt Kernel")
    expect(sleeping.locator(".jp-OutputArea-output").first).to_contain_text("KeyboardInterrupt", timeout=WAIT)

    page.locator(".jp-NotebookPanel:visible .jp-CodeCell").nth(4).locator(".cm-content").click()
    page.keyboard.type("pr")
    completer = page.locator(".jp-Completer:visible")
    for _ in range(30):
        # JupyterLab waits a second for an answer, and the first one has to load what completes.
        page.keyboard.press("Tab")
        with contextlib.suppress(AssertionError):
            expect(completer).to_be_visible(timeout=3000)
            break
    completer.get_by_text("print", exact=True).click()
    page.keyboard.insert_text("('completed')")
    page.keyboard.press("Shift+Enter")
    cell = page.locator(".jp-NotebookPanel:visible .jp-CodeCell").nth(4)
    expect(cell.locator(".jp-OutputArea-output").first).to_have_text("completed\n", timeout=WAIT)

    kernel_menu(page, "Restart Kernel…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    idle(page)
    forgotten = run(page, 5, "x")
    expect(forgotten.locator(".jp-OutputArea-output").first).to_contain_text("NameError", timeout=WAIT)
    expect(forgotten.locator(".jp-InputPrompt")).to_have_text("[1]:", timeout=WAIT)
