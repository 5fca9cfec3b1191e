"""A kernel on five raw sockets that keeps every rule; each program in wrong/ breaks one thing of it.

main thread      shell and stdin, runs the code, gets the interrupts
control thread   control
iopub thread     the XPUB socket: what the others push to it, and its subscriptions
heart thread     heartbeat
"""

import ast
import builtins
import codeop
import getpass
import hashlib
import hmac
import json
import os
import re
import signal
import sys
import threading
import traceback
import uuid
from datetime import UTC, datetime

import zmq

DELIMITER = b"<IDS|MSG>"
NAME = re.compile(r"\w*\Z")


class Request:
    """One message as it came: identities, four dicts, and the socket it came on."""

    def __init__(self, socket, identities, header, content):
        self.socket, self.identities, self.header, self.content = socket, identities, header, content
        self.kind = header["msg_type"].removesuffix("_request")


class Stream:
    """What `print` writes to: each write is published."""

    encoding = "utf-8"

    def __init__(self, kernel, name):
        self.kernel, self.name = kernel, name

    def write(self, text):
        if text:
            self.kernel.written(self.name, text)
        return len(text)

    def flush(self):
        """Nothing waits here."""


class Kernel:
    """The kernel; what the wrong ones change is a method of its own."""

    iopub_type = zmq.XPUB

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            self.file = json.load(file)
        self.key = self.file["key"].encode()
        self.session = uuid.uuid4().hex
        self.context = zmq.Context()
        self.count, self.history, self.names = 0, [], {"__name__": "__main__", "display": self.display}
        self.running = None
        self.local = threading.local()
        self.over = False
        self.threads = []

    # -- sockets ----------------------------------------------------------------------------------------------------

    def bind(self, kind, name):
        socket = self.context.socket(kind)
        socket.linger = 1000
        for option in ("curve_publickey", "curve_secretkey"):
            if option in self.file:
                setattr(socket, option, self.file[option].encode())
                socket.curve_server = True
        join = "-" if self.file["transport"] == "ipc" else ":"
        socket.bind(f"{self.file['transport']}://{self.file['ip']}{join}{self.file[name]}")
        return socket

    def start(self):
        self.shell = self.bind(zmq.ROUTER, "shell_port")
        self.stdin = self.bind(zmq.ROUTER, "stdin_port")
        control = self.bind(zmq.ROUTER, "control_port")
        iopub = self.bind(self.iopub_type, "iopub_port")
        heart = self.bind(zmq.REP, "hb_port")
        outlet = self.context.socket(zmq.PULL)
        outlet.bind("inproc://iopub")
        self.wake = self.context.socket(zmq.PAIR)
        self.wake.bind("inproc://end")
        for target, *sockets in ((self.publish_all, outlet, iopub), (self.beat, heart), (self.listen, control)):
            self.threads.append(threading.Thread(target=self.keep, args=(target, *sockets), daemon=True))
            self.threads[-1].start()

    def keep(self, target, *sockets):
        """Let a thread have its sockets until the context ends."""
        try:
            target(*sockets)
        except zmq.ContextTerminated:
            pass
        finally:
            for socket in (*sockets, *vars(self.local).values()):
                socket.close()

    def run(self):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.start()
        sys.stdout, sys.stderr = Stream(self, "stdout"), Stream(self, "stderr")
        builtins.input, getpass.getpass = self.ask_line, self.ask_secret
        self.publish("status", {"execution_state": "starting"}, {})
        poller = zmq.Poller()
        poller.register(self.shell, zmq.POLLIN)
        poller.register(self.wake, zmq.POLLIN)
        while not self.over:
            ready = dict(poller.poll())
            if self.shell in ready:
                self.receive(self.shell)
        self.say_last()

    def say_last(self):
        for socket in (self.shell, self.stdin, self.wake, self.waker, *vars(self.local).values()):
            socket.close()
        self.threads[0].join()
        # The context ends when every thread has closed its sockets and what they had to send is out.
        self.context.term()

    def beat(self, heart):
        while True:
            heart.send(heart.recv())

    def listen(self, control):
        while not self.over:
            self.receive(control)

    # -- messages ---------------------------------------------------------------------------------------------------

    def sign(self, parts):
        return hmac.new(self.key, b"".join(parts), hashlib.sha256).hexdigest().encode() if self.key else b""

    def accepts(self, signature, parts, buffers):
        return not self.key or hmac.compare_digest(self.sign(parts), signature)

    def header(self, kind):
        return {
            "msg_id": uuid.uuid4().hex,
            "session": self.session,
            "username": "kernel",
            "date": datetime.now(UTC).isoformat(),
            "msg_type": kind,
            "version": "5.5",
        }

    def frames(self, kind, content, parent):
        parts = [json.dumps(each).encode() for each in (self.header(kind), parent, {}, content)]
        return [DELIMITER, self.sign(parts), *parts]

    def receive(self, socket):
        frames = socket.recv_multipart()
        try:
            request = self.parse(socket, frames)
        except Exception as error:
            sys.__stderr__.write(f"dropped a message: {error!r}\n")
            return
        self.handle(request)

    def parse(self, socket, frames):
        at = frames.index(DELIMITER)
        signature, *parts = frames[at + 1 : at + 6]
        if len(parts) != 4:
            raise ValueError("it is not whole")
        if not self.accepts(signature, parts, frames[at + 6 :]):
            raise ValueError("its signature is wrong")
        self.remember(signature)
        header, _, _, content = (json.loads(part) for part in parts)
        if not isinstance(content, dict):
            raise ValueError("its content is no object")
        return Request(socket, frames[:at], header, content)

    def remember(self, signature):
        """Refuse what was already accepted."""
        seen = self.__dict__.setdefault("seen", set())
        if signature and signature in seen:
            raise ValueError("it came before")
        seen.add(signature)

    def handle(self, request):
        self.status("busy", request)
        try:
            handler = getattr(self, f"do_{request.kind}", None)
            if handler:
                handler(request)
            else:
                sys.__stderr__.write(f"unknown {request.header['msg_type']}\n")
        finally:
            self.status("idle", request)
        if request.kind == "shutdown":
            self.end()

    def end(self):
        self.over = True
        self.local.inlet.send(b"end")
        self.waker = self.context.socket(zmq.PAIR)
        self.waker.connect("inproc://end")
        self.waker.send(b"")

    def status(self, state, request):
        self.publish("status", {"execution_state": state}, request.header)

    def reply(self, request, content):
        frames = self.frames(f"{request.kind}_reply", {"status": "ok", **content}, request.header)
        request.socket.send_multipart([*request.identities, *frames])

    def publish(self, kind, content, parent):
        """Hand a message to the iopub thread; each thread has its own way there."""
        if not hasattr(self.local, "inlet"):
            self.local.inlet = self.context.socket(zmq.PUSH)
            self.local.inlet.connect("inproc://iopub")
        self.local.inlet.send_multipart([kind.encode(), *self.frames(kind, content, parent)])

    def publish_all(self, outlet, iopub):
        poller = zmq.Poller()
        for socket in (outlet, iopub) if self.iopub_type == zmq.XPUB else (outlet,):
            poller.register(socket, zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if iopub in ready:
                subscription = iopub.recv()
                if subscription[:1] == b"\x01":
                    iopub.send_multipart(self.welcome(subscription[1:].decode()))
            if outlet in ready:
                frames = outlet.recv_multipart()
                if frames == [b"end"]:
                    return
                self.send_out(iopub, frames)

    def send_out(self, iopub, frames):
        iopub.send_multipart(frames)

    def welcome(self, topic):
        return [topic.encode(), *self.frames("iopub_welcome", {"subscription": topic}, {})]

    # -- requests ---------------------------------------------------------------------------------------------------

    def do_kernel_info(self, request):
        language = {"name": "python", "version": "3", "mimetype": "text/x-python", "file_extension": ".py"}
        content = {"protocol_version": "5.5", "implementation": "tiny", "implementation_version": "1", "banner": ""}
        self.reply(request, {**content, "language_info": language, "supported_features": []})

    def do_shutdown(self, request):
        self.reply(request, {"restart": request.content["restart"]})

    def do_interrupt(self, request):
        os.kill(os.getpid(), signal.SIGINT)
        self.reply(request, {})

    def do_comm_info(self, request):
        self.reply(request, {"comms": {}})

    def do_comm_open(self, request):
        self.publish("comm_close", {"comm_id": request.content["comm_id"], "data": {}}, request.header)

    def do_execute(self, request):
        content = request.content
        silent = content.get("silent", False)
        stored = content.get("store_history", not silent) and not silent
        self.count += stored
        self.running = request
        count = max(self.count, 1)
        if not silent:
            self.publish("execute_input", {"code": content["code"], "execution_count": count}, request.header)
        outcome = self.execute(content["code"], silent, count)
        if stored:
            self.history.append([1, count, content["code"]])
        if "ename" in outcome:
            self.failed(request, outcome, count)
            if content.get("stop_on_error", True):
                self.abort()
            return
        wanted = content.get("user_expressions", {}).items()
        found = {name: self.evaluate(code) for name, code in wanted}
        self.reply(request, {"execution_count": count, "user_expressions": found, "payload": []})

    def failed(self, request, outcome, count):
        self.publish("error", outcome, request.header)
        self.reply(request, {**outcome, "status": "error", "execution_count": count})

    def execute(self, code, silent, count):
        """Run the code; nothing, or the error."""
        try:
            tree = ast.parse(code)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            signal.signal(signal.SIGINT, signal.default_int_handler)
            exec(compile(tree, "<cell>", "exec"), self.names)  # noqa: S102
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.names) if last else None  # noqa: S307
        except BaseException as error:
            return self.error(error)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if value is not None and not silent:
            self.publish("execute_result", {**self.bundle(value), "execution_count": count}, self.running.header)
        return {}

    def error(self, error):
        lines = traceback.format_exception(error)
        return {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}

    def bundle(self, value):
        return {"data": {"text/plain": repr(value)}, "metadata": {}}

    def evaluate(self, code):
        try:
            return {"status": "ok", **self.bundle(eval(code, self.names))}  # noqa: S307
        except Exception as error:
            return {"status": "error", **self.error(error)}

    def abort(self):
        """Answer what waits behind an error without running it."""
        while self.shell.poll(0):
            waiting = self.parse(self.shell, self.shell.recv_multipart())
            if waiting.kind == "execute":
                self.status("busy", waiting)
                self.reply(waiting, {"status": "aborted", "execution_count": self.count})
                self.status("idle", waiting)
            else:
                self.handle(waiting)

    def written(self, name, text):
        self.publish("stream", {"name": name, "text": text}, self.running.header if self.running else {})

    def display(self, data, raw=False):
        bundle = {"data": data, "metadata": {}} if raw else self.bundle(data)
        self.publish("display_data", {**bundle, "transient": {}}, self.running.header)

    def ask_line(self, prompt="", password=False):
        request = self.running
        if not request.content.get("allow_stdin"):
            raise RuntimeError("this front-end cannot be asked")
        content = {"prompt": prompt, "password": password}
        self.stdin.send_multipart([*request.identities, *self.frames("input_request", content, request.header)])
        return self.parse(self.stdin, self.stdin.recv_multipart()).content["value"]

    def ask_secret(self, prompt=""):
        return self.ask_line(prompt, password=True)

    def do_complete(self, request):
        cursor = request.content["cursor_pos"]
        word = NAME.search(request.content["code"][:cursor]).group()
        matches = sorted(name for name in self.names if word and name.startswith(word))
        span = {"cursor_start": cursor - len(word), "cursor_end": cursor}
        self.reply(request, {"matches": matches, "metadata": {}, **span})

    def do_is_complete(self, request):
        try:
            whole = codeop.compile_command(request.content["code"], symbol="exec")
        except (SyntaxError, ValueError, OverflowError):
            self.reply(request, {"status": "invalid"})
        else:
            self.reply(request, {"status": "complete"} if whole else {"status": "incomplete", "indent": "    "})

    def do_inspect(self, request):
        word = NAME.search(request.content["code"][: request.content["cursor_pos"]]).group()
        known = {**vars(builtins), **self.names}
        data = {"text/plain": str(known[word].__doc__)} if word in known else {}
        self.reply(request, {"found": bool(data), "data": data, "metadata": {}})

    def do_history(self, request):
        self.reply(request, {"history": self.history[-request.content.get("n", 10) :]})


if __name__ == "__main__":
    Kernel(sys.argv[-1]).run()
