"""A Jupyter front-end in the terminal: it finds the kernels, starts one, sends cells and shows what comes back.

    python frontend.py              which kernels there are
    python frontend.py python3      a prompt; Ctrl-C interrupts the cell, Ctrl-D ends, :restart starts the kernel anew

It runs none of your code and knows no language: pyzmq and the standard library are all that it stands on.

    front = FrontEnd(show, ask)     show(msg_type, content) hears what a cell shows, ask(prompt, password) types
    front.start("python3")
    front.execute("6 * 7")          the content of the execute_reply
    front.interrupt(), front.restart(), front.stop()
"""

import contextlib
import getpass
import hmac
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import zmq

DELIMITER = b"<IDS|MSG>"
CHANNELS = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB, "hb": zmq.REQ}
START_SECONDS = 60
PATIENCE = 5  # seconds for a kernel to end by itself


class KernelError(Exception):
    """The kernel cannot be found, does not start, or has died."""


# ---- which kernels there are


def data_folders():
    """Where Jupyter keeps its data, in the order in which it looks: JUPYTER_PATH, the person, the environment, the system."""
    home = Path.home() / ("Library/Jupyter" if sys.platform == "darwin" else ".local/share/jupyter")
    if "XDG_DATA_HOME" in os.environ and sys.platform != "darwin":
        home = Path(os.environ["XDG_DATA_HOME"], "jupyter")
    mine = [Path(os.environ.get("JUPYTER_DATA_DIR") or home), Path(sys.prefix, "share", "jupyter")]
    if sys.prefix != sys.base_prefix:
        mine.reverse()  # in an environment its own kernels come first
    path = [Path(folder) for folder in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if folder]
    return [*path, *mine, Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter")]


def find_kernels():
    """The folder of each kernelspec by its name in small letters; of two with one name the first that is found counts."""
    # TODO kernels: A kernelspec is a folder DATA/kernels/NAME with a kernel.json in it. `data_folders()` has the DATA
    # folders in order; some may not be there.
    ### BEGIN SOLUTION
    found = {}
    for data in data_folders():
        for file in sorted(data.glob("kernels/*/kernel.json")):
            found.setdefault(file.parent.name.lower(), file.parent)
    return found
    ### END SOLUTION


def read_spec(folder):
    """What kernel.json says, with env, interrupt_mode and display_name in any case; KernelError if it cannot be used."""
    # TODO kernels: It is JSON, and argv has to be a list. Without them env is {}, interrupt_mode "signal", and
    # display_name the folder's name. The text of the error names the file.
    ### BEGIN SOLUTION
    try:
        spec = json.loads((folder / "kernel.json").read_text(encoding="utf-8"))
        return {"env": {}, "interrupt_mode": "signal", "display_name": folder.name, **spec, "argv": list(spec["argv"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KernelError(f"{folder / 'kernel.json'} cannot be used: {error!r}") from None
    ### END SOLUTION


# ---- where the kernel will listen, and how it is started


def new_connection(folder, transport="tcp"):
    """What a connection file says: five free ports, or with ipc five names in `folder`, and a new key."""
    # TODO connection: Return a dict with transport, ip, key (a new text nobody can guess), signature_scheme, which is
    # "hmac-sha256", and a number for "shell_port" and the other four of CHANNELS. With tcp the ip is 127.0.0.1 and the
    # system gives a free port to a socket that is bound to port 0: hold all five before you close them, so that no two
    # are the same. With ipc the ip is a path in `folder`, and the ports are 1 to 5.
    ### BEGIN SOLUTION
    if transport == "ipc":
        ip, ports = str(Path(folder, "kernel")), range(1, 6)
    else:
        held = [socket.socket() for _ in CHANNELS]
        for each in held:
            each.bind(("127.0.0.1", 0))
        ip, ports = "127.0.0.1", [each.getsockname()[1] for each in held]
        for each in held:
            each.close()
    return {
        **{f"{channel}_port": port for channel, port in zip(CHANNELS, ports, strict=True)},
        "ip": ip,
        "transport": transport,
        "key": uuid.uuid4().hex,
        "signature_scheme": "hmac-sha256",
    }
    ### END SOLUTION


def write_private(path, text):
    """Write a file that only its owner can read: whoever has the key can run code as you."""
    # TODO connection: `os.open` takes the mode of a file that it makes, 0o600, and gives a number for `os.fdopen`.
    ### BEGIN SOLUTION
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    ### END SOLUTION


def command(spec, folder, connection_file):
    """The kernel's command line: argv with what stands in braces filled in."""
    # TODO launch: {connection_file} and {resource_dir}, which is the folder of the kernelspec, may stand anywhere in an
    # item of spec["argv"]. Any other braces stay.
    ### BEGIN SOLUTION
    known = {"{connection_file}": str(connection_file), "{resource_dir}": str(folder)}
    return [re.sub(r"\{\w+\}", lambda m: known.get(m[0], m[0]), part) for part in spec["argv"]]
    ### END SOLUTION


def environment(spec):
    """The kernel's environment variables: ours, and its own, in which ${NAME} stands for one of ours."""
    # TODO launch: spec["env"] has its own, which come last. A ${NAME} that we do not have stays.
    ### BEGIN SOLUTION
    own = {
        name: re.sub(r"\$\{(\w+)\}", lambda m: os.environ.get(m[1], m[0]), text) for name, text in spec["env"].items()
    }
    return {**os.environ, **own}
    ### END SOLUTION


# ---- messages


def sign(key, parts):
    """The signature for the frames header to content: HMAC-SHA256 in hexadecimal, nothing if the key is empty."""
    # TODO messages: Return the signature of the four `parts` as bytes. `hmac.new` makes it.
    ### BEGIN SOLUTION
    return hmac.new(key, b"".join(parts), "sha256").hexdigest().encode() if key else b""
    ### END SOLUTION


def pack(key, header, content, parent):
    """The frames of a message; `parent` is the header of the one that it answers, or {}."""
    # TODO messages: Return DELIMITER, the signature, and header, parent, metadata ({}) and content as JSON.
    ### BEGIN SOLUTION
    parts = [json.dumps(part).encode() for part in (header, parent, {}, content)]
    return [DELIMITER, sign(key, parts), *parts]
    ### END SOLUTION


def unpack(key, frames):
    """The message in `frames`: a dict with header, parent_header and content; None if it is not signed with our key."""
    # TODO messages: What stands before DELIMITER does not matter here. Compare signatures with hmac.compare_digest.
    ### BEGIN SOLUTION
    start = frames.index(DELIMITER)
    signature, parts = frames[start + 1], frames[start + 2 : start + 6]
    if not hmac.compare_digest(signature, sign(key, parts)):
        return None
    header, parent, _, content = (json.loads(part) for part in parts)
    return {"header": header, "parent_header": parent, "content": content}
    ### END SOLUTION


# ---- one kernel and a front-end to it


class FrontEnd:
    """Drives one kernel at a time."""

    def __init__(self, show, ask):
        self.show, self.ask = show, ask
        self.session = uuid.uuid4().hex
        self.context = zmq.Context()
        self.process, self.sockets = None, {}

    def start(self, name, transport="tcp"):
        """Start the kernel called `name`, connect to it, and return when it answers and nothing is missed."""
        self.folder = find_kernels().get(name.lower())
        if self.folder is None:
            raise KernelError(f"there is no kernel {name!r}; there are {', '.join(find_kernels()) or 'none'}")
        self.spec = read_spec(self.folder)
        self.place = tempfile.TemporaryDirectory(prefix="frontend-")
        self.connection = new_connection(self.place.name, transport)
        self.key = self.connection["key"].encode()
        self.file = Path(self.place.name, "kernel.json")
        write_private(self.file, json.dumps(self.connection))
        self.launch()
        self.connect()
        self.wait_until_ready()

    def launch(self):
        """Start the kernel's process; what it writes to stdout and stderr goes into self.log."""
        self.log = Path(self.place.name, "log").open("w+b")
        # TODO launch: Let self.process be a subprocess.Popen of the command for self.spec, self.folder and self.file,
        # in its environment, with stdin closed, and with start_new_session=True, so that a Ctrl-C in this terminal is
        # ours to pass on. Raise a KernelError that names the program if it cannot be started.
        ### BEGIN SOLUTION
        try:
            self.process = subprocess.Popen(
                command(self.spec, self.folder, self.file),
                env=environment(self.spec),
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
                start_new_session=True,
            )
        except OSError as error:
            raise KernelError(f"{self.spec['argv'][0]} cannot be started: {error.strerror}") from None
        ### END SOLUTION

    def connect(self):
        """A socket to each of the five that the kernel binds, in self.sockets by channel."""
        # TODO messages: Make a socket of the kind that CHANNELS says, with linger = 0, and connect it to
        # TRANSPORT://IP:PORT, or TRANSPORT://IP-PORT with ipc. The DEALERs need one identity, the same bytes for all
        # three: the kernel asks for input under the name that sent the cell. Let iopub subscribe to b"".
        ### BEGIN SOLUTION
        separator = "-" if self.connection["transport"] == "ipc" else ":"
        identity = uuid.uuid4().hex.encode()
        for channel, kind in CHANNELS.items():
            each = self.sockets[channel] = self.context.socket(kind)
            each.linger = 0
            if kind == zmq.DEALER:
                each.identity = identity
            port = self.connection[f"{channel}_port"]
            each.connect(f"{self.connection['transport']}://{self.connection['ip']}{separator}{port}")
        self.sockets["iopub"].subscribe(b"")
        ### END SOLUTION

    def wait_until_ready(self):
        """Return when the kernel has answered, and what it publishes is heard; KernelError after START_SECONDS."""
        # TODO ready: Send a kernel_info_request on shell, again each second, until an answer to one of them is there on
        # shell and anything has come on iopub: what is published before we are subscribed is lost. Take what else is
        # on its way then, so that nothing of it is left for the first cell.
        ### BEGIN SOLUTION or self.send("shell", "kernel_info_request", {})
        deadline, waiting = time.monotonic() + START_SECONDS, {"shell", "iopub"}
        while waiting:
            if time.monotonic() > deadline:
                raise KernelError(f"the kernel did not answer within {START_SECONDS} s")
            self.send("shell", "kernel_info_request", {})
            for channel, _ in self.receive(seconds=1):
                waiting.discard(channel)
        while self.receive(seconds=0.1):
            pass
        ### END SOLUTION

    def send(self, channel, msg_type, content, parent=None):
        """Send a message; its msg_id."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": msg_type, "session": self.session, "username": "you"}
        header |= {"date": datetime.now(UTC).isoformat(), "version": "5.4"}
        self.sockets[channel].send_multipart(pack(self.key, header, content, parent or {}))
        return header["msg_id"]

    def receive(self, seconds):
        """The messages that are there, as (channel, message), after waiting for the first at most so many seconds.

        KernelError, with the last words of the kernel, if it has died.
        """
        poller = zmq.Poller()
        for channel in ("iopub", "stdin", "shell", "control"):
            poller.register(self.sockets[channel], zmq.POLLIN)
        ready = dict(poller.poll(seconds * 1000))
        if not ready and self.process.poll() is not None:
            self.log.seek(0)
            said = self.log.read().decode(errors="replace").strip()[-500:] or "nothing"
            raise KernelError(f"the kernel has died with exit code {self.process.returncode}; it said: {said}")
        came = [(channel, each.recv_multipart()) for channel, each in self.sockets.items() if each in ready]
        messages = [(channel, unpack(self.key, frames)) for channel, frames in came]
        return [(channel, message) for channel, message in messages if message]

    # ---- what a person does

    def execute(self, code):
        """Run a cell, show what it shows; the content of its reply. A KeyboardInterrupt is passed on to the kernel."""
        asked = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        request = self.send("shell", "execute_request", {**asked, "allow_stdin": True, "stop_on_error": True})
        # TODO execute: Receive, again and again, until the reply is there on shell AND a status idle on iopub, in
        # whichever order; both have `request` as the msg_id of their parent_header. What else comes on iopub as an
        # answer to anything of self.session, but a status, goes to self.show(msg_type, content): others may use the
        # same kernel. An input_request goes to self.answer(message). On KeyboardInterrupt call self.interrupt() and
        # go on: the cell ends with an error, and its reply is still to come.
        ### BEGIN SOLUTION
        reply, idle = None, False
        while reply is None or not idle:
            try:
                for channel, message in self.receive(seconds=1):
                    msg_type, content = message["header"]["msg_type"], message["content"]
                    ours = message["parent_header"].get("msg_id") == request
                    if channel == "shell" and ours:
                        reply = content
                    elif msg_type == "status":
                        idle = idle or (ours and content["execution_state"] == "idle")
                    elif msg_type == "input_request":
                        self.answer(message)
                    elif channel == "iopub" and message["parent_header"].get("session") == self.session:
                        self.show(msg_type, content)
            except KeyboardInterrupt:
                self.interrupt()
        return reply
        ### END SOLUTION

    def answer(self, question):
        """Let somebody type what the kernel asked for, and send it."""
        # TODO input: self.ask(prompt, password) gives what was typed. Send an input_reply on stdin, with that as its
        # "value" and the header of the question as its parent.
        ### BEGIN SOLUTION or pass
        content = question["content"]
        value = self.ask(content["prompt"], content.get("password", False))
        self.send("stdin", "input_reply", {"value": value}, question["header"])
        ### END SOLUTION

    def interrupt(self):
        """Stop what the kernel runs: by a message if its kernelspec says so, else by the signal of Ctrl-C."""
        # TODO interrupt: An interrupt_request goes to control. A signal goes to the kernel and to all it has started,
        # which are a process group with the number of the process: `os.killpg`.
        ### BEGIN SOLUTION
        if self.spec["interrupt_mode"] == "message":
            self.send("control", "interrupt_request", {})
        else:
            os.killpg(self.process.pid, signal.SIGINT)
        ### END SOLUTION

    def restart(self):
        """A new process in the place of the old one, with the same connection file: nothing that was in memory is left."""
        # TODO restart: `end` the old one, then do what `start` does from `launch` on.
        ### BEGIN SOLUTION
        self.end(restart=True)
        self.launch()
        self.connect()
        self.wait_until_ready()
        ### END SOLUTION

    def stop(self):
        """End the kernel, and take away what was made for it."""
        if self.process:
            self.end(restart=False)
            self.place.cleanup()

    def end(self, restart):
        """Ask the kernel to end; one that does not is killed, with all it has started. Close what belongs to it."""
        # TODO restart: Send a shutdown_request with `restart` on control. Give the process PATIENCE seconds, then kill
        # its process group, which may be gone, and wait for the process. Close self.log and the sockets, and let
        # self.process be None.
        ### BEGIN SOLUTION or self.process.kill()
        self.send("control", "shutdown_request", {"restart": restart})
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        self.log.close()
        for each in self.sockets.values():
            each.close()
        ### END SOLUTION


# ---- the terminal


def as_text(msg_type, content):
    """What a terminal can show of a message, nothing if it is not meant for people."""
    # TODO render: A stream is its text. An error is the lines of its traceback, or "ENAME: EVALUE" if it has none. An
    # execute_result is "Out[COUNT]: " and its text/plain, display_data and update_display_data are that text; where
    # there is no text/plain name the forms there are, sorted: "<image/png, text/html>". A clear_output is
    # "\x1b[2J\x1b[H", with which a terminal clears its screen. All but streams and clear_output end with a new line.
    ### BEGIN SOLUTION or return ""
    if msg_type == "stream":
        return content["text"]
    if msg_type == "error":
        return "\n".join(content["traceback"] or [f"{content['ename']}: {content['evalue']}"]) + "\n"
    if msg_type in ("execute_result", "display_data", "update_display_data"):
        data = content["data"]
        text = data.get("text/plain") or f"<{', '.join(sorted(data))}>"
        return f"Out[{content['execution_count']}]: {text}\n" if msg_type == "execute_result" else f"{text}\n"
    if msg_type == "clear_output":
        return "\x1b[2J\x1b[H"
    return ""
    ### END SOLUTION


def show(msg_type, content):
    """Write it where it belongs, at once."""
    stream = sys.stderr if content.get("name") == "stderr" else sys.stdout
    stream.write(as_text(msg_type, content))
    stream.flush()


def ask(prompt, password):
    """What somebody types; a password is not shown."""
    return getpass.getpass(prompt) if password else input(prompt)


def talk(front):
    """Read a cell, run it, show what comes, and again, until Ctrl-D."""
    count = 1
    while True:
        code = input(f"In [{count}]: ")
        if code == ":restart":
            front.restart()
            count = 1
        elif code:
            reply = front.execute(code)
            count = reply.get("execution_count", count) + 1
            for page in reply.get("payload", []):
                if page.get("source") == "ask_exit":
                    return
                print(page.get("data", {}).get("text/plain", ""))


def main():
    """List the kernels, or talk to one."""
    if len(sys.argv) < 2:
        for name, folder in find_kernels().items():
            print(f"{name:<12} {folder}")
        return
    front = FrontEnd(show, ask)
    try:
        front.start(sys.argv[1])
        talk(front)
    except EOFError:
        print()
    finally:
        front.stop()


if __name__ == "__main__":
    try:
        main()
    except KernelError as problem:
        sys.exit(f"frontend: {problem}")
