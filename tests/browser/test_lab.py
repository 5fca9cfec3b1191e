"""JupyterLab in a real browser, as `seams workshop` starts it: each kernel answers a cell that was typed."""

import pytest
from playwright.sync_api import expect

from kernel_seams.kernels.specs import usable_kernelspecs

pytestmark = pytest.mark.browser

WAIT = 90_000  # milliseconds
# What is typed, and what is then read below it.
CELLS = {
    "python3": ('x = 6 * 7; print("the answer is", x); x', "the answer is 42"),
    "bash": ("for n in 1 2 3; do echo $((n * 14)); done", "42"),
    "deno": ("const answer: number = 6 * 7; answer", "42"),
    "analysis": ('import sys; print("ran by", sys.executable)', "ran by"),
    "pypy": ("import platform; platform.python_implementation()", "PyPy"),
    "ir": ("6 * 7", "42"),
    "julia": ("6 * 7", "42"),
}
ALWAYS = ("python3", "bash", "deno", "analysis")
QUICK = {"python3"}
# The image's tests see to the others where this machine has them not.
KERNELS = [name for name in CELLS if name in ALWAYS or name in usable_kernelspecs()]


@pytest.fixture
def page(chromium, lab, tmp_path):
    """JupyterLab at the address that `seams workshop` printed; at the end it must not have complained of anything."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{lab.url}&reset")
    yield page
    page.screenshot(path=tmp_path / "lab.png")
    assert page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
    assert problems == []
    context.close()


def cards(page):
    """The launcher's cards that open a notebook."""
    return page.locator(".jp-LauncherCard[data-category='Notebook']")


def shown_name(page, lab, kernel):
    """What JupyterLab calls the kernel, or None where it has no such kernel."""
    specs = page.request.get(f"{lab.base}api/kernelspecs").json()["kernelspecs"]
    return specs[kernel]["spec"]["display_name"] if kernel in specs else None


@pytest.mark.slow
def test_launcher_shows_every_kernel_with_its_logo(page, lab):
    """Each kernel of the workshop has a card, with a picture that could be loaded."""
    expect(cards(page).first).to_be_visible(timeout=WAIT)

    for kernel in ALWAYS:
        card = cards(page).and_(page.get_by_title(shown_name(page, lab, kernel), exact=True))
        expect(card).to_be_visible()
        picture = card.locator("img").element_handle()
        page.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=picture)


@pytest.mark.parametrize(
    "kernel", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in KERNELS]
)
def test_typed_cell_is_answered(page, lab, kernel):
    """A click on the kernel's card opens a notebook; what is typed there and sent with Shift+Enter is answered."""
    name = shown_name(page, lab, kernel)
    code, answer = CELLS[kernel]

    cards(page).and_(page.get_by_title(name, exact=True)).click()
    notebook = page.locator(".jp-NotebookPanel:visible")
    # JupyterLab starts a second kernel, and may lose the cell, where one is sent before the first has answered.
    try:
        expect(page.locator("#jp-main-statusbar")).to_contain_text(f"{name} | Idle", timeout=WAIT)
    except AssertionError as problem:
        log = (lab.checkout.state / "logs" / "lab.log").read_text(errors="replace")
        pytest.fail(f"{problem}\nThe server's log ends with:\n{log[-4000:]}")
    notebook.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.type(code)
    page.keyboard.press("Shift+Enter")

    output = notebook.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output")
    expect(output.filter(has_text=answer).first).to_be_visible(timeout=WAIT)
    expect(notebook.locator(".jp-Toolbar-kernelName")).to_contain_text(name)


@pytest.mark.slow
def test_the_tour_opens_first(chromium, start_workshop):
    """Who opens JupyterLab for the first time sees the tour."""
    workshop = start_workshop("--no-browser")
    page = chromium.new_page()
    page.goto(workshop.url)

    title = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")
    expect(title).to_contain_text("tour.ipynb", timeout=WAIT)
    expect(page.locator(".jp-MarkdownOutput h1:visible")).to_contain_text("00 Tour", timeout=WAIT)
    page.close()
