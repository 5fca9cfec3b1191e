"""The container's JupyterLab in a real browser, through a proxy that rewrites headers as that of a codespace does."""

import asyncio
import re
import threading

import httpx
import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.image, pytest.mark.browser, pytest.mark.timeout(900)]

WAIT = 180_000
CELLS = {
    "Python 3 (ipykernel)": ("import platform; platform.python_implementation()", "CPython"),
    "Python (analysis)": ("import seams_tides", "ModuleNotFoundError"),
    "Python (PyPy)": ("import platform; platform.python_implementation()", "PyPy"),
    "R": ("6 * 7", "42"),
    "Deno": ("const answer: number = 6 * 7; answer", "42"),
    "Bash": ("echo $((6 * 7))", "42"),
}
NAME = "fluffy-disco-x7-{port}.app.github.dev"
# What the server is told: a codespace's name in one of the two headers, and localhost in the other.
REWRITES = {
    "host": {"Host": NAME, "Origin": "http://localhost:{port}"},
    "origin": {"Host": "localhost:{port}", "Origin": "https://" + NAME},
}


class Proxy:
    """Forwards to the server on `port`, one request a connection, with headers rewritten; WebSockets pass."""

    def __init__(self, port, headers):
        self.target = port
        self.headers = {name: value.format(port=port) for name, value in headers.items()}
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        made = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.serve, "127.0.0.1", 0), self.loop)
        self.server = made.result(30)
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            upstream, down = await asyncio.open_connection("127.0.0.1", self.target)
            down.write(self.rewritten(head).encode("latin-1"))
            await asyncio.gather(self.pipe(reader, down), self.pipe(upstream, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.close()  # cancelled at the end of the test: to whom asyncio would tell it, it is an error

    def rewritten(self, head):
        """The request's head as the server sees it. An Origin is rewritten where the browser sent one."""
        for name, value in self.headers.items():
            head = re.sub(rf"(?im)^{name}:.*?\r\n", f"{name}: {value}\r\n", head)
        if "upgrade: websocket" not in head.lower():
            head = re.sub(r"(?im)^connection:.*?\r\n", "", head).replace("\r\n", "\r\nConnection: close\r\n", 1)
        return head

    async def pipe(self, reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def close(self):
        """Stop listening, and let go of what is under way."""

        async def end():
            self.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)  # what was closed is closed in the loop's next round

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()


@pytest.fixture(params=REWRITES)
def proxied(request, server):
    """The address of the container's JupyterLab behind the proxy, without a token, and the token."""
    _, url = server
    base, token = url.split("lab?token=")
    proxy = Proxy(httpx.URL(base).port, REWRITES[request.param])
    yield f"http://127.0.0.1:{proxy.port}/", token
    proxy.close()


def test_a_codespace_s_proxy_is_answered_and_the_token_is_wanted(proxied):
    """Behind the proxy whoever has no token is sent to the login and gets nothing from the API."""
    base, token = proxied
    with httpx.Client(base_url=base, trust_env=False, timeout=60, headers={"Origin": base}) as client:
        assert client.get("api/kernelspecs").status_code == 403
        assert client.get("lab").headers["location"].startswith("/login")
        assert client.get("api/kernelspecs", headers={"Authorization": f"token {token}"}).status_code == 200


def test_another_site_is_refused_with_the_learner_s_login(server):
    """A page of another site, or of another port, that has the browser send the learner's cookies along is refused."""
    base, token = server[1].split("lab?token=")
    with httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        login = client.get("lab", params={"token": token})
        assert "samesite=lax" in " ".join(login.headers.get_list("set-cookie")).lower()
        port = httpx.URL(base).port
        status = {
            origin: client.get("api/kernelspecs", headers={"Origin": origin}).status_code
            for origin in (base.rstrip("/"), f"http://localhost:{port}", "http://localhost:1", "https://evil.example")
        }

    assert list(status.values()) == [200, 200, 404, 404], status


def test_login_and_a_cell_in_every_kernel_through_the_proxy(proxied, chromium, request):
    """In a browser: the token is typed on the login page, then a notebook of each of six kernels answers its cell.

    Behind the reverse rewriting two of them are enough: what differs is the way there.
    """
    base, token = proxied
    names = CELLS if request.node.callspec.params["proxied"] == "host" else list(CELLS)[:2]
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{base}lab")
    page.get_by_label("Password or token:").fill(token)
    page.get_by_role("button", name="Log in", exact=True).click()

    for name in names:
        code, answer = CELLS[name]
        page.goto(f"{base}lab?reset")
        page.locator(".jp-LauncherCard[data-category='Notebook']").and_(page.get_by_title(name, exact=True)).click()
        notebook = page.locator(".jp-NotebookPanel:visible")
        # JupyterLab starts a second kernel, and may lose the cell, where one is sent before the first has answered.
        expect(page.locator("#jp-main-statusbar")).to_contain_text(f"{name} | Idle", timeout=WAIT)
        notebook.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.type(code)
        page.keyboard.press("Shift+Enter")
        output = notebook.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output")
        expect(output.filter(has_text=answer).first).to_be_visible(timeout=WAIT)
    context.close()


def test_the_wire_through_the_proxy(proxied, server, engine, chromium):
    """The monitor works whatever the proxy rewrites: its socket lives, and a cell that is run shows up on the page."""
    engine.execute(server[0], "seams", "tap", "install", "python3")
    base, token = proxied
    context = chromium.new_context(viewport={"width": 1400, "height": 800})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto(f"{base}lab?token={token}&reset")
    page.locator(".jp-LauncherCard", has_text="The wire").click()
    wire = page.frame_locator(".jp-ServerProxy iframe")
    expect(wire.locator("#guide")).to_be_visible(timeout=WAIT)
    page.locator(".lm-DockPanel-tabBar .lm-TabBar-addButton").first.click()
    card = page.locator(".jp-LauncherCard[data-category='Notebook']:visible")
    card.and_(page.get_by_title("Python 3 (ipykernel) (tapped)", exact=True)).click()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("(tapped) | Idle", timeout=WAIT)
    page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first.click()
    page.keyboard.insert_text("x = 6 * 7; print('the answer is', x); x")
    page.keyboard.press("Shift+Enter")
    page.locator(".lm-TabBar-tab", has_text="The wire").click()
    expect(wire.locator(".row.message", has_text="execute_result")).to_contain_text("42", timeout=WAIT)
    context.close()
