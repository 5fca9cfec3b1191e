"""Is the monitor's page smooth with 10,000 messages?

    python benchmarks/monitor_page.py [--messages N] [--json]

The rival, in the same Chromium and the same run, draws every message of the
same trace as a line of its own, as jupyterlab-kernelspy and a plain list do,
and draws them anew when more come. Measured: the time until all are there; the
95th percentile of the time from frame to frame while the list is scrolled from
end to end, and while 200 messages a second come in. Targets: half the rival's
time until all are there, and frames as an empty page has them, within 1.5.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
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
SCROLL_SECONDS, LIVE_SECONDS, PER_SECOND = 5, 5, 200

FRAMES = """
async ({ seconds, scroll }) => {
  const box = document.querySelector("#scroll") ?? document.scrollingElement;
  const times = [];
  const end = performance.now() + seconds * 1000;
  const start = performance.now();
  let last = start;
  while (last < end) {
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
    const share = (now - start) / (seconds * 1000);
    if (scroll) box.scrollTop = Math.abs(Math.sin(share * 6)) * box.scrollHeight;
  }
  return times.slice(2);
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


def frames(page: Page, *, scroll: bool, seconds: float) -> float:
    """The 95th percentile of the time from frame to frame, in milliseconds."""
    times = page.evaluate(FRAMES, {"seconds": seconds, "scroll": scroll})
    return statistics.quantiles(times, n=20)[-1] if len(times) > 20 else max(times)


def live(page: Page, write: Callable[[int], None]) -> float:
    """Frames while messages come in: PER_SECOND, in twenty portions."""

    def feed() -> None:
        for number in range(LIVE_SECONDS * 20):
            started = time.monotonic()
            write(number)
            time.sleep(max(0.0, 0.05 - (time.monotonic() - started)))

    thread = threading.Thread(target=feed)
    thread.start()
    measured = frames(page, scroll=False, seconds=LIVE_SECONDS)
    thread.join()
    return measured


def measure_ours(page: Page, folder: Path, cells: int, recorder: Recorder) -> dict[str, float]:
    """Our page: seconds until all are there, and its frames."""
    with monitor(folder) as url:
        started = time.perf_counter()
        page.goto(url)
        page.wait_for_function("count => window.monitor?.model.items.length >= count", arg=cells * 10, timeout=WAIT)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        ready = time.perf_counter() - started
        scrolled = frames(page, scroll=True, seconds=SCROLL_SECONDS)
        page.keyboard.press("f")

        def write(number: int) -> None:
            for record in cell(cells + number):
                recorder.write(record)

        return {"ready": ready, "scroll": scrolled, "live": live(page, write)}


def measure_plain(page: Page, rows: list[dict[str, Any]]) -> dict[str, float]:
    """The rival: the same rows, handed to it in the portions in which our page gets them."""
    page.set_content("<body></body>")
    page.add_script_tag(content=PLAIN)
    started = time.perf_counter()
    for at in range(0, len(rows), 500):
        page.evaluate("rows => window.take(rows)", rows[at : at + 500])
    page.evaluate("() => new Promise(requestAnimationFrame)")
    ready = time.perf_counter() - started
    scrolled = frames(page, scroll=True, seconds=SCROLL_SECONDS)
    portion = json.dumps(rows[:10])
    page.evaluate(f"() => {{ window.timer = setInterval(() => window.take({portion}), 50) }}")
    running = frames(page, scroll=False, seconds=LIVE_SECONDS)
    page.evaluate("() => clearInterval(window.timer)")
    return {"ready": ready, "scroll": scrolled, "live": running}


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
        page.set_content("<body></body>")
        empty = frames(page, scroll=False, seconds=2)
        ours = measure_ours(page, folder, cells, recorder)
        rows = page.evaluate(
            "() => window.monitor.model.items.map(({ channel, to, type, says }) => ({ channel, to, type, says }))"
        )
        plain = measure_plain(browser.new_page(), rows[: cells * 10])
        browser.close()
    report(empty, ours, plain, cells * 10, as_json=options.json)


def report(empty: float, ours: dict[str, float], plain: dict[str, float], messages: int, *, as_json: bool) -> None:
    """Print what came out, beside its target."""
    if as_json:
        print(json.dumps({"messages": messages, "empty": empty, "ours": ours, "plain": plain}, indent=2))
        return
    print(f"{messages} messages; an empty page's frames: {empty:.1f} ms (95th percentile)")
    print(f"{'':22} {'ours':>9} {'every row drawn':>16}   {'ratio':>6}  target")
    print(
        f"{'all there':22} {ours['ready']:7.2f} s {plain['ready']:14.2f} s   {ours['ready'] / plain['ready']:6.2f}  0.5"
    )
    for name, words in (("scroll", "scrolled, frames"), ("live", f"{PER_SECOND} a second, frames")):
        ratio, limit = ours[name] / plain[name], ours[name] / empty
        print(
            f"{words:22} {ours[name]:6.1f} ms {plain[name]:13.1f} ms   {ratio:6.2f}  {limit:.2f} of an empty page, 1.5"
        )


if __name__ == "__main__":
    main()
