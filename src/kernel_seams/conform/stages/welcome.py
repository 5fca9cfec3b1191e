"""Stage 14: the greeting of a new subscription.

XPUB tells its program about a subscription only where it is new to it; a topic that nobody has is always new.
"""

from __future__ import annotations

import uuid

from kernel_seams.conform.checks import check
from kernel_seams.conform.exchange import Row, describe
from kernel_seams.conform.front import Seen
from kernel_seams.conform.lab import GRACE_SECONDS, Broken, Lab

WELCOME = "iopub_welcome"


def welcomes(lab: Lab) -> tuple[str, list[Seen]]:
    """The topic that was subscribed, and the welcomes that came after it; `Broken` where none did."""
    front = lab.ready()
    if "topic" not in lab.kept:
        lab.kept["topic"], lab.kept["since"] = f"seams-{uuid.uuid4().hex[:8]}", len(front.log)
        front.subscribe(lab.kept["topic"].encode())
        lab.quiet()
    since: int = lab.kept["since"]
    front.pump(lambda: _welcomes(front.log[since:]), min(GRACE_SECONDS, lab.left))
    found = _welcomes(front.log[since:])
    if not found:
        raise Broken([Row("iopub", WELCOME, None, agrees=False)])
    return lab.kept["topic"], found


def _welcomes(log: list[Seen]) -> list[Seen]:
    return [each for each in log if each.channel == "iopub" and each.msg_type == WELCOME and not each.problem]


@check("welcome.sent")
def sent(lab: Lab) -> None:
    """One for a subscription that is new."""
    welcomes(lab)


@check("welcome.content")
def content(lab: Lab) -> None:
    """It names the topic."""
    topic, found = welcomes(lab)
    named = [each for each in found if each.message and each.message.content.get("subscription") == topic]
    if not named:
        expected = f'{WELCOME} {{"subscription": "{topic}"}}'
        raise Broken([Row("iopub", expected, describe(each), agrees=False) for each in found])
    sent = named[0].message.identities if named[0].message else ()
    if not sent or not sent[0].startswith(topic.encode()):
        came = sent[0].decode("utf-8", "replace") if sent else "(no topic)"
        raise Broken(
            [Row("iopub", f"first frame {topic}", f"first frame {came}", agrees=False)],
            "It is published under another topic: who has subscribed to this one alone hears nothing.",
            "Publish iopub_welcome with the subscription's topic as its first frame.",
        )


@check("welcome.parent")
def parent(lab: Lab) -> None:
    """It has no parent."""
    _, found = welcomes(lab)
    wrong = [each for each in found if each.message and each.message.parent_header]
    if wrong:
        raise Broken(
            [
                Row("iopub", f"{WELCOME} parent_header {{}}", f"{WELCOME} to {each.parent_id}", agrees=False)
                for each in wrong
            ]
        )
