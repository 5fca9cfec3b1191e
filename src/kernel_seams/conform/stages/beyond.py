"""Stage 15: what no kernel has to have. What it claims to have it is held to."""

from __future__ import annotations

import uuid

import zmq

from kernel_seams.conform.checks import check, hold, is_filled, is_object, reply, stream
from kernel_seams.conform.exchange import Exchange, Row, Want
from kernel_seams.conform.front import Front
from kernel_seams.conform.lab import Broken, Lab, NotOffered
from kernel_seams.conform.ports import new_connection
from kernel_seams.conform.stages.assist import optional
from kernel_seams.conform.stages.control import sleeping
from kernel_seams.wire.connection import CHANNELS, Connection
from kernel_seams.wire.message import Json, Message, header, request, serialize

NO_EVENT = "no handshake"
SUBSHELLS, DEBUGGER = "kernel subshells", "debugger"


@check("replay.refused")
def replay(lab: Lab) -> None:
    """The same frames twice, then a good request."""
    front = lab.ready()
    message = request("kernel_info_request", session=front.session)
    asked = Exchange(front, "shell", message, len(front.log))
    frames = serialize(message, front.key)
    front.send_frames("shell", frames, message)
    front.send_frames("shell", frames, message)
    lab.demand(lab.ask("kernel_info_request"), reply("kernel_info", status="ok"))
    if len(asked.replies) > 1:
        raise NotOffered("it obeys the same frames twice, and no document asks for more")


@check("comm.info")
def comm_info(lab: Lab) -> None:
    """comms, none or some."""
    content = optional(lab, "comm_info", {})
    hold(
        "shell", "content", content, ("status", '"ok"', lambda value: value == "ok"), ("comms", "an object", is_object)
    )


@check("comm.unknown-target")
def unknown_target(lab: Lab) -> None:
    """A comm nobody wants."""
    optional(lab, "comm_info", {})
    comm = uuid.uuid4().hex
    front = lab.start()
    opened = request("comm_open", {"comm_id": comm, "target_name": "seams_unknown", "data": {}}, session=front.session)
    exchange = Exchange(front, "shell", opened, len(front.log))
    front.send("shell", opened)
    lab.quiet()
    lab.demand(
        exchange,
        Want("iopub", "comm_close", "with its comm_id", lambda message: message.content.get("comm_id") == comm),
    )


def claimed(lab: Lab, feature: str) -> None:
    """`NotOffered` where the kernel does not say that it has this."""
    lab.ready()
    features = lab.info.get("supported_features")
    if not isinstance(features, list) or feature not in features:
        raise NotOffered(f"its supported_features do not have {feature!r}")


def controlled(lab: Lab, msg_type: str, content: Json | None = None) -> Json:
    """The content of the reply on control."""
    asked = lab.ask(msg_type, content, channel="control")
    lab.demand(asked, Want("control", msg_type.replace("_request", "_reply")))
    return asked.reply.content if asked.reply else {}


def new_subshell(lab: Lab) -> str:
    """The id of a new subshell."""
    content = controlled(lab, "create_subshell_request")
    hold("control", "content", content, ("subshell_id", "text, not empty", is_filled))
    return str(content["subshell_id"])


@check("subshell.create")
def create(lab: Lab) -> None:
    """Made, listed, ended, and listed no more."""
    claimed(lab, SUBSHELLS)
    name = new_subshell(lab)
    listed = controlled(lab, "list_subshell_request")
    hold("control", "content", listed, ("subshell_id", f"a list with {name}", lambda value: name in value))
    controlled(lab, "delete_subshell_request", {"subshell_id": name})
    listed = controlled(lab, "list_subshell_request")
    hold("control", "content", listed, ("subshell_id", f"a list without {name}", lambda value: name not in value))


@check("subshell.concurrent")
def concurrent(lab: Lab) -> None:
    """Print in a subshell while the main shell sleeps."""
    claimed(lab, SUBSHELLS)
    name = new_subshell(lab)
    busy = sleeping(lab)
    front = lab.start()
    head = {**header("execute_request", session=front.session), "subshell_id": name}
    message = Message(head, {**busy.request.content, "code": lab.code("print")})
    ran = Exchange(front, "shell", message, len(front.log))
    front.send("shell", message)
    lab.wait(lambda: ran.over)
    lab.demand(ran, reply("execute", status="ok"), stream("stdout", lab.words.both))


@check("debug.info")
def debug_info(lab: Lab) -> None:
    """debugInfo, which needs no debugger that has started."""
    claimed(lab, DEBUGGER)
    content = controlled(lab, "debug_request", {"seq": 1, "type": "request", "command": "debugInfo"})
    hold(
        "control",
        "content",
        content,
        ("type", '"response"', lambda value: value == "response"),
        ("success", "true", lambda value: value is True),
        ("body", "with isStarted", lambda value: is_object(value) and "isStarted" in value),
    )


def encrypted(lab: Lab) -> Connection:
    """A connection with Curve keys; `NotOffered` where the kernelspec does not say that it can be used."""
    if lab.target.encryption is False:
        raise NotOffered("its kernelspec does not say supported_encryption: curve")
    public, secret = zmq.curve_keypair()
    plain = new_connection()
    return Connection(plain.ip, plain.ports, plain.key, curve_publickey=public, curve_secretkey=secret)


def encrypted_lab(lab: Lab) -> Lab:
    """A second kernel that is encrypted, kept for both rules and closed with the first."""
    if "encrypted" not in lab.kept:
        connection = encrypted(lab)
        lab.kept["encrypted"] = lab.beside(connection)
    found: Lab = lab.kept["encrypted"]
    return found


@check("curve.answers")
def answers(lab: Lab) -> None:
    """All five handshakes, and a reply."""
    other = encrypted_lab(lab)
    front = other.start()
    other.wait(lambda: all(_event(front, each) != NO_EVENT for each in CHANNELS))
    if lab.target.encryption is None and not any(front.connected(each) for each in CHANNELS):
        raise NotOffered("it does not use the Curve keys of its connection file")
    rows = [Row(each, "encrypted handshake", _event(front, each), agrees=front.connected(each)) for each in CHANNELS]
    if not all(row.agrees for row in rows):
        raise Broken(rows)
    other.ready()
    other.demand(other.ask("kernel_info_request"), reply("kernel_info", status="ok"))


def _event(front: Front, channel: str) -> str:
    events = [event for event in front.events[channel] if event.startswith("HANDSHAKE")]
    return events[-1] if events else NO_EVENT


@check("curve.refuses")
def refuses(lab: Lab) -> None:
    """A front-end without keys: each handshake fails."""
    other = encrypted_lab(lab)
    other.ready()
    stranger = Front(other.start().connection, lab.context, other.ended, encrypt=False)
    try:
        other.wait(lambda: all(_event(stranger, each) != NO_EVENT for each in CHANNELS), stranger)
        let_in = [each for each in CHANNELS if stranger.connected(each)]
        if let_in:
            rows = [
                Row(each, "handshake refused", "HANDSHAKE_SUCCEEDED without a key", agrees=False) for each in let_in
            ]
            raise Broken(rows)
    finally:
        stranger.close()
