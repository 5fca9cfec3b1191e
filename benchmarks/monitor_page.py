"""Is the monitor's page smooth with 10,000 messages?

    python benchmarks/monitor_page.py [--messages N] [--json]

The rival, in the same Chromium and the same run, draws every message of the
same trace as a line of its own, as jupyterlab-kernelspy and a plain list do,
and draws them anew when more come. Measured: the time until all are there; what
the page's main thread computes (its own CPU time, so that a busy machine does
not count) for a frame in which every row in view is another one, and in a
second in which 200 messages come. Targets: half the rival's time until all are
there; a frame within 16.7 ms, which is 60 a second; a quarter of a core.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from kernel_seams.wire.message import Key, Message, header, serialize
from kernel_seams.wire.recording import Recorder
from kernel_seams.wire.trace import Frames, Session

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
KEY = Key(b"benchmark")
WAIT = 300_000
SCROLLS, LIVE_SECONDS, PER_SECOND = 100, 5, 200

FRAMES = """
async ({ frames, scroll }) => {
  const box = document.querySelector("#scroll") ?? document.scrollingElement;
  for (let frame = 0; frame < frames; frame += 1) {
    if (scroll) box.scrollTop = (frame * 9973) % (box.scrollHeight - box.clientHeight);
    await new Promise(requestAnimationFrame);
  }
}
"""

# Every message one element; everything anew when more come.
PLAIN = """
window.rows = [];
window.take = (more) => {
  window.rows.push(...more);
  const list = document.createDocumentFragment();
  for (const row of window.rows) {
    const line = document.createElement("div");
    for (const text of [row.channel, row.to, row.type, row.says?.code ?? row.says?.text ?? ""]) {
      const part = document.createElement("span");
      part.textContent = text + " ";
      line.append(part);
    }
    list.append(line);
  }
  document.body.replaceChildren(list);
};
"""


def cell(number: int) -> list[Frames]:
    """The messages of one cell, as a kernel sends them."""
    head = header("execute_request", session="benchmark")
    said: list[tuple[str, str, dict[str, Any]]] = [
        ("iopub", "status", {"execution_state": "busy"}),
        ("iopub", "execute_input", {"code": f"x = {number}", "execution_count": number}),
        *(("iopub", "stream", {"name": "stdout", "text": f"line {line} of {number}\n"}) for line in range(5)),
        ("shell", "execute_reply", {"status": "ok", "execution_count": number}),
        ("iopub", "status", {"execution_state": "idle"}),
    ]
    messages = [("shell", "to_kernel", Message(head, {"code": f"x = {number}"}, identities=(b"client",)))]
    for channel, msg_type, content in said:
        messages.append((channel, "to_client", Message(header(msg_type, session="kernel"), content, head)))
    return [
        Frames(t=time.time_ns(), channel=channel, direction=way, frames=tuple(serialize(message, KEY)), verdict="good")
        for channel, way, message in messages
    ]


@contextmanager
def monitor(folder: Path) -> Iterator[str]:
    """The address of a `seams monitor` on the traces in `folder`."""
    command = [sys.executable, "-m", "kernel_seams", "monitor", "--no-browser", "--folder", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield next(line.strip() for line in process.stdout if line.startswith("http"))
    process.terminate()
    process.wait(30)


class Thread:
    """The main thread of a page: the CPU time it has taken."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent(self) -> float:
        """Seconds since the page began."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    def frame(self) -> float:
        """Milliseconds for a frame in which every row in view is another one."""
        before = self.spent()
        self._page.evaluate(FRAMES, {"frames": SCROLLS, "scroll": True})
        return (self.spent() - before) / SCROLLS * 1000


def live(thread: Thread, write: Callable[[int], None]) -> float:
    """The share of a core while PER_SECOND messages come in a second, in twenty portions."""
    before, began = thread.spent(), time.monotonic()
    for number in range(LIVE_SECONDS * 20):
        started = time.monotonic()
        write(number)
        time.sleep(max(0.0, 0.05 - (time.monotonic() - started)))
    return (thread.spent() - before) / (time.monotonic() - began)


def measure_ours(page: Page, folder: Path, cells: int, recorder: Recorder) -> dict[str, float]:
    """Our page: seconds until all are there, a frame, and live."""
    with monitor(folder) as url:
        started = time.perf_counter()
        page.goto(url)
        page.wait_for_function("count => window.monitor?.model.items.length >= count", arg=cells * 10, timeout=WAIT)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        ready, thread = time.perf_counter() - started, Thread(page)
        scrolled = thread.frame()
        page.evaluate("() => document.getElementById('follow').click()")

        def write(number: int) -> None:
            for record in cell(cells + number):
                recorder.write(record)

        return {"ready": ready, "frame": scrolled, "live": live(thread, write)}


def measure_plain(page: Page, rows: list[dict[str, Any]]) -> dict[str, float]:
    """The rival: the same rows, handed to it in the portions in which our page gets them."""
    page.set_content("<body></body>")
    page.add_script_tag(content=PLAIN)
    started = time.perf_counter()
    for at in range(0, len(rows), 500):
        page.evaluate("rows => window.take(rows)", rows[at : at + 500])
    page.evaluate("() => new Promise(requestAnimationFrame)")
    ready, thread = time.perf_counter() - started, Thread(page)
    scrolled = thread.frame()
    return {
        "ready": ready,
        "frame": scrolled,
        "live": live(thread, lambda _: page.evaluate("rows => window.take(rows)", rows[:10])),
    }


def main() -> None:
    """Measure both and print the ratios."""
    parser = argparse.ArgumentParser(description="Is the monitor's page smooth with 10,000 messages?")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cells = options.messages // 10
    program = shutil.which("chromium") or sys.exit("benchmarks/monitor_page.py: there is no chromium on PATH")
    with tempfile.TemporaryDirectory(prefix="seams-page-") as place, sync_playwright() as playwright:
        folder = Path(place)
        recorder = Recorder(folder / "trace.jsonl", Session(t=time.time_ns(), kernel="python3", kernel_id="benchmark"))
        for number in range(cells):
            for record in cell(number):
                recorder.write(record)
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(WAIT)
        ours = measure_ours(page, folder, cells, recorder)
        rows = page.evaluate(
            "() => window.monitor.model.items.map(({ channel, to, type, says }) => ({ channel, to, type, says }))"
        )
        plain = measure_plain(browser.new_page(), rows[: cells * 10])
        browser.close()
    report(ours, plain, cells * 10, as_json=options.json)


def report(ours: dict[str, float], plain: dict[str, float], messages: int, *, as_json: bool) -> None:
    """Print what came out, beside its target."""
    if as_json:
        print(json.dumps({"messages": messages, "ours": ours, "plain": plain}, indent=2))
        return
    print(f"{messages} messages{'':14} {'ours':>8} {'every row drawn':>16}   {'ratio':>6}  target")
    for name, words, unit, target in (
        ("ready", "all there", "s", "ratio 0.5"),
        ("frame", "a frame, all rows new", "ms", "16.7 ms"),
        ("live", f"{PER_SECOND} a second", "core", "0.25 core"),
    ):
        one, other = ours[name], plain[name]
        print(f"{words:22} {one:8.2f} {unit:4} {other:10.2f} {unit:4}   {one / other:6.2f}  {target}")


if __name__ == "__main__":
    main()
