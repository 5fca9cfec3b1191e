"""A kernel with a thread for each socket: every one blocks on its own, and a lock guards what all of them send on."""

import builtins
import contextlib
import fnmatch
import getpass
import hmac
import json
import os
import queue
import signal
import sys
import threading
import time
import uuid
from datetime import datetime, timezone

import zmq
from ipython_shell import Shell

file = json.load(open(sys.argv[sys.argv.index("-f") + 1]))
key, session = file["key"].encode(), str(uuid.uuid4())
context = zmq.Context()
lock, seen = threading.Lock(), set()
waiting, inputs = queue.Queue(), queue.Queue()
state = {"parent": (b"{}", []), "running": False, "cut": -1.0}


def bound(kind, name):
    made = context.socket(kind)
    dash = "-" if file["transport"] == "ipc" else ":"
    made.bind(file["transport"] + "://" + file["ip"] + dash + str(file[name + "_port"]))
    return made


shell, control, stdin = (bound(zmq.ROUTER, name) for name in ("shell", "control", "stdin"))
iopub, heart = bound(zmq.XPUB, "iopub"), bound(zmq.REP, "hb")


def signature(parts):
    return hmac.new(key, b"".join(parts), "sha256").hexdigest().encode() if key else b""


def send(sock, kind, content, parent, front):
    header = {"msg_id": uuid.uuid4().hex, "session": session, "username": "", "msg_type": kind, "version": "5.4"}
    header["date"] = datetime.now(timezone.utc).isoformat()
    parts = [json.dumps(header).encode("utf-8"), parent, b"{}", json.dumps(content).encode("utf-8")]
    with lock:
        sock.send_multipart([*front, b"<IDS|MSG>", signature(parts), *parts])


def tell(kind, content, parent):
    send(iopub, kind, content, parent, [kind.encode()])


def read(frames):
    """(identities, header as bytes, msg_type, content), or None."""
    with contextlib.suppress(Exception):
        cut = frames.index(b"<IDS|MSG>")
        sig, parts = frames[cut + 1], frames[cut + 2 : cut + 6]
        good = len(parts) == 4 and (not key or (hmac.compare_digest(sig, signature(parts)) and sig not in seen))
        header, _, _, content = [json.loads(part) for part in parts]
        if good and isinstance(content, dict) and isinstance(header["msg_type"], str):
            seen.add(sig)
            return frames[:cut], parts[0], header["msg_type"], content
    print("kernel: dropped a message", file=sys.__stderr__, flush=True)
    return None


def answer(sock, message, stamp=0.0):
    identities, parent, kind, content = message
    tell("status", {"execution_state": "busy"}, parent)
    try:
        reply = handle(kind, content, parent, identities, stamp)
    except (Exception, KeyboardInterrupt) as error:
        reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
    if reply is not None:
        send(sock, kind.replace("_request", "_reply"), {"status": "ok", **reply}, parent, identities)
    tell("status", {"execution_state": "idle"}, parent)
    if kind == "shutdown_request":
        tell("shutdown_reply", {"status": "ok", **reply}, parent)
        time.sleep(0.1)
        context.destroy(linger=500) if sock is shell else None
        os._exit(0)


def handle(kind, content, parent, identities, stamp):
    if kind == "kernel_info_request":
        language = {"name": "python", "version": "3", "mimetype": "text/x-python", "file_extension": ".py"}
        me = {
            "implementation": "threads",
            "implementation_version": "0",
            "banner": "threads",
            "language_info": language,
        }
        return {"protocol_version": "5.4", **me, "help_links": []}
    if kind == "execute_request":
        return execute(content, parent, identities, stamp)
    if kind == "interrupt_request":
        if state["running"]:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        return {}
    if kind == "shutdown_request":
        return {"restart": content.get("restart", False)}
    if kind == "complete_request":
        return {**ours.complete(content["code"], content["cursor_pos"]), "metadata": {}}
    if kind == "is_complete_request":
        return ours.is_complete(content["code"])
    if kind == "inspect_request":
        data = ours.inspect(content["code"], content["cursor_pos"], content.get("detail_level", 0))
        return {"found": data != {}, "data": data, "metadata": {}}
    if kind == "history_request":
        return {"history": [*past(ours.history, content)]}
    return None


def execute(content, parent, identities, stamp):
    if stamp < state["cut"]:
        return {"status": "aborted"}
    silent = content.get("silent", False)
    state.update(parent=(parent, identities), stdin=content.get("allow_stdin", True))
    if not silent:
        tell("execute_input", {"code": content["code"], "execution_count": ours.execution_count}, parent)
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    state["running"] = True
    try:
        result = ours.run_cell(content["code"], silent, content.get("store_history", True))
    finally:
        state["running"] = False
        signal.signal(signal.SIGINT, was)
    count = {"execution_count": result["execution_count"]}
    if result["status"] == "error":
        error = {each: result[each] for each in ("ename", "evalue", "traceback")}
        tell("error", error, parent)
        if content.get("stop_on_error", True):
            time.sleep(0.05)
            state["cut"] = time.monotonic()
        return {"status": "error", **error, **count}
    if "data" in result:
        tell("execute_result", {"data": result["data"], "metadata": {}, **count}, parent)
    asked = content.get("user_expressions") or {}
    said = {name: ours.evaluate(text) for name, text in asked.items()}
    return {"payload": result["payload"], "user_expressions": said, **count}


def past(cells, asked):
    """The cells that are asked for, the latest one last."""
    kind, left, seen = asked["hist_access_type"], asked.get("n") or 1000, []
    for number, code, shown in reversed(cells):
        wanted = {
            "tail": lambda _: left > 0,
            "range": lambda number: asked["start"] <= number < asked["stop"],
            "search": lambda _, code=code: left > 0 and fnmatch.fnmatch(code, asked["pattern"]),
        }[kind](number)
        if wanted and not (asked.get("unique") and code in [each[2] for each in seen]):
            seen.append((0, number, code, shown))
            left -= 1
    return ((0, number, [code, shown] if asked.get("output") else code) for _, number, code, shown in reversed(seen))


class Out:
    """What is printed, at once."""

    def __init__(self, name):
        self.name = name

    def write(self, text):
        if text:
            tell("stream", {"name": self.name, "text": text}, state["parent"][0])
        return len(text)

    def flush(self):
        pass


def ask(prompt="", password=False):
    if not state["stdin"]:
        raise EOFError("nobody is there to ask")
    parent, identities = state["parent"]
    send(stdin, "input_request", {"prompt": str(prompt), "password": password}, parent, identities)
    return inputs.get()[3]["value"]


def hear(sock, put):
    while True:
        message = read(sock.recv_multipart())
        if message:
            put(message)


def beat():
    while True:
        heart.send(heart.recv())


def greet():
    while True:
        event = b""
        with lock, contextlib.suppress(zmq.Again):
            event = iopub.recv(zmq.NOBLOCK)
        if event[:1] == b"\x01":
            send(iopub, "iopub_welcome", {"subscription": event[1:].decode()}, b"{}", [event[1:]])
        time.sleep(0 if event else 0.002)


# A ROUTER is read by one thread and written by another: two sockets would be cleaner, the lock holds the writers apart.
class Shared:
    """A socket that one thread waits on with poll, and any may send on, one at a time."""

    def __init__(self, sock):
        self.sock = sock

    def recv_multipart(self):
        while True:
            with lock, contextlib.suppress(zmq.Again):
                return self.sock.recv_multipart(zmq.NOBLOCK)
            time.sleep(0.002)

    def send_multipart(self, frames):
        self.sock.send_multipart(frames)


shell, control, stdin = Shared(shell), Shared(control), Shared(stdin)
signal.signal(signal.SIGINT, lambda *_: None)
ours = Shell(lambda kind, content: tell(kind, content, state["parent"][0]))
sys.stdout, sys.stderr = Out("stdout"), Out("stderr")
builtins.input, getpass.getpass = ask, lambda prompt="", stream=None: ask(prompt, True)
for work in (
    beat,
    greet,
    lambda: hear(shell, lambda message: waiting.put((time.monotonic(), message))),
    lambda: hear(stdin, inputs.put),
    lambda: hear(control, lambda message: answer(control, message)),
):
    threading.Thread(target=work, daemon=True).start()
tell("status", {"execution_state": "starting"}, b"{}")
while True:
    when, request = waiting.get()
    answer(shell, request, when)
