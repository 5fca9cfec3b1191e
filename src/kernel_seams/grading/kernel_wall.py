"""For a notebook of any other language: its own kernel runs its cells, started in the student's sandbox.

There is no wall for such a language: a test runs in the student's kernel, each
in one of its own, and its points are marked. The kernel is given its sockets in
a private folder; one that speaks TCP only gets a network that nobody else is in.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kernel_seams.grading.frames import Channel
from kernel_seams.grading.standin import Ended, TimedOut
from kernel_seams.grading.wall import Control

__all__ = ["KernelWall"]

LATE_SECONDS = 2  # some kernels bring an output after their idle


class KernelWall(Control):
    """Runs cells in one kernel, and in a new one after each `start`."""

    def __init__(self, control: Channel, cell_seconds: float, spec: Mapping[str, Any], folder: Path, tcp: bool) -> None:
        super().__init__(control)
        self._tcp = tcp
        self._cell_seconds = cell_seconds
        self._spec = spec
        self._folder = folder
        self._started = 0
        self._deadline = 0.0
        self._stack = ExitStack()
        self._client: Any = None
        self.met_live_object = self.mute = False

    @property
    def is_up(self) -> bool:
        """Whether there is a kernel to ask."""
        return self._client is not None

    def begin(self) -> None:
        """Give what follows the time of one cell."""
        self._deadline = time.monotonic() + self._cell_seconds

    def start(self) -> None:
        """Start a new kernel; one that is there is ended."""
        from jupyter_client.blocking.client import BlockingKernelClient
        from jupyter_client.connect import write_connection_file

        self.close()
        self._started += 1
        folder = self._folder / f"kernel-{self._started}"
        folder.mkdir()
        path = folder / "kernel.json"
        transport, ip = ("tcp", "127.0.0.1") if self._tcp else ("ipc", str(folder / "ipc"))
        write_connection_file(str(path), transport=transport, ip=ip, key=secrets.token_hex(16).encode())
        argv = [word.replace("{connection_file}", str(path)) for word in self._spec["argv"]]
        os.close(self._spawn(language="kernel", argv=argv, variables=self._spec["env"]))  # it has sockets of its own
        client = BlockingKernelClient(connection_file=str(path))
        client.load_connection_file()
        client.start_channels(hb=False)
        self._stack.callback(client.stop_channels)
        try:
            self._wait(client, 60)
        except Ended:
            self.close()
            raise
        self._client = client

    def close(self) -> None:
        """End the kernel."""
        self._stack.close()
        if self._client is not None:
            self._client = None
            self.warden("kill")

    def request(self, **what: Any) -> dict[str, Any]:
        """What running the cell `source` gave. `Ended`, `TimedOut`."""
        from nbformat.v4 import output_from_msg

        client, shown, idle = self._client, [], False
        if client is None:
            raise Ended
        asked = client.execute(what["source"], allow_stdin=False)
        late = self._deadline
        while not idle or time.monotonic() < late:
            message = self._message(client.get_iopub_msg, 0.2 if idle else 1)
            if message is None or message["parent_header"].get("msg_id") != asked:
                if idle and message is None:
                    break
                continue
            if message["msg_type"] in ("stream", "error", "execute_result", "display_data"):
                shown.append(dict(output_from_msg(message)))
            if message["content"].get("execution_state") == "idle":
                idle, late = True, time.monotonic() + LATE_SECONDS
        reply = None
        while reply is None or reply["parent_header"].get("msg_id") != asked:
            reply = self._message(client.get_shell_msg, 1)
        failed = reply["content"].get("status") != "ok"
        if failed and not any(each["output_type"] == "error" for each in shown):
            content = reply["content"]
            shown.append({"output_type": "error", "ename": content.get("ename"), "evalue": content.get("evalue")})
        return {"outputs": shown, "failed": failed}

    def _message(self, get: Callable[..., Any], seconds: float) -> dict[str, Any] | None:
        """The next message, or None after `seconds`; the kernel has to be alive and the cell within its time."""
        with suppress(Empty):
            message: dict[str, Any] = get(timeout=seconds)
            return message
        if not self.warden("is alive")["alive"]:
            self.close()
            raise Ended
        if time.monotonic() > self._deadline:
            self.close()
            raise TimedOut
        return None

    def _wait(self, client: Any, seconds: float) -> None:
        """Wait until the kernel has answered on both sockets: what it publishes before that is lost."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            client.kernel_info()
            with suppress(Empty):
                client.get_shell_msg(timeout=1)
                client.get_iopub_msg(timeout=1)
                return
            if not self.warden("is alive")["alive"]:
                break
        raise Ended
