"""A kernel that plays a part: it says what a script tells it to, and writes down all that it is told.

    python -m kernel_seams.course.actor -f CONNECTION_FILE SCRIPT

What a front-end has to stand cannot be caused with a kernel that behaves: an idle before the reply, somebody else's
output in between, a forged message, a death in the middle. The script is JSON, in a file or as the argument itself:

    {"record": "where to write, if anywhere", "delay": seconds before the sockets are bound,
     "dies": "last words instead", "greets": whether each new subscription is welcomed,
     "tired": seconds after which no more is awaited, "child": whether it starts a process of its own,
     "answers": {"execute_request": [[["iopub", "stream", {...}, {}], ...], ...]}}

For the first request of a type the first list is played, for the next one the next, at the end the last one again. A
line is a channel, a msg_type, a content and how it is sent: {"parent": "none" or "other"}, {"forged": true}. Four are
no messages: ["pause", seconds], ["exit", code], ["await", "interrupt"] and ["await", "input_reply"].
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import zmq

from kernel_seams.wire.connection import CHANNELS, Connection, read_connection
from kernel_seams.wire.message import FrameError, Key, Message, header, parse, serialize, split

KINDS = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.XPUB, "heartbeat": zmq.ROUTER}
SESSION = "the actor's"
FORGED = Key(b"not the key")
ALONE = 20.0  # seconds for which it stays when whoever started it is gone, so that one can see it was left
BUSY, IDLE = ({"execution_state": state} for state in ("busy", "idle"))
# What is answered where the script says nothing.
USUAL: dict[str, list[list[Any]]] = {
    "kernel_info_request": [
        ["iopub", "status", BUSY, {}],
        ["shell", "kernel_info_reply", {"status": "ok", "protocol_version": "5.4", "implementation": "actor"}, {}],
        ["iopub", "status", IDLE, {}],
    ],
    "execute_request": [
        ["iopub", "status", BUSY, {}],
        ["shell", "execute_reply", {"status": "ok", "execution_count": 1, "user_expressions": {}}, {}],
        ["iopub", "status", IDLE, {}],
    ],
    "interrupt_request": [["control", "interrupt_reply", {"status": "ok"}, {}]],
    "shutdown_request": [["control", "shutdown_reply", {"status": "ok", "restart": False}, {}], ["exit", 0]],
    "input_reply": [],
}


class Actor:
    """One performance: five sockets, a script, and what was heard so far."""

    def __init__(self, connection: Connection, script: dict[str, Any]) -> None:
        self.connection, self.script = connection, script
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.sockets = {channel: self.context.socket(KINDS[channel]) for channel in CHANNELS}
        self.played: dict[str, int] = {}
        self.interrupted = False
        self.parent, self.alone = os.getppid(), time.monotonic()

    def run(self) -> None:
        """Play until the script ends it, or whoever started it is gone."""
        for channel, socket in self.sockets.items():
            socket.bind(self.connection.address(channel))
        while True:
            for message in self.hear(1.0):
                self.play(message)

    def hear(self, seconds: float) -> list[Message]:
        """The messages that have come, each recorded, after waiting for one so long."""
        if os.getppid() == self.parent:
            self.alone = time.monotonic()
        elif time.monotonic() > self.alone + ALONE:
            os._exit(0)
        poller = zmq.Poller()
        for socket in self.sockets.values():
            poller.register(socket, zmq.POLLIN)
        ready = dict(poller.poll(int(seconds * 1000)))
        heard = []
        for channel, socket in self.sockets.items():
            frames = socket.recv_multipart() if socket in ready else []
            if channel == "heartbeat" and frames:
                socket.send_multipart(frames)
            elif channel == "iopub":
                self.greet(frames)
            elif frames:
                heard += self.note(channel, frames)
        return heard

    def greet(self, frames: list[bytes]) -> None:
        """Welcome a new subscription, where the script says so."""
        if frames and frames[0][:1] == b"\x01" and self.script.get("greets"):
            topic = frames[0][1:]
            welcome = Message(
                header("iopub_welcome", session=SESSION), {"subscription": topic.decode()}, {}, {}, (topic,)
            )
            self.sockets["iopub"].send_multipart(serialize(welcome, self.connection.key))

    def note(self, channel: str, frames: list[bytes]) -> list[Message]:
        """Record what came; the message in a list, if it is one and is signed."""
        try:
            good = self.connection.key.verifies(split(frames))
            message = parse(frames)
        except FrameError as error:
            self.record({"channel": channel, "frames": len(frames), "problem": str(error)})
            return []
        said = {"msg_type": message.msg_type, "content": message.content, "parent": message.parent_header}
        self.record({"channel": channel, "signed": good, "header": message.header, **said, "from": frames[0].hex()})
        return [message] if good else []

    def play(self, request: Message) -> None:
        """Answer `request` as the script says."""
        times = self.played.get(request.msg_type, 0)
        self.played[request.msg_type] = times + 1
        scenes = self.script.get("answers", {}).get(request.msg_type) or [USUAL.get(request.msg_type, [])]
        for line in scenes[min(times, len(scenes) - 1)]:
            if line[0] == "exit":
                self.context.destroy(linger=1000)  # what was said before is still to go out
                os._exit(line[1])
            elif line[0] == "pause":
                time.sleep(line[1])
            elif line[0] == "await":
                self.wait(line[1])
            else:
                self.say(request, *line)

    def wait(self, what: str) -> None:
        """Go on hearing until there was an interrupt, or a message of the type `what`."""
        tired = time.monotonic() + self.script.get("tired", 60)
        while not (what == "interrupt" and self.interrupted) and time.monotonic() < tired:
            heard = self.hear(0.1)
            for message in heard:
                self.interrupted = self.interrupted or message.msg_type == "interrupt_request"
                self.play(message)
            if any(message.msg_type == what for message in heard):
                break
        self.interrupted = False

    def say(self, request: Message, channel: str, msg_type: str, content: dict[str, Any], how: dict[str, Any]) -> None:
        """Send one line of the script."""
        parents = {"none": {}, "other": {**request.header, "msg_id": "another", "session": "somebody else's"}}
        parent = parents.get(how.get("parent", ""), request.header)
        identities = (msg_type.encode(),) if channel == "iopub" else request.identities
        message = Message(header(msg_type, session=SESSION), content, parent, {}, identities)
        self.sockets[channel].send_multipart(serialize(message, FORGED if how.get("forged") else self.connection.key))

    def record(self, event: dict[str, Any]) -> None:
        """Write one thing that happened, a line of JSON."""
        if "record" in self.script:
            with Path(self.script["record"]).open("a", encoding="utf-8") as file:
                file.write(json.dumps(event) + "\n")


def main() -> None:
    """Read the connection file and the script, write down how one was started, and play."""
    path, given = Path(sys.argv[2]), sys.argv[3]
    script = json.loads(given if given.startswith("{") else Path(given).read_text(encoding="utf-8"))
    actor = Actor(read_connection(path), script)
    signal.signal(signal.SIGINT, lambda *_: _interrupted(actor))
    facts = {"argv": sys.argv[4:], "path": str(path), "leads": os.getsid(0) == os.getpid()}
    actor.record({"started": {**facts, "env": {name: os.environ.get(name) for name in script.get("env", [])}}})
    if "dies" in script:
        print(script["dies"], file=sys.stderr)
        sys.exit(3)
    if script.get("child"):
        subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL)
    time.sleep(script.get("delay", 0))
    actor.run()


def _interrupted(actor: Actor) -> None:
    actor.interrupted = True
    actor.record({"signal": "SIGINT"})


if __name__ == "__main__":
    main()
