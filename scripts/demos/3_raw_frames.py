"""The raw frames: what goes over the sockets when one cell runs.

A kernel has five ZeroMQ sockets; a connection file tells their ports and a secret key. A request
goes into shell and its one reply comes back there; what there is to show comes on iopub, to all.
    topic, delimiter       what a listener can filter by (on iopub only); here the message begins
    signature              HMAC-SHA256 of the next four frames, made with the key
    header, parent_header  this message, with a msg_id of its own; the request that it answers
    metadata, content      rarely used; what is said, with fields that depend on the msg_type
At the end go out two wrong messages. Predict how the kernel will complain.
"""

import hmac
import json
import tempfile
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime
from types import SimpleNamespace as Message

import zmq
from jupyter_client import KernelManager


def sign(key, four_frames):
    return hmac.new(key, b"".join(four_frames), "sha256").hexdigest().encode()


def request(key, msg_type, **content):
    header = {"msg_id": uuid.uuid4().hex, "msg_type": msg_type, "session": "by-hand", "username": "you"}
    header |= {"date": datetime.now(UTC).isoformat(), "version": "5.3"}
    four_frames = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    return message("-> shell", [b"<IDS|MSG>", sign(key, four_frames), *four_frames])


def message(way, frames):
    header, parent, _, content = map(json.loads, frames[-4:])
    kind = content.get("execution_state", header["msg_type"])  # of a status: busy or idle
    return Message(way=way, frames=frames, kind=kind, content=content, id=header["msg_id"], parent=parent.get("msg_id"))


def draw(message):
    print(f"  {message.way} {message.kind}")
    names = ["topic", "delimiter", "signature", "header", "parent_header", "metadata", "content"]
    for name, frame in zip(names[-len(message.frames) :], message.frames, strict=True):
        text = "{msg_type} {msg_id}".format(**json.loads(frame)) if b'"msg_id"' in frame else frame.decode()
        print(f"  {len(frame):5} bytes  {name:13}  {text if len(text) < 66 else text[:62] + ' ...'}")
    print()


def converse(shell, iopub, *requests):
    """Send them; what answers them, until the reply AND the idle of the last are there, whichever is first."""
    for sent in requests:
        shell.send_multipart(sent.frames)
    heard, missing = [], {"reply", "idle"}
    while missing and (ready := zmq.select([shell, iopub], [], [], timeout=60)[0]):
        for socket in ready:
            heard.append(message("<- shell" if socket is shell else "<- iopub", socket.recv_multipart()))
            if heard[-1].parent == requests[-1].id:
                missing.discard("reply" if socket is shell else heard[-1].kind)
    return [answer for answer in heard if answer.parent in [sent.id for sent in requests]]  # start-up answers nobody


def demo():
    manager, context = KernelManager(kernel_name="python3"), zmq.Context()
    with tempfile.TemporaryFile("a+") as stderr, ExitStack() as whatever_happens:
        whatever_happens.callback(manager.shutdown_kernel, now=True)
        whatever_happens.callback(context.destroy, linger=0)
        manager.start_kernel(stderr=stderr)
        connection = manager.get_connection_info()  # what its connection file says
        shell, iopub, key = context.socket(zmq.DEALER), context.socket(zmq.SUB), connection["key"]
        shell.connect("tcp://{ip}:{shell_port}".format(**connection))
        iopub.connect("tcp://{ip}:{iopub_port}".format(**connection))
        iopub.subscribe(b"")
        while not iopub.poll(1000) and manager.is_alive():  # what is said before we are subscribed is lost
            shell.send_multipart(request(key, "kernel_info_request").frames)
        cell = request(key, "execute_request", code='x = 6 * 7; print("the answer is", x); x')
        heard = converse(shell, iopub, cell)
        for each in [cell, *heard]:
            draw(each)
        order = ["busy", "execute_input", "stream", "execute_result", "idle"]
        yield "answers to our msg_id on iopub, in order", order, [m.kind for m in heard if m.way == "<- iopub"]
        yield "and on shell", ["execute_reply"], [m.kind for m in heard if m.way == "<- shell"]
        yield "of these, signed with the key", len(heard), sum(sign(key, m.frames[-4:]) == m.frames[-5] for m in heard)
        changed, unsigned, good = [request(key, "execute_request", code=code) for code in ("x = 1", "x = 3", "x")]
        changed.frames[-1] = changed.frames[-1].replace(b"1", b"2")  # one byte, after signing
        unsigned.frames[1] = b""
        print("\nNow one byte is changed after signing, and a second message is not signed. See what comes back.\n")
        draw(changed), draw(unsigned)
        heard = converse(shell, iopub, changed, unsigned, good)
        yield "answers to the two", 0, sum(m.parent != good.id for m in heard)
        yield "x, asked after them", [{"text/plain": "42"}], [m.content["data"] for m in heard if "data" in m.content]
        stderr.seek(0)
        reasons = [line.split(": ")[1].strip() for line in stderr if line.startswith("ValueError: ")]
        yield "all they left is on the kernel's stderr", ["Invalid Signature", "Unsigned Message"], reasons


if __name__ == "__main__":
    for claim, expected, observed in demo():
        print("  holds:" if observed == expected else f"  FALSE, expected {expected!r}:", f"{claim}: {observed!r}")
