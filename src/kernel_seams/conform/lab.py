"""What a rule works with: one program, a front-end connected to it, snippets in its language, and time.

Nothing is proved by waiting. Where an answer is missing a kernel_info_request is sent after the request: once that is
answered, on the same socket and therefore later, the missing answer will not come. Where that is not answered either,
a program that has slept for a while, with no work done by any of its processes, is not waited for any longer.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import zmq

from kernel_seams.conform.exchange import Exchange, Row, Want, compare, matched
from kernel_seams.conform.front import Front
from kernel_seams.conform.ports import new_connection
from kernel_seams.conform.program import Program, Sleep
from kernel_seams.conform.snippets import Snippets, Words, new_words
from kernel_seams.conform.target import Target
from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.message import Json, request

# How long a request may take before one looks whether its answer is still to come, and how long if its idle is there.
FENCE_SECONDS = 1.0
IDLE_SECONDS = 0.1
# How much later than the fence's answer something may come that is not in the fence's socket.
GRACE_SECONDS = 1.5
NUDGES = 4
NUDGE_SECONDS = 0.25
# A program that has done nothing for so long is not about to answer.
ASLEEP_SECONDS = 5.0


class Broken(Exception):  # noqa: N818 (it is no error of ours)
    """The kernel does not keep the rule: what was expected beside what came; `cause` and `next` where known."""

    def __init__(self, rows: list[Row], cause: str = "", next_step: str = "") -> None:
        super().__init__(cause)
        self.rows, self.cause, self.next = rows, cause, next_step


class NotOffered(Exception):  # noqa: N818
    """The kernel does not have what the rule is about, and need not; `rows` say what came of it, where anything did."""

    def __init__(self, reason: str, rows: list[Row] | None = None) -> None:
        super().__init__(reason)
        self.rows = rows or []


class NotAsked(Exception):  # noqa: N818
    """The rule cannot be asked of this kernel; the reason is for people."""


@dataclass
class Clock:
    """When the time is up, for a program and those beside it."""

    deadline: float = 0.0

    def start(self, seconds: float) -> None:
        """Let the time be up in so many seconds."""
        self.deadline = time.monotonic() + seconds


@dataclass
class Lab:
    """One kernel on the bench.

    `kept` is what the rules share, `said` what is worth saying and cannot be judged, `late` that time has decided.
    """

    target: Target
    budget: float
    snippets: Snippets | None = None
    program: Program | None = None
    front: Front | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    words: Words = field(default_factory=new_words)
    clock: Clock = field(default_factory=Clock)
    info: Json = field(default_factory=dict)
    late: bool = False
    said: dict[str, str] = field(default_factory=dict)
    waited_for: set[str] = field(default_factory=set)
    others: list[Lab] = field(default_factory=list)
    context: zmq.Context[zmq.Socket[bytes]] = field(default_factory=zmq.Context)

    # -- the program ------------------------------------------------------------------------------------------------

    def start(self, connection: Connection | None = None) -> Front:
        """A front-end connected to the program, which is started where none runs."""
        if self.front is None:
            self.program = Program(self.target, connection or new_connection())
            self.front = Front(self.program.connection, self.context, self.ended)
        return self.front

    def ready(self) -> Front:
        """A front-end that misses nothing any more: something came on iopub for a request of its own, or never will."""
        front = self.start()
        if "ready" not in self.kept:
            with self._time_of_its_own():
                self._get_ready(front)
        return front

    @contextlib.contextmanager
    def _time_of_its_own(self) -> Iterator[None]:
        """What is done here has as much time as a stage, and takes none from the stage that it is done in."""
        deadline, began = self.clock.deadline, time.monotonic()
        self.clock.start(self.budget)
        try:
            yield
        finally:
            self.clock.deadline = deadline + time.monotonic() - began

    def _get_ready(self, front: Front) -> None:
        self.wait(lambda: all(front.connected(channel) for channel in CHANNELS))
        for _ in range(NUDGES):
            asked = self.ask("kernel_info_request", settle=False)
            self.wait(lambda: asked.replies_of_any_kind)  # noqa: B023
            if asked.reply is None or front.pump(lambda: asked.published("status"), NUDGE_SECONDS):  # noqa: B023
                break
        self.info = asked.reply.content if asked.reply else {}
        self.kept["ready"] = asked

    def beside(self, connection: Connection) -> Lab:
        """A second program beside this one, with a connection of its own; it ends with this one."""
        other = Lab(self.target, self.budget, self.snippets, clock=self.clock, context=self.context)
        other.start(connection)
        self.others.append(other)
        return other

    def ended(self) -> bool:
        """Whether the program has come to its end."""
        return self.program is None or self.program.code is not None

    def well(self) -> bool:
        """Whether the program answers at once, as if nothing had happened."""
        if self.front is None or self.ended():
            return False
        asked = self.ask("kernel_info_request", settle=False)
        return self.front.pump(lambda: asked.over, FENCE_SECONDS) and not self.ended()

    def stop(self) -> None:
        """End the program; what the rules kept of it is forgotten."""
        if self.front is not None:
            self.front.close()
        if self.program is not None:
            self.program.close()
        for other in self.others:
            other.stop()
        self.front = self.program = None
        self.kept.clear()
        self.others.clear()

    def close(self) -> None:
        """End everything; the lab is of no use after it."""
        self.stop()
        self.context.destroy(linger=0)

    def wait(self, until: Callable[[], Any], front: Front | None = None) -> bool:
        """Whether `until()` came true before the stage's time was up, the program ended, or it had nothing to do."""
        asleep = Sleep(self.program, min(ASLEEP_SECONDS, self.budget / 4))
        came = (front or self.start()).pump(lambda: until() or asleep.long(), self.left)
        self.late = self.late or not (came or self.ended())
        return bool(until())

    @property
    def left(self) -> float:
        """The seconds that are left of the stage's budget."""
        return max(0.0, self.clock.deadline - time.monotonic())

    # -- asking -----------------------------------------------------------------------------------------------------

    def ask(
        self,
        msg_type: str,
        content: Json | None = None,
        *,
        channel: str = "shell",
        settle: bool = True,
        idle: bool = True,
        front: Front | None = None,
        **options: Any,
    ) -> Exchange:
        """Send a request and, unless told otherwise, wait until its reply and its idle are there or cannot come.

        Without `idle` the reply is enough.
        """
        front = front or self.start()
        message = request(msg_type, content, session=front.session, **options)
        exchange = Exchange(front, channel, message, len(front.log))
        front.send(channel, message)
        return self.settle(exchange, idle=idle) if settle else exchange

    def execute(self, code: str, *, settle: bool = True, front: Front | None = None, **content: Any) -> Exchange:
        """Ask for `code` to be run; further fields of the content may be given."""
        whole = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        return self.ask("execute_request", {**whole, "stop_on_error": True, **content}, settle=settle, front=front)

    def run(self, name: str, *, settle: bool = True, **content: Any) -> Exchange:
        """Run the snippet called `name` on a kernel that is ready."""
        self.ready()
        return self.execute(self.code(name), settle=settle, **content)

    def once(self, name: str, make: Callable[[], Exchange] | None = None) -> Exchange:
        """The exchange that the rules share under this name: made by `make`, by default the snippet of that name."""
        self.ready()
        if name not in self.kept:
            self.kept[name] = (make or (lambda: self.run(name)))()
        found: Exchange = self.kept[name]
        return found

    def code(self, name: str, **numbers: object) -> str:
        """The snippet called `name` with words (and numbers) in it; `NotAsked` where there is none."""
        if self.snippets is None or name not in self.snippets:
            raise NotAsked(f"there is no snippet {name!r} in this language")
        return self.words.fill(self.snippets.code[name], **numbers)

    def settle(self, exchange: Exchange, *, idle: bool = True) -> Exchange:
        """Wait until `exchange` is over, or a later request has been answered and it still is not."""
        front = exchange.front

        def over() -> bool:
            return exchange.over if idle else exchange.reply is not None

        front.pump(lambda: over() or exchange.idle, min(FENCE_SECONDS, self.left))
        if front.pump(over, min(IDLE_SECONDS, self.left)) or self.ended():
            return exchange
        fence = self.ask("kernel_info_request", channel=exchange.channel, settle=False, front=front)
        self.wait(lambda: over() or fence.reply, front)
        if not over():
            # With its idle and the fence's there, nothing is left that could come later than both.
            front.pump(lambda: over() or (exchange.idle and fence.over), min(GRACE_SECONDS, self.left))
            front.pump(over, min(IDLE_SECONDS, self.left))
            self.waited_for.add(exchange.request.msg_id)
        return exchange

    def quiet(self) -> None:
        """Wait until a request that is sent now is over: what was published before it has come."""
        self.ask("kernel_info_request")

    # -- judging ----------------------------------------------------------------------------------------------------

    def demand(self, exchange: Exchange, *wants: Want, never: tuple[Want, ...] = ()) -> None:
        """Hold `exchange` to `wants`, in order on each socket and with its request as parent, and none of `never`."""
        wants = tuple(replace(want, parent=exchange.request.msg_id) for want in wants)
        if not matched(exchange.seen, wants) and exchange.request.msg_id not in self.waited_for:
            # Some kernels let output arrive after the reply and idle: it is given a moment.
            exchange.front.pump(lambda: matched(exchange.seen, wants), min(GRACE_SECONDS, self.left))
        seen = exchange.seen
        if not matched(seen, wants) or any(want.fits(each) for want in never for each in seen):
            raise Broken(compare(seen, wants, never))
