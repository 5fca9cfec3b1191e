"""What the monitor tells a page: the kernels there are, and their traces row by row, as fast as the page asks."""

import asyncio
import base64
import contextlib
import json
import re
import time

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from kernel_seams.wire.trace import Frames, Stderr


class Page:
    """A page without a browser: it says hello, and keeps what it is told."""

    def __init__(self, monitor):
        self.monitor = monitor
        self.http = httpx.Client(base_url=monitor.base, trust_env=False)
        text = self.http.get("", params={"token": monitor.token}).text
        self.key = re.search(r'name="seams-key" content="([\w-]+)"', text)[1]
        self.http.headers["X-Seams-Key"] = self.key

    async def __aenter__(self):
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        address = f"ws{self.monitor.base.removeprefix('http')}live"
        self.socket = await websocket_connect(HTTPRequest(address, headers={"Cookie": cookies}))
        await self.say(do="hello", key=self.key)
        return self

    async def __aexit__(self, *_):
        self.socket.close()
        while await self.socket.read_message() is not None:
            pass
        self.http.close()

    async def say(self, **asked):
        await self.socket.write_message(json.dumps(asked))

    async def hear(self, kind, holds=lambda _: True):
        """The next message of that kind for which `holds`."""
        async with asyncio.timeout(60):
            while True:
                message = json.loads(await self.socket.read_message())
                if message["is"] == kind and holds(message):
                    return message

    async def kernel(self, kernel_id):
        """What the page is told of the kernel with that id."""
        told = await self.hear("kernels", lambda told: any(one["id"] == kernel_id for one in told["kernels"]))
        return next(one for one in told["kernels"] if one["id"] == kernel_id)

    async def rows(self, kernel, count):
        """The first `count` rows of a kernel's trace."""
        await self.say(do="watch", kernel=kernel)
        rows = (await self.hear("rows"))["rows"]
        while len(rows) < count:
            await self.say(do="more")
            rows += (await self.hear("rows"))["rows"]
        return rows


def test_a_trace_comes_row_by_row_and_goes_on(monitor, exchange):
    """The page is told what is there, and what is added while it watches."""
    recorder = monitor.folder.begin("growing", display_name="Growing")
    for record in exchange():
        recorder.write(record)

    async def run():
        async with Page(monitor) as page:
            kernel = await page.kernel("growing")
            rows = await page.rows(kernel["kernel"], 8)
            await page.say(do="more")
            recorder.write(Stderr(t=time.time_ns(), text="Invalid Signature"))
            rows += (await page.hear("rows"))["rows"]
            return kernel, rows

    kernel, rows = asyncio.run(run())
    assert (kernel["display_name"], kernel["live"]) == ("Growing", False)  # no tap writes it
    assert [row.get("type", row["k"]) for row in rows] == [
        *("session", "execute_request", "status", "execute_input", "stream", "execute_result"),
        *("execute_reply", "status", "stderr"),
    ]
    assert [row["n"] for row in rows] == list(range(9))
    request, stream = rows[1], rows[4]
    assert (request["channel"], request["to"], request["verdict"]) == ("shell", "kernel", "good")
    assert (stream["parent"], stream["parent_type"]) == (request["id"], "execute_request")
    assert stream["says"] == {"name": "stdout", "text": "the answer is 42\n"}


def test_the_page_sets_the_pace(monitor, frames):
    """Until the page has asked for more, nothing is sent: a page that is slow costs no memory."""
    recorder = monitor.folder.begin("long")
    _, record = frames("iopub", "stream", {"name": "stdout", "text": "line\n"})
    for _ in range(1200):
        recorder.write(record)

    async def run():
        async with Page(monitor) as page:
            kernel = (await page.kernel("long"))["kernel"]
            await page.say(do="watch", kernel=kernel)
            sizes = [len((await page.hear("rows"))["rows"])]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await page.hear("rows")
                    sizes.append("unasked")
            for _ in range(2):
                await page.say(do="more")
                sizes.append(len((await page.hear("rows"))["rows"]))
            return sizes

    assert asyncio.run(run()) == [500, 500, 201]


def test_an_opened_message_has_every_frame_with_its_name_and_bytes(monitor, frames):
    """Names, sizes and first bytes at once; the rest of a large frame piece by piece; what is withheld says why."""
    recorder = monitor.folder.begin("opened")
    buffer = bytes(range(256)) * 2000
    _, record = frames("iopub", "display_data", {"data": {}}, buffers=(buffer,))
    recorder.write(record)
    hidden = (*record.frames[:6], None, buffer)
    sizes = tuple(len(frame) for frame in record.frames)
    recorder.write(Frames(**{**record.__dict__, "frames": hidden, "sizes": sizes, "withheld": {6: "a password"}}))

    async def run():
        async with Page(monitor) as page:
            kernel = (await page.kernel("opened"))["kernel"]
            rows = await page.rows(kernel, 3)
            where = [{"kernel": kernel, "file": row["file"], "offset": row["offset"]} for row in rows[1:]]
            opened = [page.http.get("record", params=one).json() for one in where]
            frame = {**where[0], "frame": 7}
            pieces = [page.http.get("frame", params={**frame, "start": at}).content for at in (0, 262144)]
            missing = page.http.get("frame", params={**where[1], "frame": 6})
            return opened, pieces, missing

    (whole, withheld), pieces, missing = asyncio.run(run())
    assert [frame["name"] for frame in whole["frames"]] == [
        "topic", "delimiter", "signature", "header", "parent_header", "metadata", "content", "buffer",
    ]  # fmt: skip
    assert [frame["size"] for frame in whole["frames"]] == list(sizes)
    assert base64.b64decode(whole["frames"][1]["start"]) == b"<IDS|MSG>"
    assert b"".join(pieces) == buffer
    assert withheld["frames"][6] == {"name": "content", "size": sizes[6], "withheld": "a password"}
    assert missing.status_code == 404


def test_a_saved_trace_is_the_file(monitor, exchange):
    """What is saved is byte for byte what the tap wrote."""
    recorder = monitor.folder.begin("saved")
    for record in exchange():
        recorder.write(record)

    async def run():
        async with Page(monitor) as page:
            kernel = (await page.kernel("saved"))["kernel"]
            return page.http.get("trace", params={"kernel": kernel, "file": recorder.path.name})

    answer = asyncio.run(run())
    assert answer.content == recorder.path.read_bytes()
    assert answer.headers["content-disposition"] == f'attachment; filename="{recorder.path.name}"'
