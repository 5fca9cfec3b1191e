"""The page's live socket: JSON texts, and the page sets the pace.

    page                            server
    {"do": "hello", "key": K}  -->
                               <--  {"is": "kernels", "kernels": [...]}      now, and whenever it changes
    {"do": "watch", "kernel", "watch": N}  -->
                               <--  {"is": "rows", "watch": N, "rows": [...]}  up to 500, once there are some
    {"do": "more"}             -->                                           the next; until then nothing is read
                               <--  {"is": "silences", "watch": N, "silences": {msg_id: reason}, ...}  as they change
    {"do": "faults"}           -->
                               <--  {"is": "faults", "watch": N, "faults": [{"name", "expected"}], "armed": [...]}
    {"do": "arm", "fault", "seconds"}, {"do": "off", "fault"}  -->           and the same answer

N is the page's own number for what it watches: what was under way when it turned to something else is known by it.
A page that is slow, paused or hidden therefore costs no memory anywhere: what it has not asked for is in the trace.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import time
from typing import Any

from tornado import websocket

from kernel_seams.monitor.breaking import faults
from kernel_seams.monitor.digest import digest
from kernel_seams.monitor.handlers import Handler
from kernel_seams.monitor.silences import Silences
from kernel_seams.monitor.traces import BATCH_RECORDS, Reader, Traces

POLL_SECONDS = 0.05
KERNELS_SECONDS = 1.0
SILENCE_SECONDS = 0.5
LONGEST_QUESTION = 4096


class Live(Handler, websocket.WebSocketHandler):
    """One page's socket."""

    def prepare(self) -> None:
        """Refuse as every handler does, before the socket is there."""
        self._key_seen = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._view: View | None = None
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
            self._view = View(self.traces, asked["kernel"], asked.get("watch"))
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
        """Tell the page the next rows whenever it has asked for them and there are some, and why what is silent is."""
        with contextlib.suppress(websocket.WebSocketClosedError):
            while True:
                await self._wanted.wait()
                view = self._view
                if view is None:
                    self._wanted.clear()
                    continue
                rows = await asyncio.to_thread(view.rows)
                if view is not self._view:
                    continue  # another kernel is wanted by now
                if rows:
                    self._wanted.clear()
                    await self.write_message(json.dumps({"is": "rows", "watch": view.watch, "rows": rows}))
                else:
                    await asyncio.sleep(POLL_SECONDS)
                told = await asyncio.to_thread(view.silences)
                if told is not None:
                    await self.write_message(json.dumps({"is": "silences", "watch": view.watch, **told}))

    async def _tell_faults(self, asked: dict[str, Any]) -> None:
        """Ask the kernel's tap to arm or take back a fault, if that is asked, and tell the page what is armed."""
        view = self._view
        if view is None:
            return
        told = await asyncio.to_thread(faults, self.traces.tap(view.kernel), asked)
        with contextlib.suppress(websocket.WebSocketClosedError):
            await self.write_message(json.dumps({"is": "faults", "watch": view.watch, **told}))


class View:
    """One page's way through the trace of one kernel: the rows it has yet to see, and the reasons it was told last."""

    def __init__(self, traces: Traces, kernel: str, watch: object) -> None:
        self.kernel = kernel
        self.watch = watch if isinstance(watch, int) else 0
        self._traces = traces
        self._reader = Reader(traces, kernel)
        self._silences = Silences()
        self._told: dict[str, Any] | None = None
        self._looked = -math.inf
        self._caught_up = False

    def rows(self) -> list[dict[str, Any]]:
        """The next rows, each with the place of its record."""
        entries = self._reader.batch()
        self._silences.add(entry.record for entry in entries)
        self._caught_up = len(entries) < BATCH_RECORDS
        if entries:
            self._looked = -math.inf
        return [digest(entry.record) | {"file": entry.file, "offset": entry.offset} for entry in entries]

    def silences(self) -> dict[str, Any] | None:
        """The reasons, if they have changed; they are looked at again after rows, and every SILENCE_SECONDS.

        Not before all is read that is there: what has no answer yet may have one in the next rows.
        """
        if not self._caught_up or time.monotonic() - self._looked < SILENCE_SECONDS:
            return None
        self._looked = time.monotonic()
        told = self._silences.told(live=self._traces.tap(self.kernel) is not None)
        if told == self._told:
            return None
        self._told = told
        return told


def _question(message: str | bytes) -> dict[str, Any]:
    """What the page asks; empty if it is no JSON object."""
    try:
        asked = json.loads(message) if len(message) <= LONGEST_QUESTION else None
    except (ValueError, RecursionError):
        asked = None
    return asked if isinstance(asked, dict) else {}
