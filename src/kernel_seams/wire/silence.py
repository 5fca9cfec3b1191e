"""Silence explained: why a request has no reply, as far as it can be known from what crossed the wire.

A kernel that refuses a message says nothing to the client: no reply, no busy, no error. The reason is in the
signature, in the kernel's stderr, in another request, in its exit code, or in what ZeroMQ says of a socket. This
module only reads records; the tap, `seams trace` and the monitor all ask here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kernel_seams.wire.exchange import Conversation, Exchange, Seen
from kernel_seams.wire.trace import Socket

SECOND = 1_000_000_000
NO_DETAIL = "HANDSHAKE_FAILED_NO_DETAIL"
MECHANISM_MISMATCH = 0x11000002  # ZeroMQ's ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH
KNOWN = {
    *("execute", "inspect", "complete", "history", "is_complete", "comm_info", "kernel_info", "shutdown", "interrupt"),
    *("debug", "create_subshell", "delete_subshell", "list_subshell", "connect"),
}


@dataclass(frozen=True)
class Silence:
    """Why there is no reply: a `reason` in one word for programs, one or two sentences for people, the evidence.

    `evidence` are numbers (`n`) of the records it rests on; `lasts` says that nothing will come any more.
    """

    reason: str
    text: str
    lasts: bool = True
    evidence: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The explanation as plain data."""
        return {"reason": self.reason, "text": self.text, "lasts": self.lasts, "evidence": list(self.evidence)}


def explain(conversation: Conversation, exchange: Exchange) -> Silence | None:
    """Why this request is not over: reply or idle is missing. None if it is over, or was not seen."""
    if exchange.request is None or exchange.over:
        return None
    case = _Case(conversation, exchange, exchange.request)
    return next((silence for reason in _REASONS if (silence := reason(case)) is not None), None)


def explain_all(conversation: Conversation) -> list[tuple[Exchange, Silence]]:
    """Each request that is not over, with the reason, in order."""
    pairs = ((exchange, explain(conversation, exchange)) for exchange in conversation.unfinished())
    return [(exchange, silence) for exchange, silence in pairs if silence is not None]


def refused_copies(conversation: Conversation) -> Iterator[tuple[Exchange, Silence]]:
    """Requests that came again, byte for byte: the second one has no reply of its own."""
    for exchange in conversation.exchanges.values():
        for seen in exchange.requests:
            if seen.record.verdict != "duplicate" or seen.record.dropped:
                continue
            line = conversation.said("Duplicate Signature", seen.t)
            text = (
                "It came a second time, byte for byte. A kernel that remembers signatures takes that for a replay and "
                "drops it; one that does not runs it twice."
            )
            told = " This one says on its stderr: Duplicate Signature." if line else ""
            yield exchange, Silence("duplicate", text + told, evidence=(seen.n, *((line.n,) if line else ())))


def failed_handshakes(conversation: Conversation) -> list[tuple[Socket, str]]:
    """Clients that could not connect, one for each channel, side and reason: no request of theirs ever arrives."""
    found: dict[tuple[str, str], dict[tuple[str, int], Socket]] = {}
    for event in conversation.sockets:
        if event.event.startswith("HANDSHAKE_FAILED"):
            found.setdefault((event.channel, event.side), {}).setdefault((event.event, event.value), event)
    return [
        (event, _handshake(event, conversation)) for events in found.values() for event in _telling([*events.values()])
    ]


def _telling(events: list[Socket]) -> list[Socket]:
    """Those that say what was wrong. Who hangs up because of what they have read is seen in either way, by chance."""
    return [event for event in events if event.event != NO_DETAIL] or events[:1]


def _handshake(event: Socket, conversation: Conversation) -> str:
    encrypted = conversation.session is not None and conversation.session.encrypted
    who = "A client" if event.side == "front" else "The tap"
    if not encrypted:
        why = "this connection is not encrypted, and the other side speaks CurveZMQ, or no ZeroMQ at all"
    elif event.value == MECHANISM_MISMATCH:
        why = "this connection is encrypted (CurveZMQ), and the other side has no keys"
    elif event.event == NO_DETAIL:
        why = (
            "this connection is encrypted (CurveZMQ), and the other side hung up: it has no keys, or another server key"
        )
    else:
        why = "this connection is encrypted (CurveZMQ), and the other side has another server key, or none"
    return (
        f"{who} could not connect on {event.channel} ({event.event}): {why}. ZeroMQ tries again for ever and says "
        "nothing, so it looks like a kernel that does not answer. Do both sides read the same connection file?"
    )


@dataclass(frozen=True)
class _Case:
    """One request that is not over. Each method is one possible reason, or None."""

    conversation: Conversation
    exchange: Exchange
    request: Seen

    def unsigned(self) -> Silence | None:
        if self.request.record.verdict != "unsigned":
            return None
        text = "Its signature frame is empty, and this kernel has a key. It drops the message: no busy, no reply."
        return self._refused("unsigned", "Unsigned Message", text)

    def signature(self) -> Silence | None:
        if self.request.record.verdict != "bad":
            return None
        fault = self.request.record.fault
        reason = "bad-signature"
        if fault == "wrong-key":
            reason, text = fault, "The fault wrong-key signed it with another key."
        elif fault:
            text = f"The fault {fault} changed it on its way."
        elif self._all_bad():
            reason = "wrong-key"
            text = (
                "Nothing that this client has sent is signed rightly: it has another key, from an old connection "
                "file perhaps, or signs other bytes than header, parent_header, metadata and content."
            )
        else:
            text = "Other messages of this client are signed rightly, so this one was changed after it was signed."
        text += " Its signature does not hold, so the kernel drops it: no busy, no reply, no error."
        return self._refused(reason, "Invalid Signature", text)

    def lost(self) -> Silence | None:
        """A reply or an idle that was there and did not arrive."""
        for seen in self.exchange.answers:
            if not seen.record.dropped or self._came_later(seen):
                continue
            fault = seen.record.fault
            if fault is None:
                continue
            if self.exchange.is_reply(seen) and self.exchange.reply is None:
                late = fault == "delay-reply"
                text = f"The kernel has replied, and the fault {fault} {'holds the reply back' if late else 'took it'}."
                return Silence("reply-late" if late else "reply-lost", text, not late, (seen.n,))
            if seen.state == "idle" and self.exchange.idle is None:
                return Silence("idle-lost", f"Its idle was taken by the fault {fault}.", True, (seen.n,))
        return None

    def no_address(self) -> Silence | None:
        unaddressed = [seen for seen in self.exchange.answers if self.exchange.is_reply(seen)]
        if self.exchange.reply is not None or not unaddressed:
            return None
        if unaddressed[0].client:
            text = "The kernel has replied, and the client that asked had gone."
            return Silence("client-gone", text, True, (unaddressed[0].n,))
        fault = self.request.record.fault
        text = (
            "The kernel has replied, but the reply does not begin with the identity of the client that asked, so it "
            "can be delivered to nobody and is thrown away."
        )
        blame = f" The fault {fault} had taken the identity off the request." if fault else ""
        return Silence("no-address", text + blame, True, (unaddressed[0].n,))

    def dead(self) -> Silence | None:
        end = self.conversation.exited
        if end is None:
            return None
        code = end.code or 0
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        when = "while it ran this" if self.exchange.busy else "before it came to this"
        return Silence("kernel-dead", f"The kernel {how} {when}.", True, (end.n,))

    def waits_for_input(self) -> Silence | None:
        asks = self.exchange.asks
        if asks is None:
            return None
        return Silence(
            "waits-for-input", "It waits for input: nobody has replied to its input_request.", False, (asks.n,)
        )

    def queued(self) -> Silence | None:
        """The kernel works on another request of the same channel that came earlier."""
        for other in self.conversation.exchanges.values():
            if other.channel != self.exchange.channel or other.busy is None or other.idle or other.reply:
                continue
            if self.exchange.busy or other is self.exchange or (other.request and other.request.t > self.request.t):
                continue
            at = f"{other.msg_type}{_cell(other)}, for {self._seconds(other.busy.t)} s"
            waits = " and waits for input" if other.asks else ""
            text = f"The kernel is busy with {at}{waits}. This one waits in its queue."
            return Silence("kernel-busy", text, False, (other.busy.n,))
        return None

    def runs(self) -> Silence | None:
        busy = self.exchange.busy
        if busy is None or self.exchange.idle or self.exchange.reply:
            return None
        text = f"The kernel is at it{_cell(self.exchange)}, for {self._seconds(busy.t)} s."
        return Silence("runs", text, False, (busy.n,))

    def not_connected(self) -> Silence | None:
        conversation, channel = self.conversation, self.exchange.channel
        if self.exchange.answers or channel in conversation.connected or not conversation.sockets:
            return None
        for event, text in failed_handshakes(conversation):
            if event.side == "back":
                return Silence("handshake-failed", text, True, (event.n,))
        text = f"The kernel has not opened its {channel} socket yet."
        return Silence("not-connected", text, False, (self.request.n,))

    def left_out(self) -> Silence | None:
        gaps = (gap for gap in self.conversation.gaps if gap.n > self.request.n and gap.why != "repeated")
        gap = next(gaps, None)
        if gap is None:
            return None
        text = f"{gap.count} records after it are left out of this trace ({gap.why}); its answer may be among them."
        return Silence("left-out", text, False, (gap.n,))

    def no_reply(self) -> Silence | None:
        """The kernel took it, came to its end, and did not reply."""
        idle, msg_type = self.exchange.idle, self.request.msg_type
        if idle is None or self.exchange.reply is not None:
            return None
        until = idle.t + SECOND
        line = self.conversation.said("Unknown message type", self.request.t, until)
        if line is not None or not _is_known(msg_type):
            text = f"The kernel does not know the type {msg_type}: it went busy and idle, and has no reply to it."
            told = " It says so on its stderr: Unknown message type." if line else ""
            return Silence("unknown-type", text + told, True, (idle.n, *((line.n,) if line else ())))
        text = f"The kernel went busy and idle for {msg_type} and sent no reply."
        last = self.conversation.last_line(self.request.t, until)
        told = f" The last line on its stderr: {last.text}" if last else ""
        return Silence("no-reply", text + told, True, (idle.n, *((last.n,) if last else ())))

    def no_idle(self) -> Silence | None:
        reply = self.exchange.reply
        if reply is None:
            return None
        text = "Its reply has come and its idle has not. A request is over with both, whichever is first."
        return Silence("no-idle", text, False, (reply.n,))

    def nothing(self) -> Silence | None:
        signed = "is signed rightly" if self.request.record.verdict == "good" else "needs no signature here"
        text = (
            f"Nothing has come for {self._seconds(self.request.t)} s. The request {signed} and the kernel runs: it "
            f"hangs, does not read its {self.exchange.channel} socket, or passes over {self.request.msg_type}."
        )
        return Silence("unknown", text, False, (self.request.n,))

    def _refused(self, reason: str, words: str, text: str) -> Silence:
        """`text`, and what the kernel says about it on its stderr."""
        line = self.conversation.said(words, self.request.t)
        if line is None:
            return Silence(reason, text, evidence=(self.request.n,))
        return Silence(reason, f"{text} It says so on its stderr alone: {words}.", evidence=(self.request.n, line.n))

    def _all_bad(self) -> bool:
        """Whether no message of the client that sent the request is signed rightly."""
        sent = (seen for exchange in self.conversation.exchanges.values() for seen in exchange.requests)
        return not any(seen.record.verdict == "good" for seen in sent if seen.client == self.request.client)

    def _came_later(self, dropped: Seen) -> bool:
        return any(seen.msg_id == dropped.msg_id and not seen.record.dropped for seen in self.exchange.answers)

    def _seconds(self, since: int) -> str:
        return f"{(self.conversation.now - since) / SECOND:.1f}"


def _cell(exchange: Exchange) -> str:
    return f" [{exchange.execution_count}]" if exchange.execution_count is not None else ""


def _is_known(msg_type: str) -> bool:
    return msg_type.removesuffix("_request") in KNOWN or msg_type.startswith("comm_")


# The first that holds is told: what is surest comes first.
_REASONS = (
    _Case.unsigned,
    _Case.signature,
    _Case.lost,
    _Case.no_address,
    _Case.dead,
    _Case.waits_for_input,
    _Case.queued,
    _Case.runs,
    _Case.not_connected,
    _Case.left_out,
    _Case.no_reply,
    _Case.no_idle,
    _Case.nothing,
)
