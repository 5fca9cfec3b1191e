"""A kernel of two processes: one is a single loop over all sockets, the other runs the cells and is interrupted."""

import builtins
import getpass
import hmac
import json
import os
import signal
import sys
import time
import uuid
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from multiprocessing import get_context

import zmq


def chosen(cells, hist_access_type="tail", n=None, start=0, stop=None, pattern="*", unique=False, output=False, **_):
    """The cells that a history_request asks for."""
    if hist_access_type == "range":
        cells = [cell for cell in cells if start <= cell[0] and (stop is None or cell[0] < stop)]
        n = None
    if hist_access_type == "search":
        cells = [cell for cell in cells if fnmatchcase(cell[1], pattern)]
    found = []
    for cell in reversed(cells):
        if not (unique and any(cell[1] == other[1] for other in found)):
            found.insert(0, cell)
    return [[0, number, [code, shown] if output else code] for number, code, shown in found[-n if n else 0 :]]


def worker(pipe):
    """The process that runs the cells: asked through a pipe, and answers through it."""
    from ipython_shell import Shell

    signal.signal(signal.SIGINT, lambda *_: None)
    allowed = [True]

    class Out:
        def __init__(self, name):
            self.name = name

        def write(self, text):
            if text:
                pipe.send(("publish", "stream", {"name": self.name, "text": text}))
            return len(text)

        def flush(self):
            pass

    def ask(prompt="", password=False):
        if not allowed[0]:
            raise RuntimeError("no questions here")
        pipe.send(("ask", str(prompt), password))
        return pipe.recv()

    shell = Shell(lambda kind, content: pipe.send(("publish", kind, content)))
    sys.stdout, sys.stderr = Out("stdout"), Out("stderr")
    builtins.input, getpass.getpass = ask, lambda prompt="", stream=None: ask(prompt, True)
    while True:
        what, content = pipe.recv()
        try:
            if what == "execute_request":
                silent, allowed[0] = content.get("silent", False), content.get("allow_stdin", True)
                if not silent:
                    head = {"code": content["code"], "execution_count": shell.execution_count}
                    pipe.send(("publish", "execute_input", head))
                old = signal.signal(signal.SIGINT, signal.default_int_handler)
                try:
                    result = shell.run_cell(content["code"], silent, content.get("store_history", True))
                finally:
                    signal.signal(signal.SIGINT, old)
                if result["status"] == "error":
                    pipe.send(("publish", "error", {k: result[k] for k in ("ename", "evalue", "traceback")}))
                else:
                    if "data" in result:
                        shown = {"data": result["data"], "metadata": {}, "execution_count": result["execution_count"]}
                        pipe.send(("publish", "execute_result", shown))
                    asked = (content.get("user_expressions") or {}).items()
                    result["user_expressions"] = {name: shell.evaluate(text) for name, text in asked}
                result.pop("data", None)
            elif what == "complete_request":
                result = shell.complete(content["code"], content["cursor_pos"]) | {"metadata": {}}
            elif what == "inspect_request":
                data = shell.inspect(content["code"], content["cursor_pos"], content.get("detail_level", 0))
                result = {"found": bool(data), "data": data, "metadata": {}}
            elif what == "is_complete_request":
                result = shell.is_complete(content["code"])
            else:
                result = {"history": chosen(shell.history, **content)}
        except (Exception, KeyboardInterrupt) as error:
            result = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        pipe.send(("reply", result))


WORK = ("execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request")
KINDS = {"hb": zmq.ROUTER, "control": zmq.ROUTER, "shell": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.XPUB}


class Loop:
    def __init__(self, given):
        self.key, self.session = given["key"].encode(), uuid.uuid4().hex
        self.context = zmq.Context()
        self.sockets, join = {}, "-" if given["transport"] == "ipc" else ":"
        for name, kind in KINDS.items():
            self.sockets[name] = self.context.socket(kind)
            self.sockets[name].bind(f"{given['transport']}://{given['ip']}{join}{given[name + '_port']}")
        self.pipe, theirs = get_context("fork").Pipe()
        self.child = get_context("fork").Process(target=worker, args=(theirs,), daemon=True)
        self.child.start()
        self.queue, self.now, self.seen, self.until = [], None, set(), 0.0

    def sign(self, parts):
        return hmac.new(self.key, b"".join(parts), "sha256").hexdigest().encode() if self.key else b""

    def send(self, socket, msg_type, content, parent, front):
        header = {"msg_id": uuid.uuid4().hex, "session": self.session, "username": "k", "msg_type": msg_type}
        header |= {"version": "5.4", "date": datetime.now(UTC).isoformat()}
        parts = [json.dumps(header).encode(), parent, b"{}", json.dumps(content).encode()]
        self.sockets[socket].send_multipart([*front, b"<IDS|MSG>", self.sign(parts), *parts])

    def publish(self, msg_type, content, parent):
        self.send("iopub", msg_type, content, parent, [msg_type.encode()])

    def read(self, frames):
        try:
            cut = frames.index(b"<IDS|MSG>")
            signature, *parts = frames[cut + 1 : cut + 6]
            header, _, _, content = map(json.loads, parts)
            if self.key and (signature != self.sign(parts) or signature in self.seen):
                raise ValueError("not signed, or for the second time")
            kind = header["msg_type"]
            assert isinstance(kind, str)
            assert isinstance(content, dict)
        except Exception as error:
            print("kernel: refused:", error, file=sys.stderr, flush=True)
            return None
        self.seen.add(signature)
        return frames[:cut], parts[0], kind, content

    def run(self):
        signal.signal(signal.SIGINT, self.on_sigint)
        self.publish("status", {"execution_state": "starting"}, b"{}")
        poller = zmq.Poller()
        for each in (*self.sockets.values(), self.pipe.fileno()):
            poller.register(each, zmq.POLLIN)
        names = {socket: name for name, socket in self.sockets.items()}
        while True:
            for each, _ in poller.poll(20):
                if each == self.pipe.fileno():
                    self.from_worker(*self.pipe.recv())
                else:
                    self.from_socket(names[each], each.recv_multipart())
            if self.now is None and self.queue and time.monotonic() > self.until:
                self.start(self.queue.pop(0))

    def on_sigint(self, *_):
        if self.now:
            os.kill(self.child.pid, signal.SIGINT)

    def from_socket(self, name, frames):
        if name == "hb":
            self.sockets["hb"].send_multipart(frames)
        elif name == "iopub":
            if frames[0][:1] == b"\x01":
                topic = frames[0][1:]
                self.send("iopub", "iopub_welcome", {"subscription": topic.decode()}, b"{}", [topic])
        elif message := self.read(frames):
            if name == "stdin":
                self.pipe.send(message[3].get("value", ""))
            elif name == "shell" and (message[2] in WORK or self.now or self.queue):
                self.queue.append((name, message))
            else:
                self.at_once(name, message)

    def start(self, job):
        name, (_, parent, kind, content) = job
        if kind not in WORK:
            self.at_once(name, job[1])
            return
        self.publish("status", {"execution_state": "busy"}, parent)
        self.now = job
        self.pipe.send((kind, content))

    def at_once(self, name, message):
        front, parent, kind, content = message
        self.publish("status", {"execution_state": "busy"}, parent)
        reply = None
        if kind == "kernel_info_request":
            language = {"name": "python", "version": "3.0.0", "mimetype": "text/x-python", "file_extension": ".py"}
            reply = {"status": "ok", "protocol_version": "5.4", "implementation": "loop", "banner": "one loop"}
            reply |= {"implementation_version": "1", "language_info": language}
        elif kind == "interrupt_request":
            self.on_sigint()
            reply = {"status": "ok"}
        elif kind == "shutdown_request":
            reply = {"status": "ok", "restart": content.get("restart", False)}
        if reply:
            self.send(name, kind.replace("request", "reply"), reply, parent, front)
        self.publish("status", {"execution_state": "idle"}, parent)
        if kind == "shutdown_request":
            self.publish("shutdown_reply", reply, parent)
            self.child.kill()
            self.context.destroy(linger=1000)
            os._exit(0)

    def from_worker(self, what, *said):
        name, (front, parent, kind, content) = self.now
        if what == "publish":
            self.publish(*said, parent)
        elif what == "ask":
            self.send("stdin", "input_request", {"prompt": said[0], "password": said[1]}, parent, front)
        else:
            reply = {"status": "ok"} | said[0]
            if reply["status"] == "error" and kind == "execute_request" and content.get("stop_on_error", True):
                self.drain()
            self.send(name, kind.replace("request", "reply"), reply, parent, front)
            self.publish("status", {"execution_state": "idle"}, parent)
            self.now = None
            while self.stopped:
                front, parent, kind, _ = self.stopped.pop(0)
                self.publish("status", {"execution_state": "busy"}, parent)
                self.send("shell", "execute_reply", {"status": "aborted"}, parent, front)
                self.publish("status", {"execution_state": "idle"}, parent)

    stopped: list = []  # noqa: RUF012

    def drain(self):
        while self.sockets["shell"].poll(50):
            self.from_socket("shell", self.sockets["shell"].recv_multipart())
        self.stopped[:] = [job[1] for job in self.queue if job[1][2] == "execute_request"]
        self.queue = [job for job in self.queue if job[1][2] != "execute_request"]


if __name__ == "__main__":
    with open(sys.argv[sys.argv.index("-f") + 1]) as connection_file:
        Loop(json.load(connection_file)).run()
