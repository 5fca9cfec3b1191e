"""Send the requests of a trace again, to any kernel, behind a tap: a second trace, to be compared with the first.

Each request gets a fresh header and a signature with the new kernel's key: sent as it was, byte for byte, it would be
refused, as signed with another key or as a duplicate. One is sent when the one before is over. What a person typed is
typed again; a password is in no trace, so nothing is typed there.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq

from kernel_seams.errors import KernelError
from kernel_seams.kernels import tapped
from kernel_seams.kernels.boot import BOOT_SECONDS, private_environment
from kernel_seams.wire.exchange import Conversation, Exchange, Seen
from kernel_seams.wire.message import Message
from kernel_seams.wire.show import summary
from kernel_seams.wire.tap.running import TapError, ask, running_taps, runtime_folder
from kernel_seams.wire.trace import Kernel
from kernel_seams.wire.tracefile import Follower, is_part, read_trace

REQUEST_SECONDS = 60.0
TRACE_SECONDS = 60.0
LOOK_SECONDS = 0.05
AGAIN_SECONDS = 1.0  # for a request of a type that this kernel has not answered before
AS_SENT = ("good", "unchecked")


@dataclass(frozen=True)
class Replayed:
    """A request that was sent again, and its outcome in a few words: `ok`, `error`, or why there is none."""

    msg_type: str
    text: str
    outcome: str

    def to_json(self) -> dict[str, Any]:
        """The request as plain data."""
        return dict(self.__dict__)


def replay(
    trace: Path,
    kernel: str,
    tell: Callable[[Replayed], object],
    *,
    traces: Path | None = None,
    seconds: float = REQUEST_SECONDS,
) -> Path:
    """Send each request of `trace` to a new kernel of the kernelspec `kernel`; the path of the new trace.

    `tell` is given each request when it is over, or after so many `seconds`, when it is interrupted. `TraceError` if
    the file is no trace, `SpecError` or `KernelError` if the kernel cannot be tapped or does not come up.
    """
    conversation = Conversation(read_trace(trace))
    folder = (traces or runtime_folder() / "traces").absolute()
    with tempfile.TemporaryDirectory(prefix="seams-replay-", ignore_cleanup_errors=True) as place:
        before = set(folder.glob("*.jsonl"))
        with _started(kernel, Path(place), folder) as (manager, client):
            player = _Player(manager, client, seconds)
            for exchange in conversation.exchanges.values():
                if exchange.requests:
                    tell(player.play(exchange))
            _wait_for_the_last(Path(place))
        return _whole(folder, before, Path(place).name)


@contextlib.contextmanager
def _started(kernel: str, place: Path, folder: Path) -> Iterator[tuple[Any, Any]]:
    """The manager and the client of a new tapped kernel, which writes nothing but its trace outside `place`."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    made = tapped.install(kernel, prefix=place, traces=folder)
    specs = KernelSpecManager(kernel_dirs=[str(Path(made.spec.folder).parent)], ensure_native_kernel=False)
    file = place / f"kernel-{place.name}.json"
    manager = KernelManager(kernel_name=made.spec.name, kernel_spec_manager=specs, connection_file=str(file))
    log = place / "kernel.log"
    with log.open("wb") as said:
        manager.start_kernel(env={**os.environ, **private_environment(place)}, stdout=said, stderr=said)
        client = manager.blocking_client()
        try:
            client.start_channels()
            try:
                client.wait_for_ready(timeout=BOOT_SECONDS)
            except RuntimeError:
                last = " ".join(log.read_text(errors="replace").split())[-300:]
                raise KernelError(f"The kernel {kernel!r} did not answer; it said: {last or 'nothing'}") from None
            yield manager, client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            manager.context.destroy(linger=0)


class _Player:
    """Sends requests, one after the other, and waits for what comes of each."""

    def __init__(self, manager: Any, client: Any, seconds: float) -> None:
        self._manager, self._client, self._seconds = manager, client, seconds
        self._sockets = {
            name: getattr(client, f"{name}_channel").socket for name in ("shell", "control", "iopub", "stdin")
        }
        self._poller = zmq.Poller()
        for socket in self._sockets.values():
            self._poller.register(socket, zmq.POLLIN)
        # A subshell is called otherwise in each kernel.
        self._subshells: dict[str, str] = {}
        self._unknown: set[str] = set()
        self.ended = False

    def play(self, exchange: Exchange) -> Replayed:
        """Send a request again and wait until it is over."""
        request = next((each for each in exchange.requests if each.record.verdict in AS_SENT), exchange.requests[0])
        if hindrance := self._hindrance(request):
            return Replayed(request.msg_type, summary(request), f"not sent: {hindrance}")
        typed = [seen for seen in exchange.answers if seen.msg_type == "input_reply"]
        outcome = self._wait(exchange, self._send(request), typed)
        self.ended = self.ended or request.msg_type == "shutdown_request"
        return Replayed(request.msg_type, summary(request), outcome)

    def _hindrance(self, request: Seen) -> str:
        """Why a request cannot be sent again; empty if it can."""
        if self.ended:
            return "the kernel has ended"
        if request.record.verdict not in AS_SENT or request.problem:
            return "it was not signed rightly, or is no message"
        return "a part of it is withheld" if request.record.withheld else ""

    def _send(self, request: Seen) -> str:
        """Send the message with a fresh header, signed for this kernel; its msg_id."""
        message = request.message or Message({}, {})
        session = self._client.session
        fresh = session.msg(message.msg_type, dict(message.content), metadata=message.metadata)
        for old, new in ((message.header, fresh["header"]), (message.content, fresh["content"])):
            subshell = old.get("subshell_id")
            if isinstance(subshell, str):
                new["subshell_id"] = self._subshells.get(subshell, subshell)
        channel = "control" if request.record.channel == "control" else "shell"
        session.send(self._sockets[channel], fresh, buffers=list(message.buffers))
        return str(fresh["header"]["msg_id"])

    def _wait(self, exchange: Exchange, msg_id: str, typed: list[Seen]) -> str:
        """Answer what is asked for, until reply and idle have come; how it went."""
        seconds = min(self._seconds, AGAIN_SECONDS) if exchange.msg_type in self._unknown else self._seconds
        until = time.monotonic() + seconds
        status, idle = "" if exchange.wants_reply else "ok", False
        while not (status and idle):
            if time.monotonic() > until:
                return self._give_up(exchange.msg_type, seconds)
            for socket, _ in self._poller.poll(int(LOOK_SECONDS * 1000)):
                msg_type, content = self._heard(socket, msg_id)
                if msg_type == "input_request":
                    self._type(typed)
                elif msg_type == "status":
                    idle = idle or content.get("execution_state") == "idle"
                elif msg_type.endswith("_reply") and socket is not self._sockets["iopub"]:
                    status = str(content.get("status") or "ok")
                    self._learn(exchange, content)
            if not self._manager.is_alive():
                self.ended = True
                return status or "the kernel has ended"
        return status

    def _give_up(self, msg_type: str, seconds: float) -> str:
        """Stop what runs; what else was not answered will hardly be the next time."""
        if msg_type == "execute_request":
            self._manager.interrupt_kernel()
            return f"not over after {seconds:g} s, interrupted"
        self._unknown.add(msg_type)
        return f"not over after {seconds:g} s"

    def _heard(self, socket: Any, msg_id: str) -> tuple[str, dict[str, Any]]:
        """What was said about that request: msg_type and content; nothing if it is about another, or no message."""
        try:
            _, heard = self._client.session.recv(socket, zmq.NOBLOCK)
        except (ValueError, TypeError, KeyError):
            return "", {}
        if heard is None or not all(isinstance(heard[name], dict) for name in ("parent_header", "content")):
            return "", {}
        is_mine = heard["parent_header"].get("msg_id") == msg_id
        return (str(heard["msg_type"]), heard["content"]) if is_mine else ("", {})

    def _type(self, typed: list[Seen]) -> None:
        """Type what was typed, in its order; nothing where it is not known."""
        value = typed.pop(0).content.get("value") if typed else ""
        self._client.input(value if isinstance(value, str) else "")

    def _learn(self, exchange: Exchange, content: dict[str, Any]) -> None:
        """Remember how the subshell that was made is called now."""
        was = exchange.reply.content.get("subshell_id") if exchange.reply else None
        now = content.get("subshell_id")
        if isinstance(was, str) and isinstance(now, str):
            self._subshells[was] = now


def _wait_for_the_last(place: Path) -> None:
    """Let the tap hand over all that it has copied before it is ended."""
    until = time.monotonic() + TRACE_SECONDS
    with contextlib.suppress(TapError):  # it has ended with its kernel, and has handed over all
        for tap in running_taps(Path(private_environment(place)["JUPYTER_RUNTIME_DIR"])):
            while ask(tap, {"do": "status"})["waiting_bytes"] and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)


def _whole(folder: Path, before: set[Path], kernel_id: str) -> Path:
    """The trace of the kernel that has just ended, once its last line is in it."""
    until = time.monotonic() + TRACE_SECONDS
    found: dict[Path, Follower] = {}
    while time.monotonic() < until:
        for path in set(folder.glob("*.jsonl")) - before - found.keys():
            if not is_part(path):
                found[path] = Follower(path)
        for path, follower in found.items():
            for record in follower.read():
                is_mine = follower.session is not None and follower.session.kernel_id == kernel_id
                if is_mine and isinstance(record, Kernel) and record.state == "exited":
                    return path
        time.sleep(LOOK_SECONDS)
    raise KernelError(f"The trace of the replay, in {folder}, has not come to its end within {TRACE_SECONDS:g} s.")
