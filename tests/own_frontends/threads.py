"""A front-end in another way: a thread for each socket puts what comes into one queue."""

import contextlib
import glob
import hashlib
import hmac
import json
import os
import queue
import secrets
import shutil
import signal
import socket
import string
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone

import zmq

START_SECONDS = 60


class KernelError(Exception):
    pass


def find_kernels():
    roots = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    roots.append(os.path.join(sys.prefix, "share", "jupyter"))
    roots += [os.path.expanduser("~/.local/share/jupyter"), "/usr/local/share/jupyter", "/usr/share/jupyter"]
    there = {}
    for root in reversed([root for root in roots if root]):
        for file in glob.glob(os.path.join(root, "kernels", "*", "kernel.json")):
            folder = os.path.dirname(file)
            there[os.path.basename(folder).lower()] = folder
    return there


def read_spec(folder):
    file = os.path.join(folder, "kernel.json")
    with contextlib.suppress(Exception):
        with open(file) as opened:
            spec = json.load(opened)
        if isinstance(spec["argv"], list):
            usual = {"env": {}, "interrupt_mode": "signal", "display_name": os.path.basename(folder)}
            return usual | spec
    raise KernelError("no good: " + file)


def new_connection(folder, transport="tcp"):
    names = ["hb_port", "iopub_port", "stdin_port", "control_port", "shell_port"]
    made = {"transport": transport, "key": secrets.token_hex(20), "signature_scheme": "hmac-sha256"}
    if transport == "ipc":
        return made | {name: number for number, name in enumerate(names, 1)} | {"ip": os.path.join(folder, "s")}
    with contextlib.ExitStack() as stack:
        for name in names:
            made[name] = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
    return made | {"ip": "127.0.0.1"}


def write_private(path, text):
    old = os.umask(0o077)
    try:
        with open(path, "w") as file:
            file.write(text)
    finally:
        os.umask(old)


def as_text(kind, content):
    data = content.get("data", {})
    value = data.get("text/plain", "<" + ", ".join(sorted(data)) + ">") if isinstance(data, dict) else ""
    return {
        "stream": lambda: content["text"],
        "error": lambda: "".join(
            f"{line}\n" for line in content["traceback"] or [content["ename"] + ": " + content["evalue"]]
        ),
        "execute_result": lambda: f"Out[{content['execution_count']}]: {value}\n",
        "display_data": lambda: value + "\n",
        "update_display_data": lambda: value + "\n",
        "clear_output": lambda: "\x1b[2J\x1b[H",
    }.get(kind, str)()


class FrontEnd:
    def __init__(self, show, ask):
        self.show, self.ask, self.inbox = show, ask, queue.Queue()
        self.name, self.process, self.open = secrets.token_hex(8), None, {}

    def start(self, name, transport="tcp"):
        self.home = find_kernels().get(name.lower()) or self.fail(f"no kernel {name}")
        self.spec = read_spec(self.home)
        self.folder = tempfile.mkdtemp()
        self.connection = new_connection(self.folder, transport)
        self.file = os.path.join(self.folder, "kernel.json")
        write_private(self.file, json.dumps(self.connection))
        self.begin()

    def fail(self, text):
        raise KernelError(text)

    def begin(self):
        fill = {"{connection_file}": self.file, "{resource_dir}": str(self.home)}
        argv = []
        for part in self.spec["argv"]:
            for brace, text in fill.items():
                part = part.replace(brace, text)
            argv.append(part)
        variables = dict(os.environ)
        variables.update(
            {name: string.Template(text).safe_substitute(os.environ) for name, text in self.spec["env"].items()}
        )
        self.log = open(os.path.join(self.folder, "log"), "w+")
        try:
            self.process = subprocess.Popen(
                argv, env=variables, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=os.setsid
            )
        except OSError as error:
            self.fail(f"{argv[0]}: {error}")
        self.alive, self.inbox = threading.Event(), queue.Queue()
        self.context = zmq.Context()
        for channel in ("shell", "control", "stdin", "iopub"):
            threading.Thread(
                target=self.listen, args=(channel, self.alive, self.inbox, self.context), daemon=True
            ).start()
        waiting, deadline = {"shell", "iopub"}, time.monotonic() + START_SECONDS
        while waiting:
            if time.monotonic() > deadline:
                self.fail("no answer")
            self.send("shell", "kernel_info_request", {})
            until = time.monotonic() + 0.5
            while waiting and time.monotonic() < until:
                with contextlib.suppress(queue.Empty):
                    waiting.discard(self.next(0.1)[0])
        with contextlib.suppress(queue.Empty):
            while True:
                self.next(0.2)

    def listen(self, channel, alive, inbox, context):
        """Own the socket of one channel: what comes goes into the inbox, what is to be sent comes through a pair."""
        kind = zmq.SUB if channel == "iopub" else zmq.DEALER
        wire, orders = context.socket(kind), context.socket(zmq.PULL)
        orders.bind(f"inproc://{channel}-{id(inbox)}")
        wire.linger = orders.linger = 0
        if channel == "iopub":
            wire.subscribe("")
        else:
            wire.identity = self.name.encode()
        between = "-" if self.connection["transport"] == "ipc" else ":"
        wire.connect("{transport}://{ip}".format(**self.connection) + between + str(self.connection[channel + "_port"]))
        while not alive.is_set():
            for ready in zmq.select([wire, orders], [], [], 0.1)[0]:
                if ready is orders:
                    wire.send_multipart(orders.recv_multipart())
                else:
                    inbox.put((channel, wire.recv_multipart()))
        wire.close(linger=200)
        orders.close()

    def digest(self, parts):
        return hmac.HMAC(self.connection["key"].encode(), b"".join(parts), hashlib.sha256).hexdigest().encode()

    def send(self, channel, kind, content, parent=None):
        now = datetime.now(timezone.utc).isoformat()
        header = {"msg_id": secrets.token_hex(16), "msg_type": kind, "session": self.name, "username": "u", "date": now}
        parts = [json.dumps(part).encode() for part in (header | {"version": "5.3"}, parent or {}, {}, content)]
        with self.context.socket(zmq.PUSH) as door:
            door.linger = 1000
            door.connect(f"inproc://{channel}-{id(self.inbox)}")
            door.send_multipart([b"<IDS|MSG>", self.digest(parts), *parts])
        return header["msg_id"]

    def next(self, seconds):
        """(channel, msg_type, parent, content, header) of the next message that is signed."""
        until = time.monotonic() + seconds
        while True:
            try:
                channel, frames = self.inbox.get(timeout=max(0.01, until - time.monotonic()))
            except queue.Empty:
                if self.process.poll() is not None:
                    self.log.seek(0)
                    self.fail("the kernel has died: " + self.log.read()[-400:])
                raise
            at = frames.index(b"<IDS|MSG>")
            if frames[at + 1] == self.digest(frames[at + 2 : at + 6]):
                header, parent, _, content = map(json.loads, frames[at + 2 : at + 6])
                return channel, header["msg_type"], parent, content, header

    def execute(self, code):
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": True, "stop_on_error": True}
        mine, ends = self.send("shell", "execute_request", content | {"user_expressions": {}}), {}
        while len(ends) < 2:
            try:
                channel, kind, parent, content, header = self.next(1)
                ours = parent.get("msg_id") == mine
                if kind == "input_request":
                    typed = self.ask(content["prompt"], content["password"])
                    self.send("stdin", "input_reply", {"value": typed}, header)
                elif channel == "shell" and ours:
                    ends["reply"] = content
                elif kind == "status":
                    if ours and content["execution_state"] == "idle":
                        ends["idle"] = True
                elif channel == "iopub" and parent.get("session") == self.name:
                    self.show(kind, content)
            except queue.Empty:
                pass
            except KeyboardInterrupt:
                self.interrupt()
        return ends["reply"]

    def interrupt(self):
        if self.spec["interrupt_mode"] == "message":
            self.send("control", "interrupt_request", {})
        else:
            os.killpg(os.getpgid(self.process.pid), signal.SIGINT)

    def over(self, restart):
        if self.process is None:
            return
        self.send("control", "shutdown_request", {"restart": restart})
        for _ in range(50):
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.alive.set()
        self.log.close()
        self.process = None

    def restart(self):
        self.over(True)
        self.begin()

    def stop(self):
        self.over(False)
        shutil.rmtree(self.folder, ignore_errors=True)
