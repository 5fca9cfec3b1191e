"""Who gets an answer from the monitor: whoever has its token, at its own name, from its own page."""

import asyncio
import hmac
import json
import re

import httpx
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from kernel_seams.monitor import access as access_module
from kernel_seams.monitor.access import Access
from kernel_seams.monitor.handlers import STATIC

ADDRESSES = (
    "",
    "static/main.js",
    "record?kernel=a&file=b&offset=0",
    "frame",
    "trace?kernel=a&file=b",
    "live",
    "nothing",
)


@pytest.fixture
def client(monitor):
    """A client that has no token yet."""
    with httpx.Client(base_url=monitor.base, trust_env=False) as client:
        yield client


@pytest.fixture
def inside(client, monitor):
    """A client with the cookie that the token becomes, and the key that is in the page."""
    page = client.get("", params={"token": monitor.token})
    key = re.search(r'name="seams-key" content="([\w-]+)"', page.text)[1]
    client.headers["X-Seams-Key"] = key
    return client


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_the_token_nothing_is_answered(client, address):
    """No page, no file, no message, with no token and with a wrong one."""
    for token in (None, "", "wrong", "é"):
        answer = client.get(address, params={"token": token} if token is not None else None)
        assert answer.status_code == 403, address
        assert "token" in answer.text


def test_the_token_becomes_a_cookie_that_no_script_and_no_other_site_can_use(client, monitor):
    """HttpOnly and SameSite, named after the port, because cookies do not know ports."""
    answer = client.get("", params={"token": monitor.token})

    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 200
    assert re.match(r"seams-monitor-\d+=", cookie)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert client.get("").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}"])
def test_a_foreign_host_is_refused_with_the_right_token(client, monitor, host):
    """A name that somebody else made lead to loopback is not answered."""
    port = httpx.URL(monitor.base).port
    answer = client.get("", params={"token": monitor.token}, headers={"Host": host.format(port=port)})

    assert answer.status_code == 403
    assert client.get("", params={"token": monitor.token}, headers={"Host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ],
)
def test_another_site_is_refused_with_the_person_s_cookie(inside, monitor, name, value):
    """Neither a file, nor a message, nor the live socket is for another site's page."""
    for address in ("static/main.js", "record?kernel=a&file=b&offset=0", "trace?kernel=a&file=b"):
        assert inside.get(address, headers={name: value}).status_code == 403

    with pytest.raises(HTTPClientError) as refused:
        asyncio.run(open_socket(monitor, inside, {name: value}))
    assert refused.value.code == 403


def test_a_script_needs_the_key_that_is_in_the_page(inside, monitor):
    """The cookie alone opens no message, and closes the live socket."""
    assert inside.get("record?kernel=a&file=b&offset=0").status_code == 404
    for wrong in ("", "wrong"):
        assert inside.get("record?kernel=a&file=b&offset=0", headers={"X-Seams-Key": wrong}).status_code == 403

    for first in ({"do": "hello"}, {"do": "hello", "key": "wrong"}, {"do": "watch", "kernel": "a"}, [], "x"):
        assert asyncio.run(close_code(monitor, inside, first)) == 4403


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_says_what_the_page_may_do(inside, address):
    """Scripts and styles of its own only, frames of its own origin only, nothing kept, nothing guessed."""
    headers = inside.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src", "frame-ancestors")} == {"'self'"}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_the_page_fetches_nothing_from_outside_and_has_no_inline_script():
    """The files name no other server, and the page has no code but its own files."""
    for path in STATIC.iterdir():
        text = path.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?:|//\w+\.\w+", re.sub(r"(?m)^\s*//.*$", "", text)), path.name
        assert "innerHTML" not in text
        assert not re.search(r"outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), path.name
    page = (STATIC / "index.html").read_text()
    assert re.findall(r"<script[^>]*>", page) == ['<script type="module" src="static/main.js">']
    assert " style=" not in page
    assert " onclick" not in page


def test_no_name_leads_out_of_the_folder(inside, monitor):
    """A file is asked for by a name that is looked up, so none becomes a path."""
    (monitor.folder.path / "secret.txt").write_text("secret")
    for name in ("../index.html", "..%2f..%2faccess.py", "secret.txt", "index.html"):
        assert inside.get(f"static/{name}").status_code == 404
    for name in ("secret.txt", "/etc/passwd", "../secret.txt"):
        assert inside.get("trace", params={"kernel": "a", "file": name}).status_code == 404


@pytest.mark.parametrize("number", ["", "-1", "1.5", "x", "9" * 30, "²"])
def test_what_is_no_number_is_said_in_one_line(inside, number):
    """Bad usage is a 400 that names the parameter, not a traceback."""
    answer = inside.get("record", params={"kernel": "a", "file": "b", "offset": number})

    assert (answer.status_code, answer.text) == (400, "400: offset is not a whole number\n")


def test_secrets_are_compared_in_constant_time(monkeypatch):
    """Token and page key go through `hmac.compare_digest`, also where they are of another length."""
    compared = []
    monkeypatch.setattr(
        access_module.hmac, "compare_digest", lambda *pair: compared.append(pair) or hmac_compare(*pair)
    )
    access = Access(8888, "token")

    assert access.token_is_right("token")
    assert not access.token_is_right("tok")
    assert not access.page_key_is_right("é")
    assert access.page_key_is_right(access.page_key)
    assert len(compared) == 4
    assert "token" not in repr(access)


hmac_compare = hmac.compare_digest


async def open_socket(monitor, client, headers):
    """The live socket, opened with the client's cookie."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"ws{monitor.base.removeprefix('http')}live"
    return await websocket_connect(HTTPRequest(address, headers={"Cookie": cookies, **headers}))


async def close_code(monitor, client, first):
    """The code with which the socket is closed after the message `first`."""
    socket = await open_socket(monitor, client, {})
    await socket.write_message(json.dumps(first))
    assert await asyncio.wait_for(socket.read_message(), 30) is None
    socket.close()
    return socket.close_code
