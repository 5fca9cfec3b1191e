"""What the monitor's server answers: the page, its files, one record's frames, a trace to save, and the live socket.

    GET  .                the page; its key for the rest is in it
    GET  static/NAME      a file of the page
    GET  record?...       the frames of one record, each named and as far as INLINE_BYTES
    GET  frame?...        bytes of one frame
    GET  trace?...        a part of a trace as it lies on the disk
    WS   live             see `live`

`record`, `frame` and `trace` say which kernel and where: `kernel`, `file`, `offset`. All addresses are relative: behind
a proxy the page is not at the root.
"""

from __future__ import annotations

import asyncio
import base64
import html
import json
from pathlib import Path
from typing import Any

from tornado import web

from kernel_seams.monitor.access import Access
from kernel_seams.monitor.digest import digest, names_of, text
from kernel_seams.monitor.traces import Traces
from kernel_seams.wire.trace import Frames

STATIC = Path(__file__).parent / "static"
INLINE_BYTES = 16 * 1024
FRAME_BYTES = 256 * 1024
CHUNK_BYTES = 1024 * 1024
KEY_HEADER = "X-Seams-Key"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class Handler(web.RequestHandler):
    """Answers only who may look, and nothing that a browser could take for something else."""

    def initialize(self, access: Access, traces: Traces) -> None:
        """Take what the application holds."""
        self.access = access
        self.traces = traces

    def set_default_headers(self) -> None:
        """Tell the browser what the page may do and who may frame it."""
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse a foreign Host, another site's request, and whoever has no token."""
        if not self.access.host_is_ours(self.request.host):
            raise web.HTTPError(403, reason="This is not the name of the monitor")
        if not self.is_navigation() and not self.access.origin_is_ours(self.request.headers):
            raise web.HTTPError(403, reason="Another site asked for this")
        said = self.get_query_argument("token", "") or self.get_cookie(self.access.cookie, "") or ""
        if not self.access.token_is_right(said):
            raise web.HTTPError(403, reason="The address that seams monitor printed has the token in it")

    def is_navigation(self) -> bool:
        """Whether the person goes to the page itself, from wherever."""
        return False

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say it in one line, and as text."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {self._reason}\n")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what is our fault; a request that is refused is none."""
        if not isinstance(value, web.HTTPError):
            super().log_exception(typ, value, tb)

    def wants_key(self) -> None:
        """Refuse a script that does not have the page's key."""
        if not self.access.page_key_is_right(self.request.headers.get(KEY_HEADER)):
            raise web.HTTPError(403, reason="Reload the page: the monitor was started anew")

    def number(self, name: str, default: int | None = None) -> int:
        """The whole number that the query gives `name`."""
        said = self.get_query_argument(name, "" if default is None else str(default))
        if not said.isascii() or not said.isdigit() or len(said) > 18:
            raise web.HTTPError(400, reason=f"{name} is not a whole number")
        return int(said)


class Page(Handler):
    """The page, with its key in it."""

    def is_navigation(self) -> bool:
        """Say yes: a link may lead here from anywhere."""
        return True

    def get(self) -> None:
        """Answer with the page; who came with the token has it as a cookie from now on."""
        if self.access.token:
            self.set_cookie(self.access.cookie, self.access.token, httponly=True, samesite="Lax", path="/")
        page = (STATIC / "index.html").read_text(encoding="utf-8")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page.replace("PAGE-KEY", html.escape(self.access.page_key)))


class File(Handler):
    """A file of the page, by its name alone."""

    TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}  # noqa: RUF012

    def get(self, name: str) -> None:
        """Answer with the file of that name, if the page has one."""
        known = {path.name: path for path in STATIC.iterdir() if path.suffix in self.TYPES}
        if name not in known:
            raise web.HTTPError(404, reason="The page has no such file")
        self.set_header("Content-Type", f"{self.TYPES[known[name].suffix]}; charset=utf-8")
        self.finish(known[name].read_bytes())


class RecordHandler(Handler):
    """The frames of one record."""

    async def get(self) -> None:
        """Answer with the row and the frames, each with its name, size and first bytes."""
        self.wants_key()
        self.set_header("Content-Type", "application/json")
        self.finish(_detail(await self.record()))

    async def record(self) -> Frames:
        """The record that the query names."""
        where = (self.get_query_argument("kernel"), self.get_query_argument("file"), self.number("offset"))
        record = await asyncio.to_thread(self.traces.record, *where)
        if not isinstance(record, Frames):
            raise web.HTTPError(404, reason="The trace does not have this message any more")
        return record


class FrameHandler(RecordHandler):
    """Bytes of one frame."""

    async def get(self) -> None:
        """Answer with at most FRAME_BYTES of frame number `frame`, from byte `start`."""
        self.wants_key()
        frames = (await self.record()).frames
        number, start = self.number("frame"), self.number("start", 0)
        frame = frames[number] if number < len(frames) else None
        if frame is None:
            raise web.HTTPError(404, reason="There is no such frame")
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(frame[start : start + FRAME_BYTES])


class TraceHandler(Handler):
    """A part of a trace, to be saved."""

    async def get(self) -> None:
        """Answer with the file as it is, up to where it ends now."""
        path = self.traces.part(self.get_query_argument("kernel"), self.get_query_argument("file"))
        if path is None:
            raise web.HTTPError(404, reason="There is no such trace")
        self.set_header("Content-Type", "application/x-ndjson")
        self.set_header("Content-Disposition", f'attachment; filename="{_safe(path.name)}"')
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                self.write(chunk)
                await self.flush()
        self.finish()


def _detail(record: Frames) -> str:
    """One message as the page opens it."""
    shown: list[dict[str, Any]] = []
    for number, (name, frame, size) in enumerate(zip(names_of(record), record.frames, record.sizes, strict=True)):
        one: dict[str, Any] = {"name": name, "size": size}
        if frame is None:
            one["withheld"] = text(record.withheld.get(number)) or "not kept"
        else:
            one["start"] = base64.b64encode(frame[:INLINE_BYTES]).decode()
        shown.append(one)
    return json.dumps({"row": digest(record), "frames": shown})


def _safe(name: str) -> str:
    """A file name without what a header could mistake."""
    return "".join(character if character.isalnum() or character in "-_." else "_" for character in name)
