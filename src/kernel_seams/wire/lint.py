"""What is wrong in a trace: each message held to what the protocol says about it, whoever sent it.

    busy-idle     every request is answered between a busy and an idle on iopub
    reply         every request has one reply, named after it, on its own socket
    order         on iopub busy is first, idle last; replies come in the order of their requests
    parent        what answers a request names it; what names none is told
    signature     every message is signed rightly, and none comes twice
    id            no two requests have the same msg_id
    readable      the frames are a message, in JSON
    connected     clients and kernel got through their handshakes, and the kernel did not die
    left-out      what a fault took away, and what is missing from the trace

Source: jupyter_client's "Messaging in Jupyter".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kernel_seams.wire.exchange import Conversation, Exchange, Seen
from kernel_seams.wire.silence import explain, failed_handshakes, refused_copies
from kernel_seams.wire.trace import TO_CLIENT, TO_KERNEL, Frames, Record

Severity = Literal["error", "warning", "note"]
# What may come on iopub without a request: the answer to a subscription, the start, and what is printed at any time.
UNASKED = ("iopub_welcome", "status", "stream")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; `records` are the numbers (`n`) of the records it is about."""

    rule: str
    severity: Severity
    text: str
    records: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {"rule": self.rule, "severity": self.severity, "text": self.text, "records": list(self.records)}


def lint(records: Iterable[Record]) -> list[Finding]:
    """Everything that is wrong in a trace, in the order of the records."""
    conversation = Conversation()
    messages = []
    for record in records:
        conversation.add(record)
        if isinstance(record, Frames) and not record.dropped and record.verdict is not None:
            messages.append(record)
    found = [*_signatures(messages), *_unreadable(conversation), *_connected(conversation), *_left_out(conversation)]
    for exchange in conversation.exchanges.values():
        found += _exchange(conversation, exchange)
    found += [*_reply_order(conversation), *_orphans(conversation)]
    return sorted(found, key=lambda finding: finding.records or (1 << 62,))


def _exchange(conversation: Conversation, exchange: Exchange) -> Iterator[Finding]:
    """What is wrong with one request and its answers."""
    request = exchange.request
    if request is None:
        first = exchange.answers[0]
        count = len(exchange.answers)
        many = "1 message answers" if count == 1 else f"{count} messages answer"
        text = f"{many} a request that was not seen: another client's, perhaps."
        yield Finding("parent", "note", text, (first.n,))
        return
    if exchange.id != request.msg_id:
        text = f"{request.msg_type} has the msg_id of another request; who answers which is told by the type alone."
        yield Finding("id", "warning", text, (request.n,))
    silence = explain(conversation, exchange)
    if silence is not None:
        severity: Severity = "error" if silence.lasts and silence.reason != "client-gone" else "note"
        yield Finding("reply", severity, f"{request.msg_type}: {silence.text}", (request.n, *silence.evidence))
        if silence.reason not in ("no-idle", "no-reply", "unknown-type"):
            return
    yield from _busy_idle(exchange, request)
    yield from _replies(exchange, request)


def _busy_idle(exchange: Exchange, request: Seen) -> Iterator[Finding]:
    busy, idle = exchange.busy, exchange.idle
    missing = [name for name, there in (("busy", busy), ("idle", idle)) if there is None]
    if missing:
        text = f"{request.msg_type} was answered without {' and '.join(missing)} on iopub."
        yield Finding("busy-idle", "warning" if request.record.channel == "control" else "error", text, (request.n,))
    if busy is None or idle is None:
        return
    on_iopub = [seen for seen in exchange.answers if seen.record.channel == "iopub" and not seen.record.dropped]
    early = [seen for seen in on_iopub if seen.n < busy.n]
    # That a kernel is about to end is told to everybody, and by ipykernel as its last word of all.
    said = [seen for seen in on_iopub if not seen.state and seen.msg_type != "shutdown_reply"]
    late = [seen for seen in said if seen.n > idle.n]
    for seen in early:
        yield Finding(
            "order", "error", f"{seen.state or seen.msg_type} came before the busy of its request.", (seen.n,)
        )
    for seen in late:
        text = f"{seen.msg_type} came after the idle of its request: a client that stops at idle misses it."
        yield Finding("order", "error", text, (seen.n,))


def _replies(exchange: Exchange, request: Seen) -> Iterator[Finding]:
    replies = [seen for seen in exchange.answers if exchange.is_reply(seen) and exchange.arrived(seen)]
    went = sum(not seen.record.dropped for seen in exchange.requests)
    if len(replies) > went:
        numbers = tuple(seen.n for seen in replies)
        yield Finding("reply", "error", f"{request.msg_type} has {len(replies)} replies.", numbers)
    for seen in replies:
        named = request.msg_type.removesuffix("_request") + "_reply"
        if seen.msg_type != named:
            text = f"The reply to {request.msg_type} is called {seen.msg_type}, and not {named}."
            yield Finding("reply", "error", text, (seen.n,))
        if seen.record.channel != request.record.channel:
            text = f"{request.msg_type} came on {request.record.channel} and was answered on {seen.record.channel}."
            yield Finding("reply", "error", text, (seen.n,))


def _reply_order(conversation: Conversation) -> Iterator[Finding]:
    """Replies on a socket that came before the reply to an earlier request of the same client, subshells aside."""
    last: dict[tuple[str, bytes], Exchange] = {}
    for exchange in conversation.exchanges.values():
        request, reply = exchange.request, exchange.reply
        if request is None or reply is None or (request.message and request.message.header.get("subshell_id")):
            continue
        before = last.get((exchange.channel, request.client))
        if before and before.request and before.reply and before.reply.n > reply.n and before.request.n < request.n:
            text = f"The reply to {exchange.msg_type} overtook that to {before.msg_type}, which was asked before it."
            yield Finding("order", "error", text, (reply.n, before.reply.n))
        last[exchange.channel, request.client] = exchange


def _orphans(conversation: Conversation) -> Iterator[Finding]:
    """Messages without a parent: each type once."""
    without = [seen for seen in conversation.orphans if seen.record.direction == TO_CLIENT]
    kinds = Counter((seen.record.channel, seen.msg_type) for seen in without)
    for (channel, msg_type), count in kinds.items():
        first = next(seen for seen in without if (seen.record.channel, seen.msg_type) == (channel, msg_type))
        usual = channel == "iopub" and msg_type in UNASKED
        severity: Severity = "note" if usual else "error"
        also = "" if usual else " A front-end cannot tell what it answers."
        often = "once" if count == 1 else f"{count} times"
        text = f"{msg_type or 'A message without a type'} on {channel} names no parent ({often}).{also}"
        yield Finding("parent", severity, text, (first.n,))


def _signatures(messages: Iterable[Frames]) -> Iterator[Finding]:
    for record in messages:
        if record.verdict in ("bad", "unsigned") and record.direction == TO_CLIENT:
            text = f"A message of the kernel on {record.channel} is {_signed(record)}; clients throw it away."
            yield Finding("signature", "error", text, (record.n,))
        elif record.verdict in ("bad", "unsigned"):
            text = f"A message to the kernel on {record.channel} is {_signed(record)}."
            yield Finding("signature", "error", text, (record.n,))


def _signed(record: Frames) -> str:
    return "not signed" if record.verdict == "unsigned" else "not signed rightly"


def _unreadable(conversation: Conversation) -> Iterator[Finding]:
    for seen in conversation.unreadable:
        if not seen.record.fault:
            who = "the kernel" if seen.record.direction == TO_CLIENT else "a client"
            text = f"What {who} sent on {seen.record.channel} cannot be read: {seen.problem}."
            yield Finding("readable", "error", text, (seen.n,))


def _connected(conversation: Conversation) -> Iterator[Finding]:
    for event, text in failed_handshakes(conversation):
        yield Finding("connected", "error", text, (event.n,))
    end = conversation.exited
    if end is not None and end.code:
        how = f"was killed by signal {-end.code}" if end.code < 0 else f"ended with exit code {end.code}"
        yield Finding("connected", "warning", f"The kernel {how}.", (end.n,))


def _left_out(conversation: Conversation) -> Iterator[Finding]:
    for exchange, silence in refused_copies(conversation):
        yield Finding("signature", "warning", f"{exchange.msg_type}: {silence.text}", silence.evidence)
    for gap in conversation.gaps:
        severity: Severity = "note" if gap.why == "repeated" else "warning"
        yield Finding("left-out", severity, f"{gap.count} records are missing here ({gap.why}).", (gap.n,))
    taken = [seen for each in conversation.exchanges.values() for seen in (*each.requests, *each.answers)]
    for seen in taken:
        if seen.record.dropped and seen.record.fault in ("drop-idle", "drop-reply"):
            text = f"{seen.state or seen.msg_type} was taken away by the fault {seen.record.fault}."
            yield Finding("left-out", "note", text, (seen.n,))
    held = [frames for frames in conversation.held if frames.direction == TO_KERNEL]
    if held:
        yield Finding("left-out", "note", f"{len(held)} pings were taken away by a fault.", (held[0].n,))
