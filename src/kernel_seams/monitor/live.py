"""The page's live socket: JSON texts, and the page sets the pace.

    page                            server
    {"do": "hello", "key": K}  -->
                               <--  {"is": "kernels", "kernels": [...]}      now, and whenever it changes
    {"do": "watch", "kernel"}  -->
                               <--  {"is": "rows", "kernel", "rows": [...]}  up to 500, once there are some
    {"do": "more"}             -->                                           the next; until then nothing is read
    {"do": "faults"}           -->
                               <--  {"is": "faults", "kernel", "faults": [{"name", "expected"}], "armed": [...]}
    {"do": "arm", "fault", "seconds"}, {"do": "off", "fault"}  -->           and the same answer

A page that is slow, paused or hidden therefore costs no memory anywhere: what it has not asked for is in the trace.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from tornado import websocket

from kernel_seams.monitor.breaking import faults
from kernel_seams.monitor.digest import digest
from kernel_seams.monitor.handlers import Handler
from kernel_seams.monitor.traces import Reader

POLL_SECONDS = 0.05
KERNELS_SECONDS = 1.0
LONGEST_QUESTION = 4096


class Live(Handler, websocket.WebSocketHandler):
    """One page's socket."""

    def prepare(self) -> None:
        """Refuse as every handler does, before the socket is there."""
        self._key_seen = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._reader: Reader | None = None
        self._kernel = ""
        self._wanted = asyncio.Event()
        super().prepare()

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002
        """Say yes: `prepare` has looked at Origin and more."""
        return True

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Upgrade to a WebSocket."""
        return websocket.WebSocketHandler.get(self, *args, **kwargs)

    def on_message(self, message: str | bytes) -> None:
        """Do what the page asks; without the page's key nothing, and the socket is closed."""
        asked = _question(message)
        if not self._key_seen:
            if asked.get("do") != "hello" or not self.access.page_key_is_right(asked.get("key")):
                self.close(4403, "Reload the page: the monitor was started anew")
                return
            self._key_seen = True
            self._start(self._tell_kernels())
            self._start(self._tell_rows())
        elif asked.get("do") == "watch" and isinstance(asked.get("kernel"), str):
            self._kernel = asked["kernel"]
            self._reader = Reader(self.traces, self._kernel)
            self._wanted.set()
        elif asked.get("do") == "more":
            self._wanted.set()
        elif asked.get("do") in ("faults", "arm", "off"):
            self._start(self._tell_faults(asked))

    def on_close(self) -> None:
        """End what was told to the page."""
        for task in self._tasks:
            task.cancel()

    def _start(self, coroutine: Any) -> None:
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_kernels(self) -> None:
        """Tell the page which kernels there are, as often as that changes."""
        told = None
        with contextlib.suppress(websocket.WebSocketClosedError):
            while True:
                found = await asyncio.to_thread(self.traces.described)
                if found != told:
                    told = found
                    await self.write_message(json.dumps({"is": "kernels", "kernels": found}))
                await asyncio.sleep(KERNELS_SECONDS)

    async def _tell_rows(self) -> None:
        """Tell the page the next rows whenever it has asked for them and there are some."""
        with contextlib.suppress(websocket.WebSocketClosedError):
            while True:
                await self._wanted.wait()
                reader, kernel = self._reader, self._kernel
                rows = await asyncio.to_thread(_rows, reader) if reader is not None else []
                if reader is not self._reader:
                    continue  # another kernel is wanted by now
                if not rows:
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                self._wanted.clear()
                await self.write_message(json.dumps({"is": "rows", "kernel": kernel, "rows": rows}))

    async def _tell_faults(self, asked: dict[str, Any]) -> None:
        """Ask the kernel's tap to arm or take back a fault, if that is asked, and tell the page what is armed."""
        kernel = self._kernel
        told = await asyncio.to_thread(faults, self.traces.tap(kernel), asked)
        with contextlib.suppress(websocket.WebSocketClosedError):
            await self.write_message(json.dumps({"is": "faults", "kernel": kernel, **told}))


def _rows(reader: Reader) -> list[dict[str, Any]]:
    """The next rows, each with the place of its record."""
    return [digest(entry.record) | {"file": entry.file, "offset": entry.offset} for entry in reader.batch()]


def _question(message: str | bytes) -> dict[str, Any]:
    """What the page asks; empty if it is no JSON object."""
    try:
        asked = json.loads(message) if len(message) <= LONGEST_QUESTION else None
    except (ValueError, RecursionError):
        asked = None
    return asked if isinstance(asked, dict) else {}
