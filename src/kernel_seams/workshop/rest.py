"""A running Jupyter server as a browser sees it: its REST API and the WebSocket of a kernel.

On that WebSocket a message is one binary frame without signature; the helpers
that build and read it are the server's own (`jupyter_server.services.kernels.connection.base`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from kernel_seams.errors import KernelError, ServerError

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"
# The caller's own time limit is the one that counts.
REQUEST_SECONDS = 600.0
LATE_SECONDS = 5.0
CLOSE_SECONDS = 5.0
PARTS = ("header", "parent_header", "metadata", "content")

Message = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """A Jupyter server at `url` that wants `token`; `info` is the file in which it says so."""

    url: str
    token: str
    info: Path

    @property
    def port(self) -> int:
        """The port the server really got."""
        return int(self.url.rstrip("/").rpartition(":")[2].partition("/")[0])

    async def answers(self) -> bool:
        """Whether the server answers at all, to us."""
        try:
            await self.request("GET", "api/status")
        except ServerError:
            return False
        return True

    async def request(self, method: str, path: str, content: Any = None) -> Any:
        """The JSON answer to a request, None for an empty one; `ServerError` if there is none or it is a refusal."""
        body = None if content is None else json.dumps(content)
        request = HTTPRequest(
            self.url + path,
            method=method,
            headers=self._headers(),
            body=body,
            request_timeout=REQUEST_SECONDS,
            allow_nonstandard_methods=True,
        )
        client = SimpleAsyncHTTPClient(force_instance=True)
        try:
            response = await client.fetch(request, raise_error=False)
        except (OSError, HTTPClientError) as error:
            raise ServerError(f"no answer from {self.url}: {error}") from error
        finally:
            client.close()
        if response.code >= 400:
            raise ServerError(f"{response.code} {_words(response.body) or response.reason}")
        return json.loads(response.body) if response.body else None

    @contextlib.asynccontextmanager
    async def channels(self, kernel_id: str) -> AsyncIterator[Channels]:
        """The WebSocket that carries every channel of one kernel."""
        session = Session()
        address = f"ws{self.url.removeprefix('http')}api/kernels/{kernel_id}/channels?session_id={session.session}"
        request = HTTPRequest(address, headers=self._headers(), request_timeout=REQUEST_SECONDS)
        socket = await websocket_connect(request, subprotocols=[SUBPROTOCOL])
        try:
            if socket.selected_subprotocol != SUBPROTOCOL:
                raise ServerError(f"the server speaks {socket.selected_subprotocol!r} and not {SUBPROTOCOL!r}")
            yield Channels(socket, session)
        finally:
            await close(socket)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}", "Content-Type": "application/json"}


class Channels:
    """Requests to one kernel over its WebSocket, one after the other."""

    def __init__(self, socket: WebSocketClientConnection, session: Session) -> None:
        self._socket = socket
        self._session = session

    async def ask(self, msg_type: str, content: Mapping[str, Any], lines: int = 0) -> list[Message]:
        """All that the kernel sends in answer to one shell request: it ends with the reply and with idle.

        They arrive in either order. Deno often sends what was printed only after
        idle: until `lines` lines are there, it is given `LATE_SECONDS` more.
        Raises `KernelError` if the kernel dies.
        """
        message = self._session.msg(msg_type, dict(content))
        frame = serialize_msg_to_ws_v1(message, "shell", self._session.pack)  # type: ignore[no-untyped-call]
        await self._socket.write_message(frame, binary=True)
        answers: list[Message] = []
        while not _is_complete(answers):
            await self._take(message, answers)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATE_SECONDS):
                while printed(answers).count("\n") < lines and reply(answers).get("status") == "ok":
                    await self._take(message, answers)
        return answers

    async def _take(self, request: Message, answers: list[Message]) -> None:
        """Add the next message to `answers` if it answers `request`."""
        answer = await self._next()
        if answer["parent_header"].get("msg_id") == request["header"]["msg_id"]:
            answers.append(answer)

    async def _next(self) -> Message:
        frame = await self._socket.read_message()
        if not isinstance(frame, bytes):
            raise KernelError("the server closed the connection to it")
        channel, parts = deserialize_msg_from_ws_v1(frame)  # type: ignore[no-untyped-call]
        message: Message = dict(zip(PARTS, (self._session.unpack(part) for part in parts[: len(PARTS)]), strict=True))
        message["channel"] = channel
        state = message["content"].get("execution_state")
        if message["header"]["msg_type"] == "status" and state in {"restarting", "dead"}:
            # The server says so itself, in a message without a parent.
            raise KernelError("it died before it answered")
        return message


async def close(socket: WebSocketClientConnection) -> None:
    """Close the WebSocket and wait a moment for the server's farewell."""
    socket.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            while await socket.read_message() is not None:
                pass


def execute_request(code: str) -> dict[str, Any]:
    """The content of an ``execute_request`` as a front-end sends it for a cell."""
    return {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }


def printed(messages: list[Message]) -> str:
    """What the messages say was written to stdout."""
    streams = [message["content"] for message in messages if message["header"]["msg_type"] == "stream"]
    return "".join(content["text"] for content in streams if content["name"] == "stdout")


def reply(messages: list[Message]) -> dict[str, Any]:
    """The content of the reply among `messages`."""
    content: dict[str, Any] = next(message["content"] for message in messages if _is_reply(message))
    return content


def _is_complete(messages: list[Message]) -> bool:
    idle = any(message["content"].get("execution_state") == "idle" for message in messages)
    return idle and any(map(_is_reply, messages))


def _is_reply(message: Message) -> bool:
    return bool(message["channel"] == "shell" and message["header"]["msg_type"].endswith("_reply"))


def _words(body: bytes | None) -> str:
    """The ``message`` of the server's error, on one line."""
    try:
        words = json.loads(body or b"{}").get("message") or ""
    except (ValueError, AttributeError):
        return ""
    return " ".join(str(words).split())
