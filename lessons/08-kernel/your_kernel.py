# %% [markdown]
# # 08 Your own kernel: five sockets and a loop
#
# **Goal.** You have written a Jupyter kernel on raw ZeroMQ sockets, `kernel.py` beside this notebook, that the real JupyterLab runs; and you know what each of its messages is for.
#
# You write `kernel.py` in any editor, JupyterLab's own will do: double-click the file.
# It has holes, each a function with a `TODO` that names its stage; what stands around them is the frame they hang in.
# In a terminal of JupyterLab (*File*, *New*, *Terminal*; in any other after `. ./scripts/activate` in the folder of the workshop)
#
#     seams check 08-kernel --watch
#
# tries stage after stage each time you save, stops at the first that is not right, and shows what came beside what was expected.
# This notebook tells what each stage is about and shows the frames with which the IPython kernel does it.
#
# Stuck? `%hint 08-kernel.sockets` shows one hint at a time; `seams solution 08-kernel.sockets` prints the functions of one stage, if your kit came with solutions.
# Nothing of the frame is sacred: a kernel of your own from the first line on, with `asyncio`, with a thread for each socket, with one loop for all, passes the same checks.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "messages with which a kernel answers the cell `print('hello')`": ...,  # a number
    "of these, on shell, where it was asked": ...,  # a number
    "what of a request the parent_header of every answer is": ...,  # "its msg_id", "its header" or "its content"
    "a cell that was sent behind one that fails, at the same time, is run": ...,  # True or False
    "while a cell sleeps, a question on control is answered": ...,  # True or False
}

# %% [markdown]
# ## Drive it
#
# ```mermaid
# flowchart LR
#     subgraph kernel.py
#         wire["the wire: a thread<br/>owns the sockets"]
#         main["the main thread<br/>runs the cells"]
#         shell["a shell<br/>(IPython, or your own)"]
#         wire -- requests --> main
#         main -- outbox --> wire
#         main --- shell
#     end
#     front["a front-end"] -- "shell, control, stdin" --> wire
#     wire -- "iopub, heartbeat" --> front
# ```
#
# The next cell holds one long conversation with the IPython kernel, with raw sockets, and keeps what was said by stage.
# Further down each stage shows its part of it.

# %%
import json
import uuid
from pathlib import Path

import zmq
from jupyter_client.session import Session

from kernel_seams.course.kernels import given_kernel

KINDS = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB, "hb": zmq.REQ}


class Caller:
    """Somebody who talks to a kernel and writes down what is said."""

    def __init__(self, context, connection_file):
        described = json.loads(Path(connection_file).read_text())
        self.session, self.said, self.sockets = Session(key=described["key"].encode()), [], {}
        name = uuid.uuid4().hex.encode()
        for channel, kind in KINDS.items():
            socket = self.sockets[channel] = context.socket(kind)
            socket.linger, socket.rcvtimeo, socket.identity = 0, 60_000, name
            socket.connect(f"ipc://{described['ip']}-{described[channel + '_port']}")
        self.sockets["iopub"].subscribe(b"")

    def send(self, channel, msg_type, content=None, parent=None):
        message = self.session.msg(msg_type, content or {}, parent=parent)
        frames = self.session.serialize(message)
        self.sockets[channel].send_multipart(frames)
        self.said.append(("->", channel, message, frames))
        return message

    def receive(self, channel):
        frames = self.sockets[channel].recv_multipart()
        topic, parts = self.session.feed_identities(frames)
        message = self.session.deserialize(parts)
        self.said.append(("<-", channel, message, frames))
        return message

    def until_over(self, *requests, channel="shell"):
        """Receive until the reply AND the idle of each of the requests are there."""
        missing = {(request["msg_id"], end) for request in requests for end in (channel, "idle")}
        sockets = {self.sockets[each]: each for each in ("iopub", channel)}
        while missing:
            for socket in zmq.select(list(sockets), [], [], timeout=60)[0]:
                message = self.receive(sockets[socket])
                end = message["content"].get("execution_state") if sockets[socket] == "iopub" else channel
                missing.discard((message["parent_header"].get("msg_id"), end))

    def take(self):
        """What was said since the last time."""
        said, self.said = self.said, []
        return said


def cell(code, **more):
    return {"code": code, "silent": False, "store_history": True, "allow_stdin": False, **more}


heard = {}
with given_kernel() as connection_file, zmq.Context() as context:
    caller = Caller(context, connection_file)
    caller.receive("iopub")
    heard["welcome"] = caller.take()

    caller.sockets["hb"].send(b"are you there?")
    beat = caller.sockets["hb"].recv()

    caller.until_over(caller.send("shell", "kernel_info_request"))
    heard["kernel-info"] = caller.take()

    caller.until_over(caller.send("shell", "execute_request", cell("print('hello')")))
    heard["execute"] = caller.take()

    caller.until_over(caller.send("shell", "execute_request", cell("6 * 7", user_expressions={"half": "42 / 2"})))
    heard["results"] = caller.take()

    both = [caller.send("shell", "execute_request", cell(code)) for code in ("1 / 0", "print('never')")]
    caller.until_over(*both)
    heard["errors"] = caller.take()

    request = caller.send("shell", "execute_request", cell("input('name? ')", allow_stdin=True))
    question = caller.receive("stdin")
    caller.send("stdin", "input_reply", {"value": "ada"}, parent=question)
    caller.until_over(request)
    heard["stdin"] = caller.take()

    for msg_type in ("complete_request", "inspect_request"):
        caller.until_over(caller.send("shell", msg_type, {"code": "print", "cursor_pos": 5, "detail_level": 0}))
    heard["assist"] = caller.take()

    sleeping = caller.send("shell", "execute_request", cell("import time; time.sleep(60)"))
    while caller.receive("iopub")["msg_type"] != "execute_input":
        pass
    caller.until_over(caller.send("control", "kernel_info_request"), channel="control")
    caller.until_over(caller.send("control", "interrupt_request"), channel="control")
    caller.until_over(sleeping)
    heard["control"] = caller.take()

    caller.send("control", "shutdown_request", {"restart": False})
    caller.receive("control")
    heard["shutdown"] = caller.take()
    context.destroy(linger=0)


# %% [markdown]
# `draw` shows a part of it, `frames` one message as it is on the wire.
# Lines of one socket stand in their order; between two sockets there is none, they stand as this notebook happened to read them.


# %%
def draw(stage):
    """One line a message: which way, on which socket, what."""
    for way, channel, message, _ in heard[stage]:
        if message["parent_header"].get("msg_type", "") == "" and stage != "welcome" and way == "<-":
            continue  # nobody's answer
        content = {key: value for key, value in message["content"].items() if key not in ("traceback", "banner")}
        print(f"{way} {channel:8} {message['msg_type']:18} {str(content)[:90]}")


def frames(stage, msg_type):
    """The frames of the first message of that type."""
    names = ["delimiter", "signature", "header", "parent_header", "metadata", "content"]
    raw = next(raw for _, _, message, raw in heard[stage] if message["msg_type"] == msg_type)
    for name, frame in zip(["topic"] * (len(raw) - 6) + names, raw):
        print(f"{name:14} {frame.decode()[:110]}")


draw("execute")

# %%
from kernel_seams.course import check

answers = [(channel, message) for way, channel, message, _ in heard["execute"] if way == "<-"]
asked = next(message for way, _, message, _ in heard["execute"] if way == "->")
failing, waiting = (message["msg_id"] for way, _, message, _ in heard["errors"] if way == "->")
status = {
    m["parent_header"]["msg_id"]: m["content"]["status"] for _, c, m, _ in heard["errors"] if "status" in m["content"]
}
kinds = [message["msg_type"] for _, channel, message, _ in heard["control"]]

check.compare(
    prediction,
    {
        "messages with which a kernel answers the cell `print('hello')`": len(answers),
        "of these, on shell, where it was asked": sum(channel == "shell" for channel, _ in answers),
        "what of a request the parent_header of every answer is": "its header"
        if all(message["parent_header"]["msg_id"] == asked["header"]["msg_id"] for _, message in answers)
        else "its msg_id",
        "a cell that was sent behind one that fails, at the same time, is run": status[waiting] == "ok",
        "while a cell sleeps, a question on control is answered": kinds.index("kernel_info_reply")
        < kinds.index("execute_reply"),
    },
)

# %% [markdown]
# ## ZeroMQ, as much as you need
#
# A socket of ZeroMQ sends and receives *messages*. A message is a list of *frames*, each of them bytes; it arrives whole or not at all.
# One side binds an address, any number of others connect to it, in whichever order they start. What a socket does with a message depends on its kind:
#
# | kind | |
# |---|---|
# | ROUTER | hears many others: puts a frame with the sender's name in front of what it has received, and takes the first frame of what you send as the name to send to |
# | DEALER | the other end of a ROUTER: sends and receives as it likes |
# | REQ | asks, and cannot ask again before the answer is there |
# | XPUB | sends to all who have subscribed to the first frame, the *topic*, or to its beginning; receives who subscribes |
# | SUB | receives what it has subscribed to, and sends nothing |
#
# A kernel binds ROUTERs and an XPUB, a front-end connects DEALERs, a SUB and a REQ. In Python: `socket.send_multipart(frames)`, `socket.recv_multipart()`.
# A socket is for one thread. That is why there is a *wire* in `kernel.py`, and an outbox that any thread may fill.

# %% [markdown]
# ## Stage 1: sockets
#
# A front-end starts a kernel as a process, with the path of a *connection file* on its command line, and that is all they ever agree on in person.
# The file says where the kernel has to listen, and with which key it has to sign:

# %%
print(
    json.dumps(
        {**dict.fromkeys(f"{channel}_port" for channel in KINDS), "ip": "127.0.0.1", "transport": "tcp"}, indent=1
    )
)

# %% [markdown]
# The kernel *binds*, the front-end connects: so a second front-end can come later, and a kernel need not know of any.
# Three of the sockets are ROUTERs, which know whom an answer is for; iopub is for all who listen.
#
# The transport may also be *ipc*: then nothing listens on the network, the `ip` is the beginning of a file's path, and shell is at `ipc://IP-PORT`.
#
# **Write** `bind`.
# **The check** starts your program, looks whether each of the five answers as a socket of its kind, and at no other address than the file's; and starts it again with ipc.

# %% nbgrader={"grade": true, "grade_id": "sockets-check"}
# The check of stage 1: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "sockets")
print("sockets: right.")

# %% [markdown]
# ## Stage 2: heartbeat
#
# The simplest socket of all. Whatever comes in goes back out, at once, whatever it is: a front-end that hears nothing says that the kernel has died.

# %%
beat

# %% [markdown]
# **Write** `Wire.echo`.
# **The check** sends bytes, text or not, one after the other.

# %% nbgrader={"grade": true, "grade_id": "heartbeat-check"}
# The check of stage 2: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "heartbeat")
print("heartbeat: right.")

# %% [markdown]
# ## Stage 3: signature
#
# Now the frames of lesson 03, from the other side. This is the answer to a kernel_info_request as it came in on shell; the identity in front was for the ROUTER, which took it off:

# %%
frames("kernel-info", "kernel_info_reply")

# %% [markdown]
# The parent_header is the request's header, byte for byte: keep it as bytes and send it back.
# The signature is made of the four frames that follow it, in exactly the bytes that are sent.
#
# **Write** `sign`, `pack` and `unpack`.
# **The check** sends a signed request and takes the reply apart, down to the date and its zone. What the reply says does not matter yet.

# %% nbgrader={"grade": true, "grade_id": "signature-check"}
# The check of stage 3: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "signature")
print("signature: right.")

# %% [markdown]
# ## Stage 4: refusal
#
# Anybody on this computer can connect to a TCP port. What keeps strangers out is the key, and only if the kernel looks.
# And an honest program with a mistake must not end yours: what is no message is dropped, with a line on stderr for whoever wonders about the silence.
#
# **Write** `refuse`. It may trust nothing, not even that there is a single frame.
# **The check** sends what is unsigned, signed with another key, changed after it was signed, cut short, no JSON; and after each of them a good request, which has to be answered.

# %% nbgrader={"grade": true, "grade_id": "refusal-check"}
# The check of stage 4: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "refusal")
print("refusal: right.")

# %% [markdown]
# ## Stage 5: kernel-info
#
# Each request is framed by two messages on iopub, busy and idle. A front-end takes its `[*]` away when the idle comes, and waits for ever if it never does.

# %%
draw("kernel-info")

# %% [markdown]
# **Write** `Kernel.status` and `Kernel.kernel_info`. `Kernel.answer`, which calls them, is there: read it, every request goes through it.
# **The check** looks for busy and idle with the right parent, and for every field that front-ends read without asking whether it is there.

# %% nbgrader={"grade": true, "grade_id": "kernel-info-check"}
# The check of stage 5: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "kernel-info")
print("kernel-info: right.")

# %% [markdown]
# ## Stage 6: execute
#
# The heart of it. The code is repeated for all who listen, what it prints comes as `stream`, the reply says that it is done:

# %%
draw("execute")

# %% [markdown]
# What runs the code is not the kernel but its *shell*. Here that is IPython, behind the few methods that stand at the top of `ipython_shell.py`; from lesson 07 on it may be your own.
#
# **Write** `Kernel.execute` and `Printed.write`.
# **The check** runs cells that print, to both streams, and looks at the order on iopub.

# %% nbgrader={"grade": true, "grade_id": "execute-check"}
# The check of stage 6: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "execute")
print("execute: right.")

# %% [markdown]
# ## Stage 7: results
#
# A value is not printed: it is a message of its own, with as many forms as the value has, and the front-end chooses.
# A front-end can also have expressions evaluated after its cell, for its own use:

# %%
draw("results")

# %% [markdown]
# **Write** `Kernel.show_result`, `Kernel.evaluate` and `Kernel.show`.
# **The check** compares the count in the three messages that have one, and asks for silent cells, cells that are not stored, and what a cell displays on its way.

# %% nbgrader={"grade": true, "grade_id": "results-check"}
# The check of stage 7: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "results")
print("results: right.")

# %% [markdown]
# ## Stage 8: errors
#
# Two cells were sent at once here, the first of which fails. *Run All* is just this, with more cells:

# %%
draw("errors")

# %% [markdown]
# The second got its busy, its idle and its reply, and was not run. Stopping is the kernel's job, since the front-end has sent everything by then.
#
# **Write** `Kernel.tell_error`.
# **The check** asks for errors of every kind, also for code that is no Python, for cells behind one that fails, with stop_on_error true and false, and for a cell that is sent after the error was heard.

# %% nbgrader={"grade": true, "grade_id": "errors-check"}
# The check of stage 8: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "errors")
print("errors: right.")

# %% [markdown]
# ## Stage 9: robust
#
# Nothing to write here. This is what your code has to stand: text beyond ASCII, a million characters, frames after the content, two identities in front, two front-ends at once, requests that nobody knows, twenty at a time.
#
# **The check** says which of it your code does not stand yet.

# %% nbgrader={"grade": true, "grade_id": "robust-check"}
# The check of stage 9: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "robust")
print("robust: right.")

# %% [markdown]
# ## Stage 10: stdin
#
# The only request that goes the other way. The cell runs, stops in `input()`, and the kernel asks the front-end that sent it, on a socket of its own:

# %%
draw("stdin")

# %% [markdown]
# **Write** `Kernel.ask`; it is what `input` is for a cell.
# **The check** answers, also for a password, and sends a cell with allow_stdin false, which must not ask.

# %% nbgrader={"grade": true, "grade_id": "stdin-check"}
# The check of stage 10: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "stdin")
print("stdin: right.")

# %% [markdown]
# ## Stage 11: assist
#
# Tab, Shift+Tab, the arrow up, and Enter in a console: four questions, four replies, all on shell. The first two:

# %%
draw("assist")

# %% [markdown]
# **Write** `Kernel.complete`, `Kernel.inspect`, `Kernel.is_complete` and `Kernel.history`.
# **The check** completes what it has defined before, with a character that is one code point and two units of UTF-16 in front of the cursor; a kernel that counts units is off by one.
# It puts the cursor in front of other code, and asks for parts of the history in each way that the TODO names.

# %% nbgrader={"grade": true, "grade_id": "assist-check"}
# The check of stage 11: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "assist")
print("assist: right.")

# %% [markdown]
# ## Stage 12: control
#
# A cell that sleeps for a minute, a question on control in the meantime, and an interrupt:

# %%
draw("control")

# %% [markdown]
# An interrupt is an exception in the cell: the variables stay. It has to arise in the thread that runs the cell, and nowhere else, and at no other time.
# A front-end sends SIGINT or, if the kernelspec says `"interrupt_mode": "message"`, an interrupt_request.
#
# **Write** `Kernel.control`, `Kernel.run_cell` and `Kernel.interrupt`.
# **The check** interrupts a cell that sleeps, and a kernel that has nothing to do.

# %% nbgrader={"grade": true, "grade_id": "control-check"}
# The check of stage 12: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "control")
stage.check("kernel.py", "control", interrupt_mode="signal")
print("control: right.")

# %% [markdown]
# ## Stage 13: shutdown

# %%
draw("shutdown")

# %% [markdown]
# A restart is the same message with `restart` true, and a new process with the old connection file. That is why it forgets everything.
#
# The reply goes to whoever asked, on control, and on iopub to all the others: for them the kernel would just fall silent.
#
# **Write** `Kernel.shutdown` and `Kernel.end`.
# **The check** waits for the process to end by itself, looks for what it has left behind, and starts it again.
# Then it asks for the end while a cell runs that no interrupt stops: the reply has to come all the same, and the end.

# %% nbgrader={"grade": true, "grade_id": "shutdown-check"}
# The check of stage 13: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "shutdown")
print("shutdown: right.")

# %% [markdown]
# ## Stage 14: welcome
#
# Whoever subscribes to iopub a moment too late misses what was said before, and nothing tells them. An XPUB socket hears of each new subscription, and a kernel can greet it:

# %%
draw("welcome")

# %% [markdown]
# **Write** `Wire.welcome`.
# **The check** subscribes, to everything and to one topic.

# %% nbgrader={"grade": true, "grade_id": "welcome-check"}
# The check of stage 14: run this cell.
from kernel_seams.course import stage

stage.check("kernel.py", "welcome")
print("welcome: right.")

# %% [markdown]
# ## It is a kernel
#
# In a terminal:
#
#     seams kernels install mine
#
# JupyterLab now has a card *Mine* in its launcher, `jupyter console --kernel mine` works, and so does whatever else knows nothing but the protocol.
# What you change in `kernel.py` is there with the next restart. `seams conform mine` asks it everything again, and what no kernel has to have.
# Put a copy of your `shell.py` of lesson 07 beside it, and it is your shell that answers.
#
# ## Discussion
#
# - Everything that JupyterLab knows of your kernel came through these sockets: it could be written in any language, on another computer.
# - There is no order between two sockets. That is why a request is over with its reply *and* its idle, and why the wire sends everything from one outbox.
# - The main thread runs the cells because Python raises KeyboardInterrupt there and nowhere else. A kernel for a language that lives in another process, like Bash, is free of that.
# - Your kernel dies with a bad extension module, `os._exit` or a full memory, as every kernel does. Nothing but the front-end is left then, and it says that the kernel has died: by the heartbeat, or because it started the process.
#
# ## Read on
#
# - *Messaging in Jupyter* and *Making kernels for Jupyter*, in the documentation of jupyter_client: every rule of the checks names its section there.
# - `ipykernel/kernelbase.py`: the same in full. Look for what yours does not have: comms, a debugger, subshells.
# - Lesson 09 is the other side: the front-end.
