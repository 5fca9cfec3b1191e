"""Why requests have no answer, told while a trace is read: `kernel_seams.wire.silence` on what must be remembered.

A whole trace does not fit into memory, so of what has crossed only that is kept which a reason can rest on: requests
that are not over, without what they printed, and one well-signed request of each client.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kernel_seams.wire.exchange import Conversation, Exchange, Seen
from kernel_seams.wire.silence import SECOND, explain_all, failed_handshakes
from kernel_seams.wire.trace import Frames, Gap, Record, Session, Socket

# Outputs are of no use for a reason, and are what is large.
OUTPUT = frozenset({"stream", "display_data", "update_display_data", "execute_result", "comm_msg", "comm_open"})
LARGE_BYTES = 256 * 1024
PATIENCE = 3 * SECOND // 2  # nothing is said of what may still come, until then
KEPT = 200  # of what repeats itself: socket events, gaps


class Silences:
    """What the page is told of requests without an answer; fed with every record in order."""

    def __init__(self) -> None:
        self._conversation = Conversation()

    def add(self, records: Iterable[Record]) -> None:
        """Take in further records."""
        for record in records:
            if isinstance(record, Session) and record.part == 0:
                self._conversation = Conversation()  # another process: nothing from before is answered any more
            if isinstance(record, Frames) and record.channel == "iopub" and sum(record.sizes) > LARGE_BYTES:
                continue
            exchange = self._conversation.add(record)
            if exchange is not None:
                _forget_output(exchange)
            elif isinstance(record, Socket | Gap):
                self._conversation.sockets = self._conversation.sockets[-KEPT:]
                self._conversation.gaps = self._conversation.gaps[-KEPT:]
        self._conversation.orphans.clear()
        self._conversation.unreadable.clear()
        self._forget_what_is_over()

    def told(self, *, live: bool) -> dict[str, Any]:
        """The reasons by msg_id, and those of failed handshakes by record number; `live` if time goes on."""
        conversation = self._conversation
        if live:
            conversation.now = max(conversation.now, time.time_ns())
        return {
            "silences": {
                exchange.id: silence.to_json()
                for exchange, silence in explain_all(conversation)
                if silence.lasts or (exchange.request and conversation.now - exchange.request.t > PATIENCE)
            },
            "handshakes": {str(event.n): text for event, text in failed_handshakes(conversation)},
        }

    def _forget_what_is_over(self) -> None:
        """Keep of each client one request that is over and well signed: it shows that the client has the key."""
        known: set[bytes] = set()
        for msg_id, exchange in reversed(list(self._conversation.exchanges.items())):
            request = exchange.request
            if request is not None and not exchange.over:
                continue
            if request is None or request.client in known or request.record.verdict != "good":
                del self._conversation.exchanges[msg_id]
            else:
                known.add(request.client)


def _forget_output(exchange: Exchange) -> None:
    """Let go of the bytes of what was just added, and of an output altogether."""
    for seen in (exchange.requests, exchange.answers):
        if seen and seen[-1].msg_type in OUTPUT:
            seen.pop()
        elif seen and seen[-1].record.frames:
            seen[-1] = Seen(replace(seen[-1].record, frames=()), seen[-1].message)
