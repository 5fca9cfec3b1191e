"""The page in a real browser: what it shows of a trace, how it is moved in, and that nothing in a trace moves it."""

import json
import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from kernel_seams.wire.trace import Frames, Gap, Kernel, Stderr

pytestmark = pytest.mark.browser

WAIT = 60_000


@pytest.fixture
def show(chromium, monitor):
    """A function that opens the page on the kernel with that id; it must not complain, nor ask anybody else."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT)
    complaints, asked = [], set()

    def open_page(kernel_id):
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: asked.add(request.url))
        page.goto(monitor.url)
        option = page.locator("#kernel option", has_text=kernel_id[:8])
        expect(option).to_be_attached(timeout=WAIT)
        page.locator("#kernel").select_option(value=option.get_attribute("value"))
        page.locator("#guided").click()
        return page

    yield open_page
    context.close()
    assert complaints == []
    assert {url for url in asked if not url.startswith((monitor.base, "blob:"))} == set()
    assert not [url for url in asked if "token=" in url and url != monitor.url]


@pytest.fixture(scope="module")
def one_cell(monitor, exchange):
    """The id of a kernel whose trace is one cell."""
    recorder = monitor.folder.begin("one-cell")
    recorder.write(Kernel(t=time.time_ns(), state="started"))
    for record in exchange():
        recorder.write(record)
    return "one-cell"


def rows(page):
    """The rows in view, from top to bottom: the name and value of each."""
    return page.evaluate(
        """() => [...document.querySelectorAll("#rows .row")]
            .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
            .map(row => row.querySelector(".title").innerText)"""
    )


def test_one_exchange_is_one_group_that_folds(show, one_cell):
    """The request with all that names it below it, captions in plain words; a click on the triangle hides and shows."""
    page = show(one_cell)
    expect(page.locator(".row.message")).to_have_count(6)

    assert [re.sub(r"\s+", " ", row) for row in rows(page)[2:]] == [
        "execute_request x = 6 * 7; print('the answer is', x); x",
        "status busy",
        "execute_input x = 6 * 7; print('the answer is', x); x",
        "stream the answer is 42 ⏎",
        "execute_result 42",
        "execute_reply ok",
        "status idle",
    ]
    expect(page.locator(".row.request .words")).to_have_text("The front-end asks: run this cell.")
    expect(page.locator(".row.request .chip").last).to_contain_text("done")
    expect(page.locator(".row", has_text="execute_result").locator(".arrow.iopub.client")).to_have_text("←")
    page.locator(".row.request .twist").click()
    expect(page.locator(".row.message")).to_have_count(0)
    assert page.locator(".row.request .more").all_inner_texts() == [
        "1",
        "5",
    ]  # folded: one more on shell, five on iopub
    page.locator(".row.request .twist").click()
    expect(page.locator(".row.message")).to_have_count(6)


def test_an_opened_message_shows_every_frame(show, one_cell):
    """Seven frames, each named; decoded, and in hex beside ASCII; what the signature is worth; a way to the request."""
    page = show(one_cell)
    page.locator(".row", has_text="execute_result").click()
    detail = page.locator("#detail")
    frames = detail.locator(".frame")

    expect(frames.locator("b")).to_have_text(
        ["topic", "delimiter", "signature", "header", "parent_header", "metadata", "content"]
    )
    expect(detail.locator(".verdict")).to_contain_text("The signature holds")
    content = json.loads(frames.nth(6).locator("pre").inner_text())
    assert content == {"data": {"text/plain": "42"}, "metadata": {}, "execution_count": 1}
    detail.get_by_role("button", name="Hex + ASCII").click()
    expect(frames.nth(1).locator("pre")).to_have_text(re.compile(r"000000  3c 49 44 53 7c 4d 53 47  3e\s+<IDS\|MSG>"))
    detail.get_by_role("button", name=re.compile("Belongs to execute_request")).click()
    expect(detail.locator("h2")).to_contain_text("execute_request")
    expect(page.locator(".row.selected")).to_contain_text("execute_request")


def test_the_keyboard_reaches_everything(show, one_cell):
    """From line to line, fold and unfold, open and close, filter: without a mouse, and said to a screen reader."""
    page = show(one_cell)
    expect(page.locator(".row.message")).to_have_count(6)
    page.locator("#lanes").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "rows":
            break
    page.keyboard.press("End")
    tree = page.get_by_role("tree")
    active = page.locator(f"#{tree.get_attribute('aria-activedescendant')}".replace(":", "\\:").replace(".", "\\."))
    assert active.get_attribute("aria-label").startswith("iopub, to the front-end: status idle. The kernel tells all")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".row.selected")).to_contain_text("execute_request")
    expect(page.locator(".row.selected")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".row.selected")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".row.selected")).to_contain_text("status")
    page.keyboard.press("Enter")
    expect(page.locator("#detail h2")).to_contain_text("status")
    page.keyboard.press("Escape")
    expect(page.locator("#detail")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("type:stream")
    expect(page.locator(".row.message")).to_have_count(1)


def test_filter_pause_and_clear(show, monitor, exchange):
    """What matches; nothing while paused, and all of it afterwards; what was there is hidden, what comes is not."""
    recorder = monitor.folder.begin("filtered")

    def run(code, count):
        for record in exchange(code, count):
            recorder.write(record)

    run("first = 1", 1)
    page = show("filtered")
    expect(page.locator(".row.message")).to_have_count(6)
    page.locator("#filter").fill("first")
    expect(page.locator("#rows .row")).to_have_count(2)
    page.locator("#filter").fill("channel:shell reply")
    expect(page.locator(".row.message")).to_have_text(re.compile("execute_reply"))
    page.locator("#filter").fill("")
    page.locator(".lane-head.iopub").click()
    expect(page.locator(".row.message")).to_have_count(1)
    page.locator(".lane-head.iopub").click()
    page.locator("#pause").click()
    run("second = 2", 2)
    run("third = 3", 3)
    page.locator("#pause").click()
    expect(page.locator(".row.request")).to_have_count(3)
    page.locator("#clear").click()
    expect(page.locator("#empty")).to_contain_text("Cleared")
    run("fourth = 4", 4)
    expect(page.locator(".row.request")).to_have_count(1)
    expect(page.locator(".row.request")).to_have_text(re.compile("fourth = 4"))


def test_a_saved_trace_and_the_rows_that_are_listed(show, monitor, one_cell):
    """Export gives the file as the tap wrote it, and the rows that the filter leaves."""
    page = show(one_cell)
    expect(page.locator(".row.message")).to_have_count(6)
    page.locator("#filter").fill("execute_result")
    expect(page.locator(".row.message")).to_have_count(1)
    page.locator("#save").click()
    with page.expect_download() as download:
        page.locator("dialog a").click()
    saved = download.value.path().read_bytes()
    assert saved == next(one.path for one in monitor.folder.begun if one._session.kernel_id == one_cell).read_bytes()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save what is listed").click()
    assert [row["type"] for row in json.loads(download.value.path().read_text())] == [
        "execute_request",
        "execute_result",
    ]


def test_several_kernels_a_restart_and_a_gap(show, monitor, exchange):
    """Each kernel is a choice; a restart is a line across the list, below what ended with it; so is what is missing."""
    recorder = monitor.folder.begin("restarted")
    recorder.write(exchange("cut_off = 1", 1)[0])
    recorder.write(Stderr(t=time.time_ns(), text="Killed by \x1b[31msomebody"))
    recorder.write(Kernel(t=time.time_ns(), state="exited", code=-9))
    again = monitor.folder.begin("restarted")
    again.write(Kernel(t=time.time_ns(), state="started"))
    again.write(Gap(t=time.time_ns(), count=12, bytes=3000, why="budget"))
    for record in exchange("after = 1", 1):
        again.write(record)
    page = show("restarted")

    expect(page.locator(".row.restart")).to_contain_text("a new kernel: everything begins anew")
    expect(page.locator(".row.silence").first).to_contain_text("no answer The kernel")
    expect(page.locator(".row.mark", has_text="a gap")).to_contain_text("12 records")
    expect(page.locator(".row.group", has_text="stderr")).to_contain_text("Killed by \\x1b[31msomebody")
    assert [row for row in rows(page) if row.startswith("execute_request")] == [
        "execute_request cut_off = 1", "execute_request after = 1",
    ]  # fmt: skip
    expect(page.locator("#kernel optgroup[label=ended] option").first).to_be_attached()


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>window.hacked = 1</script>",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "\u202eoverridden\u202c \u200b\ufeff",
    "javascript:alert(1)",
    "\"'><svg onload=window.hacked=1>",
    "constructor",
    "__proto__",
    "x" * 100_000,
]


def test_nothing_that_a_kernel_says_moves_the_page(show, monitor, frames):
    """Hostile names, HTML, ANSI, direction marks are text: in rows, in an opened message, and as a kernel's name."""
    recorder = monitor.folder.begin("hostile", display_name=HOSTILE[0], kernel=HOSTILE[1], language=HOSTILE[2])
    for text in HOSTILE:
        head, record = frames("iopub", text, {"code": text, text: text}, parent={"msg_id": text, "msg_type": text})
        recorder.write(record)
        recorder.write(frames("shell", "execute_request", {"code": text})[1])
        recorder.write(frames("iopub", "stream", {"name": text, "text": text}, parent=head)[1])
        recorder.write(frames("iopub", "error", {"ename": text, "evalue": text, "traceback": [text]}, parent=head)[1])
        recorder.write(frames("iopub", "display_data", {"data": {text: text, "text/html": text}}, parent=head)[1])
        recorder.write(Stderr(t=time.time_ns(), text=text))
        recorder.write(Frames(**{**record.__dict__, "channel": text, "verdict": text, "fault": text}))
    page = show("hostile")
    page.locator("#rows").focus()
    page.keyboard.press("Home")
    expect(page.locator("#counts")).to_contain_text("messages")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
    page.locator("#filter").fill("onerror")
    page.locator(".row.message, .row.request", has_text="onerror").first.click()
    expect(page.locator("#detail .frame.content pre")).to_contain_text("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Both").click()

    assert page.locator("img, svg, #main script, iframe, object").count() == 0
    assert page.evaluate("[window.hacked, ({}).polluted, document.title]") == [None, None, "The wire"]
    assert "\u202e" not in page.locator("#main").inner_text()
    assert "\x1b" not in page.locator("body").inner_text()
    assert HOSTILE[0] in page.locator("#kernel option", has_text="onerror").first.inner_text()


def test_frames_that_are_no_message_and_bytes_that_are_no_text(show, monitor):
    """Invalid UTF-8 and JSON are said where they are, down to the byte; frames that are no message are still shown."""
    recorder = monitor.folder.begin("broken")
    shapes = {
        "utf8": (
            b"id",
            b"<IDS|MSG>",
            b"",
            b'{"msg_id": "1", "msg_type": "stream"}',
            b"{}",
            b"{}",
            b'{"text": "\xff\xfe"}',
        ),
        "json": (b"id", b"<IDS|MSG>", b"", b'{"msg_id": "2", "msg_type": "stream"}', b"{}", b"{}", b'{"text": '),
        "none": (b"\x00\x01", b"what is this", b""),
    }
    for data in shapes.values():
        recorder.write(Frames(t=time.time_ns(), channel="iopub", direction="to_client", frames=data, verdict="bad"))
    page = show("broken")
    expect(page.locator(".row.problem")).to_have_count(3)

    page.locator(".row.problem").first.click()
    expect(page.locator(".frame.content .problem")).to_have_text(
        "Not UTF-8: the first byte that cannot be read is 0xff at 10."
    )
    expect(page.locator(".verdict.bad")).to_contain_text("The signature does not hold")
    page.locator(".row.problem").nth(1).click()
    expect(page.locator(".frame.content .problem")).to_have_text("Not JSON.")
    page.locator(".row.problem").nth(2).click()
    expect(page.locator(".frame.unknown")).to_have_count(3)
    expect(page.locator(".frame.unknown pre").first).to_contain_text("00 01")


@pytest.mark.slow
def test_fifty_megabytes_of_output_are_one_row_and_any_byte_can_be_seen(show, monitor, frames):
    """The row says how much it is; of the frame a page of bytes is fetched at a time, up to the very last one."""
    recorder = monitor.folder.begin("large")
    text = "0123456789" * 5_000_000
    _, record = frames("iopub", "stream", {"name": "stdout", "text": text})
    recorder.write(record)
    page = show("large")
    row = page.locator(".row.message", has_text="stream")

    expect(row).to_contain_text("50.0 MB")
    row.click()
    content = page.locator(".frame.content")
    expect(content.locator(".nothing")).to_contain_text("of 50.0 MB")
    page.get_by_role("button", name="Hex + ASCII").click()
    content.get_by_role("button", name="last").click()
    expect(content.locator(".where")).to_contain_text(f"to {len(record.frames[6]) - 1} of {len(record.frames[6])}")
    expect(content.locator("pre.hex")).to_contain_text("22 7d")  # the end of the JSON: "}
    assert page.evaluate("document.querySelectorAll('*').length") < 1000


@pytest.mark.slow
def test_of_ten_thousand_messages_only_those_in_view_are_drawn(show, monitor, exchange):
    """The page holds a screenful of rows however long the trace is, and gets to both ends and to any in between."""
    recorder = monitor.folder.begin("ten-thousand")
    for number in range(1430):
        for record in exchange(f"cell = {number}", number):
            recorder.write(record)
    page = show("ten-thousand")
    expect(page.locator("#counts")).to_contain_text("10010 messages in 1430 exchanges")

    expect(page.locator(".row.request", has_text="cell = 1429")).to_be_visible()
    assert page.locator("#rows .row").count() < 60
    page.locator("#rows").focus()
    page.keyboard.press("Home")
    expect(page.locator(".row.request", has_text="cell = 0").first).to_be_visible()
    page.locator("#filter").fill("cell = 777")
    expect(page.locator(".row.request")).to_have_count(1)
    expect(page.locator(".row.request")).to_have_text(re.compile("cell = 777"))
    assert page.locator("#rows .row").count() < 60


def test_without_a_tap_the_page_says_what_to_do(chromium, tmp_path):
    """Who opens it first reads the three steps."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kernel_seams", "monitor", "--no-browser", "--folder", tmp_path / "none"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    url = next(line for line in iter(process.stdout.readline, "") if line.startswith("http"))
    page = chromium.new_page()
    page.goto(url.strip())
    expect(page.locator("#empty")).to_contain_text("seams tap install python3")
    page.close()
    process.terminate()
    process.communicate(timeout=90)
