# %% [markdown]
# # 03 Frames: what goes over the sockets
#
# **Goal.** You can take a message apart frame by frame, sign it so that a kernel accepts it, and say from the frames alone which request a message answers and when that request is over.
#
# Run the cells in order with Shift+Enter; after a restart of the kernel, which forgets every name, from the top again.
# Each task ends in a folded cell, its check: run it, or click on its dots to read it.
# Stuck? `%hint 03-frames.split` shows one hint at a time.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "frames of one execute_request, as a client sends it": ...,  # a number
    "messages with which the kernel answers the cell `6 * 7`": ...,  # a number
    "answers to a request with one byte changed after it was signed": ...,  # a number
    "a request with one frame more, which nobody signed, is run": ...,  # True or False
}

# %% [markdown]
# ## Drive it
#
# A kernel listens on five ZeroMQ sockets; where they are, and a secret key, is in its *connection file*.
# Two of the five are enough to run code: you ask on **shell**, where the reply comes back, and everything there is to show comes on **iopub**, to whoever listens.
#
# ```mermaid
# sequenceDiagram
#     participant you as a front-end
#     participant kernel
#     you->>kernel: shell: execute_request
#     kernel-->>you: iopub: status busy
#     kernel-->>you: iopub: execute_input
#     kernel-->>you: iopub: execute_result
#     kernel-->>you: shell: execute_reply
#     kernel-->>you: iopub: status idle
#     Note over you,kernel: over when execute_reply AND idle<br/>are there, in either order
# ```
#
# One message is several *frames*, pieces of bytes whose ends ZeroMQ keeps:
#
#     identities      none, one or more: for whom it is; on iopub a topic to filter by
#     <IDS|MSG>       the delimiter: here the message begins
#     signature       HMAC-SHA256 of the next four frames, 64 hexadecimal digits
#     header          JSON: this message, with a msg_id of its own and its msg_type
#     parent_header   JSON: the header of the request that it answers
#     metadata        JSON: rarely used
#     content         JSON: what is said; its fields depend on the msg_type
#     buffers         none, one or more: raw bytes, for example of a widget
#
# The next cell opens the two sockets of a kernel with `zmq` alone.
# A library, the `Session` of jupyter_client, still makes and reads the frames: taking over its work is what the tasks are about.

# %%
import json
import uuid
from contextlib import contextmanager
from pathlib import Path

import zmq
from jupyter_client.session import Session

from kernel_seams.course.kernels import given_kernel


@contextmanager
def raw_sockets(connection_file):
    """A session with the kernel's key, and a socket each on its shell and its iopub, connected."""
    described = json.loads(Path(connection_file).read_text())
    with zmq.Context() as context, context.socket(zmq.DEALER) as shell, context.socket(zmq.SUB) as iopub:
        for socket, port in ((shell, described["shell_port"]), (iopub, described["iopub_port"])):
            socket.linger, socket.rcvtimeo = 0, 60_000  # a minute of silence is an error
            socket.connect(f"ipc://{described['ip']}-{port}")
        iopub.subscribe(b"")
        iopub.subscribe(uuid.uuid4().hex.encode())  # the kernel greets every subscription that is new to it
        iopub.recv_multipart()  # the greeting: from here on nothing is missed
        yield Session(key=described["key"].encode()), shell, iopub


def receive(session, socket):
    """The next message on `socket`, as a dict."""
    identities, frames = session.feed_identities(socket.recv_multipart())
    return session.deserialize(frames)


def kind(message):
    """The msg_type of a message, and of a status what it says: busy or idle."""
    return message["content"].get("execution_state", message["msg_type"])


# %% [markdown]
# One request on the way out, and what came back for it, each with the size of its frames:


# %%
def draw(way, frames):
    start = frames.index(b"<IDS|MSG>")
    names = ["identity"] * start + ["delimiter", "signature", "header", "parent_header", "metadata", "content"]
    print(way)
    for name, frame in zip(names, frames):
        text = "{msg_type} {msg_id}".format(**json.loads(frame)) if b'"msg_id"' in frame else frame.decode()
        print(f"  {len(frame):5} bytes  {name:13}  {text[:70]}")
    print()


with given_kernel() as connection_file, raw_sockets(connection_file) as (session, shell, iopub):
    request = session.msg("execute_request", {"code": "6 * 7"})
    msg_id = request["msg_id"].encode()
    outgoing = session.serialize(request)
    shell.send_multipart(outgoing)
    incoming = [("<- shell", shell.recv_multipart())]
    while not (msg_id in incoming[-1][1][-3] and b"idle" in incoming[-1][1][-1]):
        incoming.append(("<- iopub", iopub.recv_multipart()))
    incoming = [(way, frames) for way, frames in incoming if msg_id in frames[-3]]  # what answers others is left out

draw("-> shell", outgoing)
for way, frames in incoming:
    draw(way, frames)

# %% [markdown]
# The reply is drawn first because `shell` was read first. The two sockets have no order between them: on iopub alone `busy` is first and `idle` last.
#
# Now four requests that are not as they should be, and a good one.
# One byte of `y = 1` is changed after signing; `y = 3` is not signed; `y = 4` is signed with another key; `z = 5` gets one frame more.
# What the kernel writes to its stderr is in a file beside its connection file.

# %%
with given_kernel() as connection_file, raw_sockets(connection_file) as (session, shell, iopub):
    ask = [session.msg("execute_request", {"code": code}) for code in ("y = 1", "y = 3", "y = 4", "z = 5")]
    changed, unsigned, foreign, longer = [session.serialize(each) for each in ask]
    changed[-1] = changed[-1].replace(b"1", b"2")
    unsigned[1] = b""
    foreign = Session(key=b"another key").serialize(ask[2])
    longer.append(b"nobody signed me")
    for frames in (changed, unsigned, foreign, longer):
        shell.send_multipart(frames)

    good = session.msg("execute_request", {"code": "'y' in globals(), z"})
    untouched = session.serialize(good)
    shell.send_multipart(untouched)
    replies = [receive(session, shell)]
    while replies[-1]["parent_header"]["msg_id"] != good["msg_id"]:
        replies.append(receive(session, shell))
    shown = []
    while not shown or kind(shown[-1]) != "idle" or shown[-1]["parent_header"].get("msg_id") != good["msg_id"]:
        shown.append(receive(session, iopub))
    log = (connection_file.parent / "kernel.log").read_text()

answered = [message["parent_header"].get("msg_id") for message in replies + shown]
for name, request in zip(("one byte changed", "not signed", "another key", "one frame more"), ask):
    print(f"{name:17} {answered.count(request['msg_id'])} answers")
result = [message["content"]["data"]["text/plain"] for message in shown if kind(message) == "execute_result"]
print("is there a y, and what is z:", *result)
print("on the kernel's stderr:", [line for line in log.splitlines() if line.startswith("ValueError")])

# %% [markdown]
# Silence: no error, no busy, no idle; the reason is only on the kernel's stderr.
# And the frame that nobody signed did no harm to the request.
#
# Your answers beside what happened:

# %%
from kernel_seams.course import check

check.compare(
    prediction,
    {
        "frames of one execute_request, as a client sends it": len(outgoing),
        "messages with which the kernel answers the cell `6 * 7`": len(incoming),
        "answers to a request with one byte changed after it was signed": answered.count(ask[0]["msg_id"]),
        "a request with one frame more, which nobody signed, is run": answered.count(ask[3]["msg_id"]) > 0,
    },
)

# %% [markdown]
# ## Task 1: split the frames
#
# `split` takes the frames of one message and gives its parts by name:
#
#     In [1]: split([b"kernel.status", b"<IDS|MSG>", b"9f2c", b'{"msg_id": "b"}', b'{"msg_id": "a"}', b"{}", b'{"x": 1}', b"raw"])
#     Out[1]: {'identities': [b'kernel.status'], 'signature': b'9f2c',
#              'header': {'msg_id': 'b'}, 'parent_header': {'msg_id': 'a'}, 'metadata': {}, 'content': {'x': 1},
#              'buffers': [b'raw']}
#
# **The check** asks for messages with none to three identities and none to three buffers.
# **Not asked:** messages without a delimiter, frames that are no JSON where JSON belongs.


# %% nbgrader={"grade_id": "split", "solution": true}
def split(frames):
    """The parts of the message in `frames`, a list of bytes."""
    # TODO: Return a dict with the keys "identities" (a list of bytes), "signature" (bytes), "header",
    # "parent_header", "metadata", "content" (dicts) and "buffers" (a list of bytes). The first frame
    # that is b"<IDS|MSG>" is the delimiter.
    ### BEGIN SOLUTION
    start = frames.index(b"<IDS|MSG>")
    header, parent_header, metadata, content = map(json.loads, frames[start + 2 : start + 6])
    return {
        "identities": frames[:start],
        "signature": frames[start + 1],
        "header": header,
        "parent_header": parent_header,
        "metadata": metadata,
        "content": content,
        "buffers": frames[start + 6 :],
    }
    ### END SOLUTION


# %%
split(incoming[-1][1])

# %% nbgrader={"grade": true, "grade_id": "split-check"}
# The check of task 1: run this cell.
import json

from kernel_seams.course import check


def check_split(identities, content, buffers, ids=("b", "a")):
    parts = {"header": {"msg_id": ids[0]}, "parent_header": {"msg_id": ids[1]}, "metadata": {}, "content": content}
    frames = [*identities, b"<IDS|MSG>", b"9f2c", *(json.dumps(part).encode() for part in parts.values()), *buffers]
    check.call(
        split,
        frames,
        expected={"identities": identities, "signature": b"9f2c", **parts, "buffers": buffers},
        where=f"split of a message with identities {identities} and buffers {buffers}",
        next_step="Number the frames of this message from the delimiter on: which part is which number?",
        mistakes=[
            (
                lambda got: isinstance(got["header"], bytes | str),
                "Header, parent_header, metadata and content are JSON: `json.loads` makes a dict of each.",
            ),
            (
                lambda got: b"<IDS|MSG>" in got["identities"],
                "The delimiter is no identity: the identities are what stands before it, and that may be nothing.",
            ),
            (
                lambda got: isinstance(got["identities"], bytes),
                "There may be more than one identity, or none: give a list of frames.",
            ),
            (
                lambda got: got["buffers"] == [] != buffers,
                "What comes after the content are buffers: keep them.",
            ),
            (
                lambda got: got.kind in ("JSONDecodeError", "UnicodeDecodeError") and buffers,
                "You read a buffer as JSON: the four are counted from the delimiter on, not from the end.",
            ),
            (
                lambda got: got.kind in ("JSONDecodeError", "UnicodeDecodeError", "ValueError", "IndexError"),
                "The delimiter is not always in the same place: look for it, and count from there.",
            ),
        ],
    )


check_split([b"kernel.status"], {"execution_state": "busy"}, [])
check_split([], {"code": "print('<IDS|MSG>')"}, [])
check_split([b"\x00\x9c", b"client"], {"data": {}}, [b"\x89PNG", b""])
check.passed("split")
### BEGIN HIDDEN TESTS
for identities, buffers in ((0, 0), (0, 3), (1, 1), (2, 2), (3, 0)):
    check_split(
        [check.fresh.randbytes(5) for _ in range(identities)],
        {word: check.fresh.randint(0, 999) for word in check.words(3)},
        [check.fresh.randbytes(9) for _ in range(buffers)],
        check.words(2),
    )
check_split([], {"code": check.words(1)[0]}, [b"<IDS|MSG>", b"{}"], check.words(2))
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: sign them
#
# The signature is made with the key from the connection file, over the bytes of exactly four frames, one after the other with nothing in between.
# It covers the JSON as it is sent: the same dict written with other spaces has another signature.
#
#     In [2]: sign(b"secret", [b'{"msg_id": "b"}', b"{}", b"{}", b'{"code": "6 * 7"}'])
#     Out[2]: b'852c4e406195a23da5275c3714a19dcdf4dbfb2ed3bbe64084b668f1beb3bd34'
#
# A kernel whose key is empty does not sign and does not check: then the signature is an empty frame.
#
# **The check** asks for several keys, for the empty key, and for messages with buffers.
# **Not asked:** other schemes than HMAC-SHA256.

# %% nbgrader={"grade_id": "sign", "solution": true}
import hmac


def sign(key, parts):
    """The signature frame for `parts`: header, parent_header, metadata, content, and whatever buffers follow."""
    # TODO: Return the signature as bytes: HMAC-SHA256, made with `key`, of the first four of `parts`, in
    # hexadecimal digits. With an empty key return b"".
    ### BEGIN SOLUTION
    if not key:
        return b""
    return hmac.new(key, b"".join(parts[:4]), "sha256").hexdigest().encode()
    ### END SOLUTION


# %% [markdown]
# Your signature beside the one of the library, for the last request above:

# %%
print(sign(session.key, untouched[2:]))
print(untouched[1])

# %% nbgrader={"grade": true, "grade_id": "sign-check"}
# The check of task 2: run this cell.
import hashlib
import hmac
import json

from kernel_seams.course import check


def hmac_of(key, parts):
    return hmac.new(key, b"".join(parts), "sha256").hexdigest().encode()


def check_sign(key, parts):
    check.call(
        sign,
        key,
        parts,
        expected=hmac_of(key, parts[:4]) if key else b"",
        where=f"sign({key!r}, {parts})",
        next_step="Which bytes go into the HMAC, and with which key? `hmac.new(key, all_bytes, 'sha256')`.",
        mistakes=[
            (
                lambda got: parts[4:] and got == hmac_of(key, parts),
                "You signed the buffers too: only the first four frames are covered.",
            ),
            (lambda got: isinstance(got, str), "A frame is bytes: `.encode()` makes them of the digits."),
            (
                lambda got: isinstance(got, bytes) and len(got) == 32,
                "These are the 32 raw bytes; the frame has their 64 hexadecimal digits: `.hexdigest()`.",
            ),
            (
                lambda got: got == hashlib.sha256(b"".join(parts[:4])).hexdigest().encode(),
                "That is a hash without the key, which anybody can make: `hmac.new` takes the key.",
            ),
            (
                lambda got: not key and got,
                "An empty key says: nothing is signed. Then the signature is an empty frame.",
            ),
            (
                lambda got: not key and got.kind,
                "The key may be empty; then the signature is an empty frame.",
            ),
        ],
    )


parts = [b'{"msg_id": "b"}', b"{}", b"{}", b'{"code": "6 * 7"}']
check_sign(b"secret", parts)
check_sign(b"secret", [*parts, b"raw"])
check_sign(b"", parts)
check.passed("sign")
### BEGIN HIDDEN TESTS
for buffers in ([], [b"raw"], [check.fresh.randbytes(20), b""]):
    dicts = [{"msg_id": check.words(1)[0]}, {}, {}, {"code": " + ".join(check.words(2))}]
    parts = [*(json.dumps(each).encode() for each in dicts), *buffers]
    for key in (check.fresh.randbytes(16), check.words(1)[0].encode(), b""):
        check_sign(key, parts)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: accept or refuse
#
# Be the kernel: `accepts` says whether a message gets past the signature.
# What is not accepted gets no answer at all, as you saw above.
#
#     In [3]: accepts(session.key, untouched)
#     Out[3]: True
#     In [4]: accepts(session.key, changed)
#     Out[4]: False
#
# A kernel whose key is empty accepts whatever comes.
#
# **The check** asks for good messages with and without identities and buffers, for a changed byte in each frame, for a missing signature, for one made with another key, and for the empty key.
# **Not asked:** the same message twice (ipykernel refuses the second).


# %% nbgrader={"grade_id": "accepts", "solution": true}
def accepts(key, frames):
    """Whether a kernel with `key` accepts the message in `frames`."""
    # TODO: Return True if the key is empty, or if the signature in `frames` is the right one for its
    # four frames; else False.
    ### BEGIN SOLUTION
    start = frames.index(b"<IDS|MSG>")
    signature, *parts = frames[start + 1 :]
    return not key or hmac.compare_digest(signature, sign(key, parts))
    ### END SOLUTION


# %%
for name, frames in (
    ("untouched", untouched),
    ("one byte changed", changed),
    ("not signed", unsigned),
    ("another key", foreign),
    ("one frame more", longer),
):
    print(f"{name:17} {accepts(session.key, frames)}")

# %% nbgrader={"grade": true, "grade_id": "accepts-check"}
# The check of task 3: run this cell.
import hmac

from kernel_seams.course import check


def signed(key, parts, identities=(), buffers=()):
    signature = hmac.new(key, b"".join(parts), "sha256").hexdigest().encode()
    return [*identities, b"<IDS|MSG>", signature, *parts, *buffers]


def check_accepts(what, key, frames, expected):
    check.call(
        accepts,
        key,
        frames,
        expected=expected,
        where=f"accepts with the key {key!r}, {what}",
        next_step="Print the signature that is in `frames`, and the one you make of its four frames.",
        mistakes=[
            (
                lambda got: got is True and what == "not signed",
                "An empty signature is right only where the key is empty.",
            ),
            (
                lambda got: got is True and what.endswith("changed"),
                "The signature covers this frame: make it of all four and compare.",
            ),
            (
                lambda got: what.endswith("the key is empty") and (got is False or got.kind),
                "A kernel whose key is empty does not look at the signature.",
            ),
            (
                lambda got: got is False and "buffer" in what,
                "What comes after the content are buffers: they are not covered.",
            ),
            (
                lambda got: "identities" in what and (got is False or got.kind),
                "Identities may stand before the delimiter: look for it, and count from there.",
            ),
            (
                lambda got: got is False and what == "a good message",
                "Compare bytes with bytes: `hexdigest()` gives a text, a frame is bytes.",
            ),
        ],
    )


def check_all(key, parts, identities, buffers, number, byte):
    good = signed(key, parts)
    check_accepts("a good message", key, good, True)
    for place, name in enumerate(("header", "parent_header", "metadata", "content"), start=2):
        frames = list(good)
        frames[place] = frames[place][:number] + byte + frames[place][number + 1 :]
        check_accepts(f"one byte of its {name} changed", key, frames, False)
    check_accepts("not signed", key, [b"<IDS|MSG>", b"", *parts], False)
    check_accepts("signed with another key", key, signed(key + b"2", parts), False)
    check_accepts("a good message with identities", key, signed(key, parts, identities), True)
    check_accepts("a good message with a buffer", key, signed(key, parts, buffers=buffers), True)
    check_accepts("where the key is empty", b"", [b"<IDS|MSG>", b"", *parts], True)
    check_accepts("signed, where the key is empty", b"", good, True)


check_all(b"secret", [b'{"msg_id": "b"}', b"{}", b"{}", b'{"code": "1"}'], [b"a", b"b"], [b"raw"], 1, b"2")
check.passed("accepts")
### BEGIN HIDDEN TESTS
for _ in range(3):
    ids = [f'{{"msg_id": "{word}"}}'.encode() for word in check.words(4)]
    check_all(check.fresh.randbytes(12), ids, [check.fresh.randbytes(5)], [check.fresh.randbytes(5)], 2, b"M")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: the life of one request
#
# `lifecycle` runs code in the kernel of a connection file, over the raw sockets, and tells what answered, each socket in the order of arrival:
#
#     In [5]: lifecycle(connection_file, "6 * 7")
#     Out[5]: {'shell': ['execute_reply'], 'iopub': ['busy', 'execute_input', 'execute_result', 'idle']}
#
# As every front-end does, it first asks `kernel_info_request` and does not wait for it: what answers that is on the same sockets and does not belong in the lists.
# A request is over when its reply is there **and** its idle; they come through two sockets, so either may be first.
#
# **The check** gives you a kernel and asks for code with a result, without one, with things to display, and with an error; then a kernel that is played, whose idle is there a second before its reply.
# **Not asked:** code that reads from `input()`, a kernel that dies.


# %% nbgrader={"grade_id": "lifecycle", "solution": true}
def lifecycle(connection_file, code):
    """What answers an execute_request for `code`: {"shell": [...], "iopub": [...]}, the kinds in order of arrival."""
    with raw_sockets(connection_file) as (session, shell, iopub):
        shell.send_multipart(session.serialize(session.msg("kernel_info_request", {})))
        request = session.msg("execute_request", {"code": code})
        shell.send_multipart(session.serialize(request))
        heard = {"shell": [], "iopub": []}
        # TODO: `receive` messages from `shell` and `iopub` until the reply AND the idle of `request` are
        # there. Of each message whose parent_header has the msg_id of `request`, append its `kind` to
        # the list of its socket; leave out all others.
        ### BEGIN SOLUTION
        missing = {"execute_reply", "idle"}
        while missing:
            for socket in zmq.select([shell, iopub], [], [])[0]:
                message = receive(session, socket)
                if message["parent_header"].get("msg_id") == request["msg_id"]:
                    heard["shell" if socket is shell else "iopub"].append(kind(message))
                    missing.discard(kind(message))
        ### END SOLUTION
        return heard


# %%
with given_kernel() as connection_file:
    print(lifecycle(connection_file, "6 * 7"))
    print(lifecycle(connection_file, "x = 6 * 7"))
    print(lifecycle(connection_file, "print('one')\nx"))

# %% nbgrader={"grade": true, "grade_id": "lifecycle-check"}
# The check of task 4: run this cell.
from kernel_seams.course import check
from kernel_seams.course.kernels import given_kernel, overtaken_kernel


def check_lifecycle(connection_file, code, shows, of=""):
    check.call(
        lifecycle,
        str(connection_file),
        code,
        expected={"shell": ["execute_reply"], "iopub": ["busy", *shows, "idle"]},
        where=f"lifecycle(connection_file, {code!r}){of}",
        next_step="Print `kind(message)` and the parent_header of all you receive: which belong to the request, and what is missing?",
        mistakes=[
            (
                lambda got: "kernel_info_reply" in got["shell"] or got["iopub"][0] in ("iopub_welcome", "idle"),
                "Not all of that answers your request: compare the parent_header's msg_id with the request's.",
            ),
            (lambda got: "status" in got["iopub"], "Of a status append what it says, busy or idle: `kind` does it."),
            (
                lambda got: got["shell"] == ["execute_reply"] and "idle" not in got["iopub"],
                "You stopped at the reply: wait for the idle on iopub too.",
            ),
            (
                lambda got: not got["shell"] and "idle" in got["iopub"],
                "You stopped at the idle: wait for the reply on shell too.",
            ),
            (
                lambda got: got.kind == "KeyError",
                "Some messages answer nobody and their parent_header is empty: ask it with `.get('msg_id')`.",
            ),
            (
                lambda got: got.kind == "Again",
                "For a minute nothing came on the socket you listened to: what you wait for came on the other, or before.",
            ),
        ],
    )


with given_kernel() as connection_file:
    check_lifecycle(connection_file, "6 * 7", ["execute_input", "execute_result"])
    check_lifecycle(connection_file, "x = 6 * 7", ["execute_input"])
    check_lifecycle(connection_file, "1 / 0", ["execute_input", "error"])
    ### BEGIN HIDDEN TESTS
    for count in check.fresh.sample(range(6), 3):
        name = check.words(1)[0]
        code = "".join(f"display({check.fresh.randint(0, 99)})\n" for _ in range(count))
        shown = ["execute_input"] + ["display_data"] * count
        check_lifecycle(connection_file, f"{code}my_{name} = 1", shown)
        check_lifecycle(connection_file, f"{code}my_{name}", [*shown, "execute_result"])
        check_lifecycle(connection_file, f"{code}no_{name}", [*shown, "error"])
    ### END HIDDEN TESTS
with overtaken_kernel() as connection_file:
    check_lifecycle(connection_file, "", [], of=" of a kernel whose idle is a second before its reply")
check.passed("lifecycle")

# %% [markdown]
# ## Task 5: two requests at once
#
# A front-end that runs all cells sends all requests at once; two front-ends on one kernel send theirs whenever they like.
# What comes back is one stream of messages, recorded here as a *trace*: each message with the channel it came on.


# %%
with given_kernel() as connection_file, raw_sockets(connection_file) as (session, shell, iopub):
    asked = [session.msg("execute_request", {"code": code}) for code in ("6 * 7", "display('two')")]
    for request in asked:
        shell.send_multipart(session.serialize(request))
    trace, ends = [], 0
    while ends < 4:  # two replies and two idles
        for socket in zmq.select([shell, iopub], [], [])[0]:
            message = receive(session, socket)
            trace.append({"channel": "shell" if socket is shell else "iopub"} | message)
            to_us = message["parent_header"].get("msg_id") in [request["msg_id"] for request in asked]
            ends += to_us and kind(message) in ("execute_reply", "idle")

for message in trace:
    print(f"{message['channel']:6} {kind(message):15} answers {message['parent_header'].get('msg_id')}")

# %% [markdown]
# `conversations` sorts such a trace: for each request that you ask about, what answered it, and whether it is over:
#
#     In [6]: conversations(["a", "b"], trace)
#     Out[6]: {'a': {'answers': ['busy', 'execute_input', 'execute_reply', 'idle'], 'over': True},
#              'b': {'answers': ['busy', 'execute_input', 'execute_reply'], 'over': False}}
#
# **The check** asks with traces of two and three requests under way at once, cut off anywhere, in which the reply may come before the idle or after it.
# Other people's requests and messages that answer nobody, whose parent_header is `{}`, are in them too.
# **Not asked:** requests other than execute_request.


# %% nbgrader={"grade_id": "conversations", "solution": true}
def conversations(requests, trace):
    """For each msg_id in `requests`: {"answers": the kinds of what answers it, in order, "over": whether it is over}."""
    # TODO: Return a dict with one entry for each of `requests`. A message belongs to the request whose
    # msg_id is in its parent_header. A request is over when both its execute_reply and its idle are in
    # `trace`. `kind` may help.
    ### BEGIN SOLUTION
    sorted_out = {}
    for msg_id in requests:
        answers = [kind(message) for message in trace if message["parent_header"].get("msg_id") == msg_id]
        sorted_out[msg_id] = {"answers": answers, "over": {"execute_reply", "idle"} <= set(answers)}
    return sorted_out
    ### END SOLUTION


# %%
conversations([request["msg_id"] for request in asked], trace)

# %% nbgrader={"grade": true, "grade_id": "conversations-check"}
# The check of task 5: run this cell.
from kernel_seams.course import check


def answers_to(msg_id, shows, idle_first=False):
    iopub = ["busy", "execute_input", *shows]
    end = ["idle", "execute_reply"] if idle_first else ["execute_reply", "idle"]
    return [(msg_id, what) for what in iopub + end]


def check_conversations(arrived, requests):
    trace = []
    for number, (parent, what) in enumerate(arrived):
        status = what in ("starting", "busy", "idle")
        trace.append(
            {
                "channel": "shell" if what == "execute_reply" else "iopub",
                "header": {"msg_id": f"answer-{number}", "msg_type": "status" if status else what},
                "msg_type": "status" if status else what,
                "parent_header": {"msg_id": parent} if parent else {},
                "content": {"execution_state": what} if status else {},
            }
        )
    expected = {}
    for msg_id in requests:
        answers = [what for parent, what in arrived if parent == msg_id]
        expected[msg_id] = {"answers": answers, "over": "execute_reply" in answers and "idle" in answers}
    ends = {msg_id: {"execute_reply", "idle"} & set(part["answers"]) for msg_id, part in expected.items()}
    check.call(
        conversations,
        requests,
        trace,
        expected=expected,
        where=f"conversations({requests}, trace), where trace is {', '.join(f'''{what} to {parent or 'nobody'}''' for parent, what in arrived)}",
        next_step="Go through the trace by hand for one request: which messages name it as their parent, and are both ends there?",
        mistakes=[
            (
                lambda got: got.kind == "KeyError" and "msg_id" in got.text,
                "Some messages answer nobody and their parent_header is empty: ask it with `.get('msg_id')`.",
            ),
            (
                lambda got: got.kind == "KeyError",
                "Not every message answers one of the requests you are asked about: leave the others out.",
            ),
            (
                lambda got: set(got) - set(requests),
                "Only the requests you are asked about have an entry: leave the others out.",
            ),
            (
                lambda got: set(requests) - set(got),
                "Each request has an entry, also one that nothing has answered yet.",
            ),
            (
                lambda got: any("status" in part["answers"] for part in got.values()),
                "Of a status say what it says, busy or idle: `kind` does it.",
            ),
            (
                lambda got: any(got[each]["answers"] != expected[each]["answers"] for each in requests),
                "Only the parent_header tells whom a message answers: with two requests under way, neither place nor order does.",
            ),
            (
                lambda got: any(got[each]["over"] and ends[each] == {"execute_reply"} for each in requests),
                "The reply is there and the idle is not: outputs may still be under way on iopub.",
            ),
            (
                lambda got: any(got[each]["over"] and ends[each] == {"idle"} for each in requests),
                "The idle is there and the reply is not: whether it went well is in the reply.",
            ),
            (
                lambda got: any(not got[each]["over"] and len(ends[each]) == 2 for each in requests),
                "Reply and idle come through two sockets: either may be the last.",
            ),
        ],
    )


one, two = answers_to("a", ["execute_result"]), answers_to("b", ["error"], idle_first=True)
check_conversations([("", "starting"), *one[:2], *two[:1], *one[2:4], *two[1:], *one[4:]], ["a", "b"])
check_conversations([*one[:4], *answers_to("c", []), *two[:4]], ["a", "b"])
check_conversations(one, ["a", "b"])
check.passed("conversations")
### BEGIN HIDDEN TESTS
for count in (2, 3, 3):
    ids = [f"{word}-{number}" for number, word in enumerate(check.words(count + 1))]
    threads = [
        answers_to(
            each, check.fresh.choices(["stream", "display_data", "error"], k=3), check.fresh.choice((True, False))
        )
        for each in ids
    ] + [[("", "stream"), ("", "starting")]]
    turns = [number for number, thread in enumerate(threads) for _ in thread]
    check.fresh.shuffle(turns)
    arrived = [threads[turn].pop(0) for turn in turns]
    for length in (len(arrived), *check.fresh.sample(range(len(arrived)), 4)):
        check_conversations(arrived[:length], ids[:count])
### END HIDDEN TESTS

# %% [markdown]
# ## Task 6: a trace of your own
#
# A *tap* stands between a front-end and a kernel, passes every frame on as it is, and writes down what passed.
# `seams tap install python3` makes a kernel "(tapped)" that any notebook can use; *The wire*, a card in JupyterLab's launcher, shows its trace while it is being written, and *Export* there saves it.
# Here is one of a kernel that is asked three things, the second with a byte changed on the way:


# %%
from kernel_seams.course.kernels import tapped_kernel

with tapped_kernel() as (connection_file, lines), raw_sockets(connection_file) as (session, shell, iopub):
    for code in ("6 * 7", "7 * 6", "print('two')"):
        request = session.msg("execute_request", {"code": code})
        frames = session.serialize(request)
        shell.send_multipart([*frames[:-1], frames[-1].replace(b"7 * 6", b"7 * 5")])
        missing = {"execute_reply", "idle"} if code != "7 * 6" else set()  # nothing will come
        while missing:
            for socket in zmq.select([shell, iopub], [], [])[0]:
                message = receive(session, socket)
                if message["parent_header"].get("msg_id") == request["msg_id"]:
                    missing.discard(kind(message))

print(len(lines), "lines; the first, one with a message, and the last:")
for line in (lines[0], next(line for line in lines if '"shell"' in line and '"frames"' in line), lines[-1]):
    print(f"  {line[:150]} ...")

# %% [markdown]
# Each line is a JSON object. Of its keys you need four:
#
#     kind       "frames" for what crossed a socket; other lines tell other things
#     t          when, in nanoseconds
#     channel    shell, iopub, stdin, control, heartbeat
#     frames     a list of texts, one a frame: its bytes in base64, because JSON has no bytes
#
# Not all that crosses a socket is a message: a heartbeat and a subscription to iopub have no delimiter.
#
# `waited` reads a trace and tells how long each cell took, as whoever asked would have measured it: until the request was over, and that is when the *later* of its two ends has come.
#
#     In [7]: waited(lines)
#     Out[7]: [['6 * 7', 8203941], ['7 * 6', None], ["print('two')", 3120557]]
#
# **The check** gives you traces of one to four cells, with heartbeats, subscriptions and other requests in between, in which either end may be the later one, or never come.
# **Not asked:** lines that are torn, frames that are `null` because they were withheld.

# %% nbgrader={"grade_id": "waited", "solution": true}
import base64


def waited(lines):
    """For each execute_request in a trace, in order: [its code, the nanoseconds until it was over, None if it never was]."""
    # TODO: Read each of `lines` with `json.loads`; decode the frames with `base64.b64decode`. Remember the
    # code and the `t` of each execute_request, and the `t` of its execute_reply and of its idle, which
    # name it in their parent_header.
    ### BEGIN SOLUTION
    asked, ends = {}, {}
    for line in lines:
        record = json.loads(line)
        frames = [base64.b64decode(frame) for frame in record.get("frames", [])]
        if b"<IDS|MSG>" not in frames:
            continue
        start = frames.index(b"<IDS|MSG>")
        header, parent, _, content = map(json.loads, frames[start + 2 : start + 6])
        if header["msg_type"] == "execute_request":
            asked[header["msg_id"]] = (content["code"], record["t"])
        elif header["msg_type"] == "execute_reply" or content.get("execution_state") == "idle":
            ends.setdefault(parent.get("msg_id"), []).append(record["t"])
    return [
        [code, max(ends[msg_id]) - t if len(ends.get(msg_id, [])) == 2 else None] for msg_id, (code, t) in asked.items()
    ]
    ### END SOLUTION


# %% [markdown]
# How long each cell of your trace took, in milliseconds:

# %%
[[code, None if spent is None else round(spent / 1_000_000, 1)] for code, spent in waited(lines)]

# %% nbgrader={"grade": true, "grade_id": "waited-check"}
# The check of task 6: run this cell.
import base64
import json

from kernel_seams.course import check


def line_of(t, channel, direction, frames):
    texts = [base64.b64encode(frame).decode() for frame in frames]
    return json.dumps({"kind": "frames", "t": t, "channel": channel, "direction": direction, "frames": texts})


def message_line(t, channel, direction, msg_id, msg_type, parent, content):
    parts = ({"msg_id": msg_id, "msg_type": msg_type}, {"msg_id": parent} if parent else {}, {}, content)
    route = [b"client"] if channel == "shell" else [b"kernel." + msg_type.encode()]
    frames = [*route, b"<IDS|MSG>", b"9f2c", *(json.dumps(part).encode() for part in parts)]
    return line_of(t, channel, direction, frames)


def trace_of(cells, start=1_700_000_000_000_000_000):
    """A trace of cells `(code, reply after, idle after)`, in microseconds, None for what never came; and what is expected."""
    events = [(0, json.dumps({"kind": "session", "t": start, "trace": 1, "kernel": "python3"}))]
    expected, at = [], 1000
    for number, (code, reply, idle) in enumerate(cells):
        msg_id = f"request-{number}"
        answers = [(50, "iopub", "status", {"execution_state": "busy"}), (90, "iopub", "execute_input", {"code": code})]
        if reply is not None:
            answers.append((reply, "shell", "execute_reply", {"status": "ok"}))
        if idle is not None:
            answers.append((idle, "iopub", "status", {"execution_state": "idle"}))
        t = start + at * 1000
        events.append((at, message_line(t, "shell", "to_kernel", msg_id, "execute_request", None, {"code": code})))
        for place, (after, channel, msg_type, content) in enumerate(answers):
            when = start + (at + after) * 1000
            answer = message_line(when, channel, "to_client", f"answer-{number}-{place}", msg_type, msg_id, content)
            events.append((at + after, answer))
        # What a front-end asks on its own account is over, too, and is no cell.
        events.append(
            (at + 1, message_line(t, "shell", "to_kernel", f"info-{number}", "kernel_info_request", None, {}))
        )
        idle_of_info = {"execution_state": "idle"}
        events.append(
            (at + 2, message_line(t, "iopub", "to_client", f"i-{number}", "status", f"info-{number}", idle_of_info))
        )
        events.append((at + 3, line_of(t, "heartbeat", "to_kernel", [b"client", b"", b"ping"])))
        expected.append([code, max(reply, idle) * 1000 if None not in (reply, idle) else None])
        at += 700
    events.append((5, line_of(start, "iopub", "to_kernel", [b"\x01"])))
    events.append(
        (6, message_line(start, "iopub", "to_client", "starting", "status", None, {"execution_state": "idle"}))
    )
    events.append((7, json.dumps({"kind": "stderr", "t": start, "text": "execute_reply"})))
    return [line for _, line in sorted(events)], expected


def check_waited(cells):
    lines, expected = trace_of(cells)
    ends = {code: (reply, idle) for code, reply, idle in cells}
    came = {code: ["never" if end is None else f"after {end}" for end in pair] for code, pair in ends.items()}
    told = "; ".join(f"{code}: reply {reply}, idle {idle}" for code, (reply, idle) in came.items())

    def took(got, end):
        early = {code: pair[end] for code, pair in ends.items() if None not in pair and pair[end] < pair[1 - end]}
        return any(code in early and spent == early[code] * 1000 for code, spent in got)

    check.call(
        waited,
        lines,
        expected=expected,
        where=f"waited(lines), where lines is a trace, in microseconds, of {told}",
        next_step="Print channel, msg_type and parent_header of every message in the trace: which two end the request, and when?",
        mistakes=[
            (
                lambda got: got.kind == "ValueError" and "not in list" in got.text,
                "Heartbeats and subscriptions cross the sockets, too, and have no delimiter: pass over them.",
            ),
            (
                lambda got: got.kind == "KeyError" and "frames" in got.text,
                "Only lines whose kind is 'frames' have frames: pass over the others.",
            ),
            (
                lambda got: got == [] != expected,
                "Nothing was found. The frames are texts in base64: decode each before you look for the delimiter.",
            ),
            (
                lambda got: len(got) > len(expected),
                "Only the cells, that is execute_requests, are asked for: other requests are a front-end's own.",
            ),
            (
                lambda got: len(got) < len(expected),
                "A cell that was never over has an entry, too: None stands for its time.",
            ),
            (
                lambda got: any(spent is not None and wanted is None for (_, spent), (_, wanted) in zip(got, expected)),
                "One of the two ends never came: then it was never over, and its time is None.",
            ),
            (
                lambda got: took(got, 0),
                "That is when the reply came. Its idle came later, and only then was the request over.",
            ),
            (
                lambda got: took(got, 1),
                "That is when the idle came. Its reply came later, and only then was the request over.",
            ),
            (
                lambda got: any(
                    spent is not None and wanted and spent < wanted / 500
                    for (_, spent), (_, wanted) in zip(got, expected)
                ),
                "Leave the times as the trace has them: whole nanoseconds.",
            ),
        ],
    )


check_waited([("6 * 7", 300, 350)])
check_waited([("6 * 7", 400, 310), ("7 * 6", None, None), ("print('two')", 220, 480)])
check_waited([("x", 300, None), ("y", None, 300)])
check.passed("waited")
### BEGIN HIDDEN TESTS
for count in (1, 2, 3, 4):
    spans = [check.fresh.sample(range(200, 600), 2) for _ in range(count)]
    cells = [
        (code, *check.fresh.choice((span, span, (span[0], None), (None, span[1]))))
        for code, span in zip(check.words(count), spans)
    ]
    check_waited(cells)
### END HIDDEN TESTS

# %% [markdown]
# ## Discussion
#
# - Silence is what a wrong signature gets, so it is the first thing to suspect when a kernel that is alive never answers. Its stderr has the reason.
# - The key keeps out whoever cannot read the connection file. It hides nothing: what goes over a TCP socket can be read by all who can listen to it.
# - Buffers are not covered, so that large data need not be hashed: whoever can change bytes under way can change a buffer unseen.
# - Reply and idle go through different sockets, and ZeroMQ promises an order within one socket only. Mostly the reply is first; a front-end that counts on it loses an output now and then.
# - A tap that has the connection file can read and change all there is; it needs no key to pass frames on, and every signature stays good.
# - A kernel that forgets the parent_header on a status leaves JupyterLab's cell at `[*]` for ever. Yours would now be told what to look for.
#
# ## Read on
#
# - Jupyter client documentation: *Messaging in Jupyter*, with every msg_type and its content.
# - `jupyter_client/session.py`, `Session.serialize` and `Session.deserialize`: what you have written, as it is used.
# - `seams demo 3`: the same frames without any library but `zmq`, in a hundred lines.
# - Lesson 02 uses these messages without looking at them; lesson 05 sends the same ones to other kernels.
