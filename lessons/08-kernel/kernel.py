"""A Jupyter kernel for Python on five raw ZeroMQ sockets: pyzmq, the standard library, and a shell that runs the cells.

    python kernel.py -f CONNECTION_FILE

Two threads. The *wire* owns the sockets and never runs a cell, so that it always answers: it echoes the heartbeat,
refuses what is not signed, and hands every request on. What came on control is answered there and then; what came on
shell waits for the *main thread*, which runs one cell after the other, and which an interrupt can reach.
What either of them says goes through one outbox, so that what was said first is also heard first.
"""

import argparse
import builtins
import collections
import contextlib
import fnmatch
import getpass
import hmac
import io
import json
import os
import queue
import signal
import socket
import sys
import threading
import time
import traceback
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import zmq

try:
    from shell import Shell  # your own of lesson 07, once a copy of it is beside this file
except ModuleNotFoundError:
    from ipython_shell import Shell  # until then IPython, behind the same few methods

DELIMITER = b"<IDS|MSG>"
VERSION = "5.5"
CHANNELS = {"control": zmq.ROUTER, "shell": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.XPUB, "hb": zmq.ROUTER}
REMEMBERED = 65536  # signatures, so that a message that was listened to is not obeyed a second time
GATHER = 0.05  # seconds for which what a cell prints is gathered into one message
FULL = 10_000  # messages in the outbox, where a cell that prints has to wait


# ---- messages: bytes in, bytes out


@dataclass
class Message:
    """What a message says, and what an answer to it needs: its header as it came, and whom to send to."""

    msg_type: str
    content: dict
    header: bytes
    identities: list
    number: int = 0  # how many had arrived with it


class RefusedError(Exception):
    """These frames are no message for us; the text says why."""


def sign(key, parts):
    """The signature for the frames header to content: HMAC-SHA256 in hexadecimal, nothing if the key is empty."""
    # TODO signature: Return the signature of the four `parts` as bytes. `hmac.new` makes it.
    ### BEGIN SOLUTION
    return hmac.new(key, b"".join(parts), "sha256").hexdigest().encode() if key else b""
    ### END SOLUTION


def pack(key, session, msg_type, content, parent=None, identities=()):
    """The frames of a new message. `parent` is the request that it belongs to."""
    # TODO signature: Return the list of frames: identities, DELIMITER, signature, header, parent_header, metadata,
    # content. The header has a msg_id of its own, the msg_type, the session, a username, the date (ISO 8601, with
    # its zone) and VERSION. The parent_header is the header of `parent`, as it came; without a parent it is {}.
    ### BEGIN SOLUTION
    header = {"msg_id": uuid.uuid4().hex, "msg_type": msg_type, "session": session, "username": "kernel"}
    header |= {"date": datetime.now(UTC).isoformat(), "version": VERSION}
    parts = [json.dumps(header).encode(), parent.header if parent else b"{}", b"{}", json.dumps(content).encode()]
    return [*identities, DELIMITER, sign(key, parts), *parts]
    ### END SOLUTION


def unpack(frames):
    """The message in `frames`."""
    # TODO signature: Return a Message: the msg_type of its header, its content (a dict), its header (bytes), and
    # the frames that stand before DELIMITER.
    ### BEGIN SOLUTION
    start = frames.index(DELIMITER)
    header, content = frames[start + 2], frames[start + 5]
    return Message(json.loads(header)["msg_type"], json.loads(content), header, frames[:start])
    ### END SOLUTION


def refuse(key, frames):
    """Raise RefusedError, and nothing else, unless `frames` are a message that is signed with our key."""
    # TODO refusal: Look for everything that `unpack` takes for granted, whatever the frames are: the delimiter,
    # enough frames after it, our signature, JSON where JSON belongs, a msg_type that is a text.
    ### BEGIN SOLUTION or pass
    if DELIMITER not in frames:
        raise RefusedError("there is no delimiter")
    signature, *parts = frames[frames.index(DELIMITER) + 1 :][:5] or [b""]
    if len(parts) < 4:
        raise RefusedError(f"{len(parts)} frames follow the signature, and four are needed")
    if key and not hmac.compare_digest(signature, sign(key, parts)):
        raise RefusedError("the signature is not ours")
    try:
        header, _, _, content = (json.loads(part) for part in parts)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"this is no JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(header, dict) or not isinstance(header.get("msg_type"), str):
        raise RefusedError("there is no header with a msg_type, or no content")
    ### END SOLUTION


# ---- the wire: a thread that owns the sockets


def bind(context, connection):
    """The five sockets by channel, bound where the connection file says."""
    # TODO sockets: Make a socket of the kind that CHANNELS says for each channel, `context.socket(kind)`, and bind
    # it to TRANSPORT://IP:PORT, where "shell" has its port in connection["shell_port"]. With the transport "ipc"
    # there is a - in place of the second colon. Return a dict of all five. On iopub set sndhwm = 0, so that a
    # listener who is slow misses nothing.
    ### BEGIN SOLUTION
    separator = "-" if connection["transport"] == "ipc" else ":"
    sockets = {}
    for channel, kind in CHANNELS.items():
        sockets[channel] = context.socket(kind)
        sockets[channel].sndhwm = 0
        sockets[channel].bind(
            f"{connection['transport']}://{connection['ip']}{separator}{connection[channel + '_port']}"
        )
    return sockets
    ### END SOLUTION


class Wire(threading.Thread):
    """Calls `deliver(channel, message)` in its own thread for each message that is signed with the kernel's key."""

    def __init__(self, connection, deliver):
        super().__init__(name="wire", daemon=True)
        self.key, self.session = connection["key"].encode(), uuid.uuid4().hex
        self.deliver = deliver
        self.context = zmq.Context()
        self.sockets = bind(self.context, connection)
        self.outbox = collections.deque()  # (channel, frames) to be sent
        self.bell, self.ear = socket.socketpair()  # a byte on it says that there is something in the outbox
        self.bell.setblocking(False)
        self.arrived = 0
        self.seen = {}  # signatures; a dict, because it keeps their order
        self.stream, self.printed = None, []  # what was printed and is not sent yet, and where it belongs

    # Called from any thread.

    def send(self, channel, msg_type, content, parent=None, identities=()):
        """Send a message; `parent` is the request that it belongs to."""
        self.put(channel, pack(self.key, self.session, msg_type, content, parent, identities))

    def publish(self, msg_type, content, parent=None):
        """Send a message to everyone who listens on iopub, with its msg_type as the topic."""
        self.send("iopub", msg_type, content, parent, [msg_type.encode()])

    def say(self, name, text, parent):
        """Publish text that was printed to `name`, stdout or stderr; a moment's worth of it becomes one message."""
        while len(self.outbox) > FULL:
            time.sleep(GATHER)  # a cell that prints faster than anybody listens
        self.put("printed", (name, parent, text))

    def close(self):
        """Send what there is to send, and close the sockets."""
        self.put("close", None)
        self.join()

    def put(self, channel, frames):
        # An interrupt may come between any two steps: to append is one, and so is to ring.
        self.outbox.append((channel, frames))
        with contextlib.suppress(BlockingIOError):  # it rings already
            self.bell.send(b"!")

    # Called in the wire's own thread.

    def run(self):
        """Work until it is over. Without the wire nobody hears the kernel, so what goes wrong here ends it."""
        try:
            self.work()
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            os._exit(1)

    def work(self):
        """Wait for whatever comes first: a message on one of the sockets, or one that is to be sent."""
        channels = {each: channel for channel, each in self.sockets.items()}
        poller = zmq.Poller()
        for each in (self.ear, *channels):
            poller.register(each, zmq.POLLIN)
        self.sockets["iopub"].poll(1000)  # a front-end that asks before it listens would miss the answer
        closing = False
        while not closing:
            ready = [each for each, _ in poller.poll(GATHER * 1000 if self.printed else 1000)]
            for each in ready:
                if each in channels:
                    self.receive(channels[each], each.recv_multipart())
                else:
                    self.ear.recv(4096)
            while self.outbox and not closing:
                channel, frames = self.outbox.popleft()
                closing = channel == "close"
                self.pass_on(channel, frames)
            if not ready:
                self.send_printed()
                if os.getppid() != int(os.environ.get("JPY_PARENT_PID", os.getppid())):
                    os._exit(1)  # whoever started us is gone
        for each in channels:
            each.close(linger=1000)
        self.context.term()

    def receive(self, channel, frames):
        """Take what has arrived on a socket."""
        if channel == "hb":
            self.echo(frames)
        elif channel == "iopub":
            self.welcome(frames[0])
        else:
            try:
                refuse(self.key, frames)
                self.refuse_replay(frames)
            except RefusedError as reason:
                print(f"kernel: refused {len(frames)} frames on {channel}: {reason}", file=sys.__stderr__, flush=True)
                return
            message = unpack(frames)
            self.arrived += 1
            message.number = self.arrived
            self.deliver(channel, message)

    def echo(self, frames):
        """What comes in on the heartbeat socket goes out again."""
        # TODO heartbeat: Send the frames back on self.sockets["hb"], as they are.
        ### BEGIN SOLUTION
        self.sockets["hb"].send_multipart(frames)
        ### END SOLUTION

    def refuse_replay(self, frames):
        """Raise RefusedError if a message with the same signature has been here before."""
        signature = frames[frames.index(DELIMITER) + 1]
        if signature and signature in self.seen:
            raise RefusedError("it has been here before")
        self.seen[signature] = True
        if len(self.seen) > REMEMBERED:
            del self.seen[next(iter(self.seen))]

    def welcome(self, event):
        """Greet a new subscription: whoever hears it knows that nothing is missed from here on."""
        # TODO welcome: An event that begins with b"\x01" is a subscription, and the rest of it the topic. Send an
        # iopub_welcome on self.sockets["iopub"], without a parent, with the content {"subscription": topic} and
        # with the topic as the one frame before the delimiter.
        ### BEGIN SOLUTION or pass
        if event[:1] == b"\x01":
            content = {"subscription": event[1:].decode("utf-8", "replace")}
            frames = pack(self.key, self.session, "iopub_welcome", content, identities=[event[1:]])
            self.sockets["iopub"].send_multipart(frames)
        ### END SOLUTION

    def pass_on(self, channel, frames):
        """Send what somebody put into the outbox."""
        if channel == "printed":
            *stream, text = frames
            if stream != self.stream:
                self.send_printed()
            self.stream = stream
            self.printed.append(text)
        else:
            self.send_printed()
            if channel in self.sockets:
                self.sockets[channel].send_multipart(frames)

    def send_printed(self):
        """Send what was printed since the last time."""
        if self.printed:
            name, parent = self.stream
            content = {"name": name, "text": "".join(self.printed)}
            self.printed = []
            frames = pack(self.key, self.session, "stream", content, parent, [f"stream.{name}".encode()])
            self.sockets["iopub"].send_multipart(frames)


# ---- the kernel: what the requests mean


class Printed(io.TextIOBase):
    """A sys.stdout or sys.stderr whose text goes to iopub, as part of the answer to what runs."""

    encoding = "utf-8"

    def __init__(self, kernel, name):
        self.kernel, self.name = kernel, name

    def writable(self):
        return True

    def write(self, text):
        """Publish `text`; how many characters it has."""
        # TODO execute: Let the kernel's wire say it, under our name and as part of the answer to kernel.request; of an
        # empty text, which some write, nothing.
        ### BEGIN SOLUTION or return sys.__stdout__.write(text)
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self.kernel.wire.say(self.name, text, self.kernel.request)
        return len(text)
        ### END SOLUTION


class Kernel:
    """One shell, and who may ask it what."""

    def __init__(self, connection):
        self.wire = Wire(connection, self.deliver)
        self.shell = Shell(self.show)
        self.requests = queue.SimpleQueue()  # (channel, request) for the main thread; None says that it is over
        self.inputs = queue.SimpleQueue()  # what came on stdin
        self.request = None  # what the main thread is answering, or has answered last
        self.running = False  # whether that is a cell that runs
        self.aborted = 0  # execute_requests up to this number are not run

    def run(self):
        """Answer until a shutdown_request comes."""
        signal.signal(signal.SIGINT, lambda *_: None)  # nothing runs yet that an interrupt could stop
        sys.stdout, sys.stderr = Printed(self, "stdout"), Printed(self, "stderr")
        builtins.input = self.ask
        getpass.getpass = lambda prompt="Password: ", stream=None: self.ask(prompt, password=True)
        self.status("starting", None)
        self.wire.start()
        for channel, self.request in iter(self.requests.get, None):
            self.answer(channel, self.request)
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        self.wire.close()
        if os.getpgrp() == os.getpid():  # what cells have started and left behind ends with us
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)

    def deliver(self, channel, message):
        """Called by the wire, in its thread, for each message."""
        if channel == "control":
            self.control(message)
        elif channel == "stdin":
            self.inputs.put(message)
        else:
            self.requests.put((channel, message))

    def control(self, request):
        """A request that came on control: it need not wait for the cell that runs."""
        # TODO control: Answer it here and now, in the wire's thread.
        ### BEGIN SOLUTION or self.requests.put(("control", request))
        self.answer("control", request)
        ### END SOLUTION

    def answer(self, channel, request):
        """Say busy, do what is asked, reply, say idle: so it is for every request, also one that nobody knows."""
        self.status("busy", request)
        try:
            reply = self.handle(request)
        except (Exception, KeyboardInterrupt) as error:  # what is asked in a wrong way ends the request, not the kernel
            reply = {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}
        if reply is not None:
            kind = request.msg_type.removesuffix("_request") + "_reply"
            self.wire.send(channel, kind, {"status": "ok"} | reply, request, request.identities)
        self.status("idle", request)
        if request.msg_type == "shutdown_request":
            self.end(reply, request)

    def handle(self, request):
        """Do what a request asks for: the content of the reply, None if there is none."""
        if request.msg_type == "execute_request" and request.number <= self.aborted:
            return {"status": "aborted"}
        handler = HANDLERS.get(request.msg_type)
        return handler(self, request) if handler else None

    def status(self, state, request):
        """Tell all who listen that the kernel is starting, is busy with a request, or idle because it is done."""
        # TODO kernel-info: Publish a message of the type status, with the content {"execution_state": state}.
        ### BEGIN SOLUTION or pass
        self.wire.publish("status", {"execution_state": state}, request)
        ### END SOLUTION

    def kernel_info(self, request):
        """kernel_info_request: who we are."""
        # TODO kernel-info: Return protocol_version (VERSION), implementation, implementation_version, banner, and
        # language_info with name, version, mimetype and file_extension.
        ### BEGIN SOLUTION or return {}
        version = ".".join(map(str, sys.version_info[:3]))
        language = {"name": "python", "version": version, "mimetype": "text/x-python", "file_extension": ".py"}
        language |= {"pygments_lexer": "ipython3", "codemirror_mode": {"name": "ipython", "version": 3}}
        return {
            "protocol_version": VERSION,
            "implementation": "mine",
            "implementation_version": "1.0",
            "language_info": language,
            "banner": f"A kernel on five sockets, Python {version}",
            "help_links": [],
            "supported_features": [],
        }
        ### END SOLUTION

    # ---- running cells

    def execute(self, request):
        """execute_request: run a cell."""
        # TODO execute: Take code, silent and store_history from request.content. Publish execute_input, with code
        # and execution_count (self.shell.execution_count), unless it is silent. Run the cell with self.run_cell.
        # If its status is "error" return what self.tell_error(result, request) returns. Else call
        # self.show_result(result, request) and return execution_count, payload, and user_expressions, which
        # self.evaluate makes of the request's.
        ### BEGIN SOLUTION or return None
        asked = request.content
        code, silent = text_in(asked, "code"), bool(asked.get("silent", False))
        if not silent:
            count = self.shell.execution_count
            self.wire.publish("execute_input", {"code": code, "execution_count": count}, request)
        result = self.run_cell(code, silent, bool(asked.get("store_history", True)))
        if result["status"] == "error":
            return self.tell_error(result, request)
        self.show_result(result, request)
        expressions = self.evaluate(asked.get("user_expressions") or {})
        said = {name: result[name] for name in ("execution_count", "payload")}
        return said | {"user_expressions": expressions}
        ### END SOLUTION

    def run_cell(self, code, silent, store_history):
        """What the shell makes of a cell. An interrupt reaches the cell, and at any other moment nothing."""
        # TODO control: While the cell runs, and only then, let signal.default_int_handler take SIGINT: it raises
        # KeyboardInterrupt. Let self.running say that a cell runs.
        ### BEGIN SOLUTION or return self.shell.run_cell(code, silent, store_history)
        idle = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.running = True
        try:
            return self.shell.run_cell(code, silent, store_history)
        finally:
            self.running = False
            signal.signal(signal.SIGINT, idle)
        ### END SOLUTION

    def show_result(self, result, request):
        """Publish the value of a cell, if it has one."""
        # TODO results: If there is "data" in `result`, publish execute_result: execution_count, data and metadata.
        ### BEGIN SOLUTION or pass
        if "data" in result:
            said = {name: result[name] for name in ("execution_count", "data")}
            self.wire.publish("execute_result", said | {"metadata": {}}, request)
        ### END SOLUTION

    def evaluate(self, expressions):
        """The answers to user_expressions, by their names."""
        # TODO results: self.shell.evaluate makes the answer to one expression.
        ### BEGIN SOLUTION or return {}
        return {name: self.shell.evaluate(expression) for name, expression in expressions.items()}
        ### END SOLUTION

    def show(self, msg_type, content):
        """Called by the shell for what a cell shows in the middle of its run: display_data, clear_output."""
        # TODO results: Publish it, as part of the answer to self.request.
        ### BEGIN SOLUTION or pass
        self.wire.publish(msg_type, content, self.request)
        ### END SOLUTION

    def tell_error(self, result, request):
        """Publish the error a cell ended in, and let what waits behind it not run; the content of the reply."""
        # TODO errors: Publish error with ename, evalue and traceback, unless the request was silent. If it has not
        # said stop_on_error false, let self.aborted be the number of the last message that has arrived. Whoever sent
        # many at once cannot have heard of the error yet: give them a moment to arrive. Return status, execution_count
        # and the three fields of the error.
        ### BEGIN SOLUTION or return None
        error = {name: result[name] for name in ("ename", "evalue", "traceback")}
        if not request.content.get("silent", False):
            self.wire.publish("error", error, request)
        if request.content.get("stop_on_error", True):
            time.sleep(GATHER)
            self.aborted = self.wire.arrived
        return {"status": "error", "execution_count": result["execution_count"]} | error
        ### END SOLUTION

    def ask(self, prompt="", password=False):
        """What input() is for a cell: ask the front-end that sent it, and wait for what is typed there."""
        # TODO stdin: Send an input_request with prompt and password on stdin, to the identities of self.request and
        # as part of the answer to it. Then wait for what comes into self.inputs; its content has the value. What lies
        # in self.inputs before you ask is the answer to an earlier question. Raise an error where self.request has
        # said allow_stdin false.
        ### BEGIN SOLUTION
        if not self.request.content.get("allow_stdin", True):
            raise RuntimeError("this front-end does not take questions: the cell may not call input()")
        while not self.inputs.empty():
            self.inputs.get()
        question = {"prompt": str(prompt), "password": password}
        self.wire.send("stdin", "input_request", question, self.request, self.request.identities)
        return self.inputs.get().content["value"]
        ### END SOLUTION

    def interrupt(self, request):
        """interrupt_request: as if the signal had come from outside."""
        # TODO control: Send SIGINT to the main thread with signal.pthread_kill, and return {}.
        ### BEGIN SOLUTION or return None
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        return {}
        ### END SOLUTION

    # ---- what front-ends ask besides

    def complete(self, request):
        """complete_request: what the word at the cursor could become."""
        # TODO assist: self.shell.complete answers but for metadata. code_and_cursor, below, gives what it takes.
        ### BEGIN SOLUTION or return None
        return self.shell.complete(*code_and_cursor(request.content)) | {"metadata": {}}
        ### END SOLUTION

    def inspect(self, request):
        """inspect_request: what is known of the name at the cursor."""
        # TODO assist: Return found, data and metadata. self.shell.inspect gives the data, {} if it knows nothing.
        ### BEGIN SOLUTION or return None
        data = self.shell.inspect(*code_and_cursor(request.content), request.content.get("detail_level", 0))
        return {"found": bool(data), "data": data, "metadata": {}}
        ### END SOLUTION

    def is_complete(self, request):
        """is_complete_request: whether Enter should run the code, or go on in a new line."""
        # TODO assist: self.shell.is_complete answers it. text_in, below, gets the code.
        ### BEGIN SOLUTION or return None
        return self.shell.is_complete(text_in(request.content, "code"))
        ### END SOLUTION

    def history(self, request):
        """history_request: the cells of this session, which is session 0: a range, the last n, or those that match."""
        # TODO assist: self.shell.history has (number, code, output) of each cell. By hist_access_type take those from
        # start to before stop ("range"), those whose code fits the pattern ("search"), which fnmatch.fnmatchcase
        # tells, if unique is set only the last of each code; and of "search" and "tail" the last n. Return history, a
        # list of [0, number, code], or of [0, number, [code, output]] if output is asked for.
        ### BEGIN SOLUTION or return None
        asked, found = request.content, self.shell.history
        kind, n = asked.get("hist_access_type"), asked.get("n") or len(found)
        if kind == "range":
            found = [cell for cell in found if asked["start"] <= cell[0] < (asked.get("stop") or sys.maxsize)]
        if kind == "search":
            found = [cell for cell in found if fnmatch.fnmatchcase(cell[1], asked["pattern"])]
        if kind == "search" and asked.get("unique"):
            found = sorted({cell[1]: cell for cell in found}.values())
        if kind in ("search", "tail"):
            found = found[-n:]
        return {"history": [[0, cell[0], list(cell[1:]) if asked.get("output") else cell[1]] for cell in found]}
        ### END SOLUTION

    def comm_info(self, request):
        """comm_info_request: which widgets there are. None live here."""
        return {"comms": {}}

    def comm_open(self, request):
        """A comm for a target that nobody registered is closed at once."""
        self.wire.publish("comm_close", {"comm_id": request.content["comm_id"], "data": {}}, request)

    # ---- the end

    def shutdown(self, request):
        """shutdown_request: what is said before the end."""
        # TODO shutdown: Return restart, as it came.
        ### BEGIN SOLUTION or return None
        return {"restart": bool(request.content.get("restart", False))}
        ### END SOLUTION

    def end(self, reply, request):
        """Let the main thread come to its end. Called after the reply has been sent."""
        # TODO shutdown: Publish a shutdown_reply as well, for everybody else. Let nothing run that waits
        # (self.aborted = sys.maxsize), and put None into self.requests. A cell that runs is interrupted; if it does not
        # stop within a second, os._exit ends it. Wait for that elsewhere: this is the wire's thread, and what was said
        # above is not sent before it goes on.
        ### BEGIN SOLUTION or pass
        self.wire.publish("shutdown_reply", {"status": "ok"} | reply, request)
        self.aborted = sys.maxsize
        self.requests.put(None)
        if self.running:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            threading.Thread(target=lambda: time.sleep(1) or os._exit(0), daemon=True).start()
        ### END SOLUTION


def text_in(content, name):
    """The text called `name` in a message's content; TypeError if it is no text."""
    if not isinstance(content.get(name), str):
        raise TypeError(f"{name} is {content.get(name)!r}, and a text is needed")
    return content[name]


def code_and_cursor(content):
    """The code, and where the cursor is in it: a number of characters, which a front-end may leave out."""
    code, cursor = text_in(content, "code"), content.get("cursor_pos")
    return code, min(max(cursor, 0), len(code)) if isinstance(cursor, int) else len(code)


HANDLERS = {
    "kernel_info_request": Kernel.kernel_info,
    "execute_request": Kernel.execute,
    "interrupt_request": Kernel.interrupt,
    "complete_request": Kernel.complete,
    "inspect_request": Kernel.inspect,
    "is_complete_request": Kernel.is_complete,
    "history_request": Kernel.history,
    "comm_info_request": Kernel.comm_info,
    "comm_open": Kernel.comm_open,
    "shutdown_request": Kernel.shutdown,
}


def main():
    """Read the connection file, bind the sockets, answer."""
    parser = argparse.ArgumentParser(description="A Jupyter kernel on five raw sockets.")
    parser.add_argument("-f", dest="connection_file", required=True, type=Path)
    connection = json.loads(parser.parse_args().connection_file.read_text())
    Kernel(connection).run()


if __name__ == "__main__":
    main()
