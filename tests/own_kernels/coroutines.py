"""A kernel on asyncio: an event loop in a thread has a task for each socket, and the main thread runs the cells."""

import argparse
import asyncio
import builtins
import fnmatch
import getpass
import hashlib
import hmac
import json
import os
import queue
import re
import signal
import sys
import threading
import uuid
from datetime import UTC, datetime

import zmq
import zmq.asyncio
from ipython_shell import Shell

parser = argparse.ArgumentParser()
parser.add_argument("-f")
with open(parser.parse_args().f, encoding="utf-8") as described:
    INFO = json.load(described)
KEY = INFO["key"].encode()
SESSION = uuid.uuid4().hex
MAIN = threading.main_thread().ident


def digest(parts):
    if not KEY:
        return b""
    made = hmac.HMAC(KEY, digestmod=hashlib.sha256)
    for part in parts:
        made.update(part)
    return made.hexdigest().encode("ascii")


def compose(msg_type, content, parent, front):
    now = datetime.now(UTC).isoformat()
    header = {"msg_id": uuid.uuid4().hex, "msg_type": msg_type, "session": SESSION, "username": "a", "date": now}
    parts = [json.dumps(header | {"version": "5.4"}).encode(), parent, b"{}", json.dumps(content).encode()]
    return [*front, b"<IDS|MSG>", digest(parts), *parts]


class Request:
    """A request that was signed with the key; ValueError and its like for anything else."""

    def __init__(self, channel, frames, known):
        start = frames.index(b"<IDS|MSG>")
        self.channel, self.identities = channel, frames[:start]
        signature, parts = frames[start + 1], frames[start + 2 : start + 6]
        if KEY and (not hmac.compare_digest(digest(parts), signature) or signature in known):
            raise ValueError("bad signature")
        header, _, _, self.content = (json.loads(part.decode("utf-8")) for part in parts)
        self.kind, self.header = header["msg_type"] + "", parts[0]
        self.content.items()
        known.add(signature)


class Kernel:
    def __init__(self):
        self.todo, self.typed = queue.Queue(), queue.Queue()
        self.current, self.busy, self.count, self.skip = None, False, 0, 0
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        threading.Thread(target=self.loop.run_until_complete, args=(self.serve(),), daemon=True).start()
        self.ready.wait()
        self.shell = Shell(lambda kind, content: self.publish(kind, content, self.current))

    async def serve(self):
        context = zmq.asyncio.Context()
        self.sockets, known, dash = {}, set(), ":" if INFO["transport"] == "tcp" else "-"
        kinds = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.XPUB, "hb": zmq.REP}
        for name, kind in kinds.items():
            self.sockets[name] = context.socket(kind)
            self.sockets[name].bind(f"{INFO['transport']}://{INFO['ip']}{dash}{INFO[name + '_port']}")
        self.outgoing = asyncio.Queue()
        self.ready.set()
        await asyncio.gather(
            self.post(), self.beat(), self.greet(), *(self.hear(name, known) for name in list(kinds)[:3])
        )

    async def post(self):
        while True:
            channel, frames = await self.outgoing.get()
            if channel == "end":
                await asyncio.sleep(0.1)
                os._exit(0)
            await self.sockets[channel].send_multipart(frames)

    async def beat(self):
        while True:
            await self.sockets["hb"].send(await self.sockets["hb"].recv())

    async def greet(self):
        while True:
            event = await self.sockets["iopub"].recv()
            if event.startswith(b"\x01"):
                topic = event[1:]
                frames = compose("iopub_welcome", {"subscription": topic.decode("utf-8")}, b"{}", [topic])
                await self.sockets["iopub"].send_multipart(frames)

    async def hear(self, name, known):
        while True:
            frames = await self.sockets[name].recv_multipart()
            try:
                request = Request(name, frames, known)
            except Exception as error:
                print("kernel: ignored a message:", repr(error), file=sys.__stderr__, flush=True)
                continue
            self.count += 1
            request.number = self.count
            if name == "control":
                self.answer(request)
            else:
                (self.todo if name == "shell" else self.typed).put(request)

    def put(self, channel, frames):
        self.loop.call_soon_threadsafe(self.outgoing.put_nowait, (channel, frames))

    def publish(self, kind, content, request):
        self.put("iopub", compose(kind, content, request.header if request else b"{}", [kind.encode()]))

    def answer(self, request):
        self.publish("status", {"execution_state": "busy"}, request)
        method = getattr(self, "on_" + request.kind, None)
        try:
            reply = method(request) if method else None
        except (Exception, KeyboardInterrupt) as error:
            reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        if reply is not None:
            kind = request.kind[: -len("request")] + "reply"
            self.put(request.channel, compose(kind, {"status": "ok"} | reply, request.header, request.identities))
        self.publish("status", {"execution_state": "idle"}, request)
        if request.kind == "shutdown_request":
            self.publish("shutdown_reply", {"status": "ok"} | reply, request)
            self.put("end", [])

    def on_kernel_info_request(self, _):
        language = {"name": "python", "version": "3", "mimetype": "text/x-python", "file_extension": ".py"}
        mine = {"implementation": "coroutines", "implementation_version": "1", "banner": "tasks"}
        return mine | {"protocol_version": "5.4", "language_info": language}

    def on_execute_request(self, request):
        if request.number <= self.skip:
            return {"status": "aborted"}
        asked = request.content
        silent = asked.get("silent", False)
        if not silent:
            head = {"code": asked["code"], "execution_count": self.shell.execution_count}
            self.publish("execute_input", head, request)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.busy = True
        try:
            result = self.shell.run_cell(asked["code"], silent, asked.get("store_history", True))
        finally:
            self.busy = False
            signal.signal(signal.SIGINT, nothing)
        if result["status"] == "error":
            self.publish("error", {name: result[name] for name in ("ename", "evalue", "traceback")}, request)
            if asked.get("stop_on_error", True):
                threading.Event().wait(0.05)
                self.skip = self.count
            return result
        if "data" in result:
            shown = {"data": result.pop("data"), "metadata": {}, "execution_count": result["execution_count"]}
            self.publish("execute_result", shown, request)
        expressions = asked.get("user_expressions") or {}
        return result | {"user_expressions": {name: self.shell.evaluate(each) for name, each in expressions.items()}}

    def on_complete_request(self, request):
        return self.shell.complete(request.content["code"], request.content["cursor_pos"]) | {"metadata": {}}

    def on_inspect_request(self, request):
        data = self.shell.inspect(request.content["code"], request.content["cursor_pos"], 0)
        return {"found": len(data) > 0, "data": data, "metadata": {}}

    def on_is_complete_request(self, request):
        return self.shell.is_complete(request.content["code"])

    def on_history_request(self, request):
        asked, cells = request.content, list(self.shell.history)
        way = asked.get("hist_access_type", "tail")
        if way == "range":
            cells = [cell for cell in cells if cell[0] in range(asked["start"], asked["stop"])]
        elif way == "search":
            fits = re.compile(fnmatch.translate(asked["pattern"])).match
            cells = [cell for cell in cells if fits(cell[1])]
            if asked.get("unique"):
                cells = list({code: (number, code, shown) for number, code, shown in cells}.values())
        if way != "range" and asked.get("n"):
            cells = cells[-asked["n"] :]
        return {"history": [(0, n, (code, shown) if asked.get("output") else code) for n, code, shown in cells]}

    def on_interrupt_request(self, _):
        if self.busy:
            signal.pthread_kill(MAIN, signal.SIGINT)
        return {}

    def on_shutdown_request(self, request):
        return {"restart": request.content.get("restart", False)}

    def ask(self, prompt="", secret=False):
        if self.current.content.get("allow_stdin") is False:
            raise RuntimeError("this front-end takes no questions")
        content = {"prompt": str(prompt), "password": secret}
        self.put("stdin", compose("input_request", content, self.current.header, self.current.identities))
        return self.typed.get().content["value"]


class Stream:
    def __init__(self, kernel, name):
        self.kernel, self.name = kernel, name

    def write(self, text):
        if text:
            self.kernel.publish("stream", {"name": self.name, "text": text}, self.kernel.current)
        return len(text)

    def flush(self):
        pass


def nothing(*_):
    pass


if __name__ == "__main__":
    signal.signal(signal.SIGINT, nothing)
    kernel = Kernel()
    sys.stdout, sys.stderr = Stream(kernel, "stdout"), Stream(kernel, "stderr")
    builtins.input = kernel.ask
    getpass.getpass = lambda prompt="", stream=None: kernel.ask(prompt, True)
    kernel.publish("status", {"execution_state": "starting"}, None)
    while True:
        kernel.current = kernel.todo.get()
        kernel.answer(kernel.current)
