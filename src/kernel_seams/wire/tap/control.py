"""The control socket: what a running tap answers. See `kernel_seams.wire.tap.running` for what may be asked."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zmq

from kernel_seams.wire.tap.faults import DELAY_SECONDS, FaultError
from kernel_seams.wire.tap.relay import Relay

MAX_BYTES = 64 * 1024


class Control:
    """Answers one request after the other, in the thread of the relay: nothing it does takes long."""

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], path: Path, relay: Relay, status: Callable[[], dict[str, Any]]
    ) -> None:
        self._relay, self._faults = relay, relay.faults
        self._status = status
        self.socket = context.socket(zmq.REP)
        self.socket.maxmsgsize = MAX_BYTES
        self.socket.linger = 0
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self.socket.bind(f"ipc://{path}")
        finally:
            os.umask(before)

    def answer(self) -> None:
        """Answer the request that is there."""
        with contextlib.suppress(zmq.ZMQError):
            self.socket.send_json(self._answer(self.socket.recv(zmq.NOBLOCK)), zmq.NOBLOCK)
        self._relay.tell_faults()

    def _answer(self, said: bytes) -> dict[str, Any]:
        try:
            request = json.loads(said)
            if not isinstance(request, dict):
                raise ValueError("it is no JSON object")
            return {"ok": True, **self._do(request)}
        except FaultError as error:
            return {"ok": False, "problem": str(error)}
        except (ValueError, TypeError, RecursionError) as error:
            return {"ok": False, "problem": f"the request cannot be read: {error}"}

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request.get("fault")
        if request.get("do") == "status":
            return {**self._status(), "armed": [armed.to_json() for armed in self._faults.armed.values()]}
        if request.get("do") == "arm":
            about = str(request.get("request", "execute_request"))
            armed = self._faults.arm(str(name), about, float(request.get("seconds", DELAY_SECONDS)))
            return {"armed": armed.to_json()}
        if request.get("do") == "off":
            return {"off": [armed.to_json() for armed in self._faults.off(None if name is None else str(name))]}
        raise ValueError(f"do may be status, arm or off, and not {request.get('do')!r}")
