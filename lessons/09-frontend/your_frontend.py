# %% [markdown]
# # 09 Your own front-end: what JupyterLab does without running a line
#
# **Goal.** You have written a front-end, `frontend.py` beside this notebook, that finds any kernel, starts it, sends it cells and shows what comes back; and you know what a front-end has to know of a language, which is nothing.
#
# You write `frontend.py` in any editor, JupyterLab's own will do: double-click the file.
# It has holes, each a function with a `TODO` that names its stage; what stands around them is the frame they hang in.
# In a terminal of JupyterLab (*File*, *New*, *Terminal*; in any other after `. ./scripts/activate` in the folder of the workshop)
#
#     seams check 09-frontend --watch
#
# tries stage after stage each time you save, and stops at the first that is not right.
# From stage 7 on it is a program one can use: `python frontend.py python3`, in the folder of this notebook.
#
# Stuck? `%hint 09-frontend.kernels` shows one hint at a time; `seams solution 09-frontend.kernels` prints the functions of one stage, if your kit came with solutions.
# It need not be written our way: what is asked are `find_kernels`, `read_spec`, `as_text`, and a class `FrontEnd(show, ask)` with `start`, `execute`, `interrupt`, `restart` and `stop`.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "a program that wants to start a kernel has to have it imported": ...,  # True or False
    "who chooses the ports": ...,  # "the front-end" or "the kernel"
    "the file with the ports and the key may be read by": ...,  # "its owner" or "everybody"
    "messages on iopub are for": ...,  # "whoever asked" or "everybody"
    "a restart makes a new connection file": ...,  # True or False
}

# %% [markdown]
# ## Drive it
#
# ```mermaid
# sequenceDiagram
#     participant you
#     participant front as frontend.py
#     participant kernel
#     front->>front: find_kernels, read_spec
#     front->>front: new_connection, write_private
#     front->>kernel: launch: argv + the path of the connection file
#     front->>kernel: connect, kernel_info_request until an answer is there
#     you->>front: a cell
#     front->>kernel: execute_request
#     kernel-->>front: outputs, as they come
#     front-->>you: as_text
#     kernel-->>front: execute_reply and idle
# ```
#
# All of it with the library that JupyterLab uses, in one cell:

# %%
import json
import stat
import tempfile
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

specs = KernelSpecManager()
print(*sorted(specs.find_kernel_specs()))

with tempfile.TemporaryDirectory() as folder:
    manager = KernelManager(
        kernel_name="python3", transport="ipc", ip=f"{folder}/ipc", connection_file=f"{folder}/kernel.json"
    )
    manager.start_kernel()
    described = json.loads(Path(folder, "kernel.json").read_text())
    mode = stat.filemode(Path(folder, "kernel.json").stat().st_mode)
    print("launched:", manager.kernel_spec.argv)
    print("told:", mode, sorted(described))

    client, other = manager.blocking_client(), manager.blocking_client()
    for each in (client, other):
        each.start_channels()
        each.wait_for_ready(timeout=60)
    heard = []
    client.execute_interactive("6 * 7", output_hook=lambda message: heard.append(message["msg_type"]), timeout=60)
    also = []
    while "execute_result" not in also:
        also.append(other.get_iopub_msg(timeout=60)["msg_type"])
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    again = json.loads(Path(folder, "kernel.json").read_text())
    for each in (client, other):
        each.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.context.destroy(linger=0)

print("heard by who asked:", heard)
print("and by another:", also)

# %% [markdown]
# Your answers beside what happened:

# %%
from kernel_seams.course import check

check.compare(
    prediction,
    {
        "a program that wants to start a kernel has to have it imported": "ipykernel_launcher"
        not in manager.kernel_spec.argv,
        "who chooses the ports": "the front-end",
        "the file with the ports and the key may be read by": "its owner" if mode.endswith("------") else "everybody",
        "messages on iopub are for": "everybody" if "execute_result" in also else "whoever asked",
        "a restart makes a new connection file": again["key"] != described["key"],
    },
)

# %% [markdown]
# ## Stage 1: kernels
#
# A kernel is known by a folder `kernels/NAME` with a `kernel.json` in it, in one of several data folders; `data_folders` has them in order.
# Of two with the same name the first counts, and small and capital letters are the same.
#
# **Write** `find_kernels` and `read_spec`.
# **The check** makes folders of its own, some of them with a file that is no JSON, a spec without argv, a folder without a file.

# %% nbgrader={"grade": true, "grade_id": "kernels-check"}
# The check of stage 1: run this cell.
import functools
import json

from kernel_seams.course import check, fronts


def check_found(folders, expected):
    check.call(
        lambda: fronts.found(folders)["found"],
        expected=expected,
        where=f"the data folder in which each kernel is found, where these have, in order, {[sorted(folder) for folder in folders]}",
        next_step="Go through the folders in order by hand: which kernel.json is the first with this name?",
        mistakes=[
            (
                lambda got: any(name != name.lower() for name in got),
                "Small and capital letters are one name: use the small ones.",
            ),
            (
                lambda got: got.keys() == expected.keys(),
                "Of two with one name the first counts: `setdefault` keeps what is there.",
            ),
            (
                lambda got: set(got) > set(expected),
                "A folder without a kernel.json is no kernelspec.",
            ),
        ],
    )


REFUSED = "a KernelError that names the file"


@functools.cache
def read(specs):
    """What read_spec says of each of these, name and text of its kernel.json."""
    said = fronts.found([dict(specs)])["specs"]
    return {
        name: REFUSED if str(each).startswith("KernelError: ") and "kernel.json" in each else each
        for name, each in said.items()
    }


def check_specs(*asked):
    """Each of `asked` is a name, the text of its kernel.json, and what read_spec says: a dict, or REFUSED."""
    texts = tuple((name, text) for name, text, _ in asked)
    for name, text, expected in asked:
        check.call(
            lambda name: read(texts).get(name, "find_kernels has not found it"),
            name,
            expected=expected,
            where=f"read_spec of a folder {name!r} with the kernel.json {text}",
            next_step="Which of argv, env, interrupt_mode and display_name are in the file, and what holds where one is not?",
            mistakes=[
                (
                    lambda got, expected=expected: expected == REFUSED,
                    "Catch what reading and `json.loads` raise, and a missing argv, and raise KernelError(...) from it.",
                ),
                (
                    lambda got, expected=expected: isinstance(got, dict) and set(expected) - set(got),
                    "What the file does not say has a usual value: `{'env': {}, 'interrupt_mode': 'signal', ...} | spec`.",
                ),
            ],
        )


USUAL = {"env": {}, "interrupt_mode": "signal"}
with fronts.stage("kernels"):
    check_found(
        [
            {"ada": '{"argv": ["x"]}', "bob": '{"argv": ["x"]}'},
            {"ada": '{"argv": ["y"]}', "Eve": '{"argv": ["z"]}', "empty": ""},
        ],
        {"ada": 0, "bob": 0, "eve": 1},
    )
    whole = {"argv": ["x"], "display_name": "X", "interrupt_mode": "message", "env": {"A": "1"}}
    check_specs(
        ("short", '{"argv": ["x", "-f"]}', {**USUAL, "argv": ["x", "-f"], "display_name": "short"}),
        ("whole", json.dumps(whole), whole),
        ("broken", "{not json", REFUSED),
        ("nothing", '{"display_name": "no argv"}', REFUSED),
        ("list", "[]", REFUSED),
    )
check.passed("kernels")
### BEGIN HIDDEN TESTS
a, b, c = check.words(3)
one = json.dumps({"argv": [a]})
check_found([{a: one}, {}, {a.upper(): one, b: one}, {b: one, c: one}], {a: 0, b: 2, c: 3})
whole = {"argv": [a, b], "metadata": {b: c}}
check_specs(
    (c, json.dumps(whole), {**USUAL, **whole, "display_name": c}),
    (f"{a}{b}", f'{{"argv": 3, "display_name": "{a}"}}', REFUSED),
)
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 2: connection
#
# Before the kernel runs the front-end decides where it will listen, and writes it down, with a key, in a file that only its owner can read.
# With TCP these are five free ports, with ipc five names in a private folder: no port, no network.
#
# **Write** `new_connection` and `write_private`.
# **The check** calls them, with both transports. Later stages use ipc.

# %% nbgrader={"grade": true, "grade_id": "connection-check"}
# The check of stage 2: run this cell.
from kernel_seams.course import check, fronts

PORTS = ("shell_port", "control_port", "stdin_port", "iopub_port", "hb_port")


def described(transport):
    """What is said of two connections in a row."""
    said = fronts.connections(transport)
    first, second = (each["connection"] for each in said)
    numbers = [first.get(port) for port in PORTS]
    return {
        "transport": first.get("transport"),
        "signature_scheme": first.get("signature_scheme"),
        "five different numbers": len(set(numbers)) == 5 and all(type(number) is int for number in numbers),
        "another key each time": first.get("key") != second.get("key"),
        "the key is a text of 16 characters or more": isinstance(first.get("key"), str) and len(first["key"]) >= 16,
        "the ip": "in the folder" if said[0]["inside"] else first.get("ip"),
        "the file can be read by": said[0]["mode"],
        "and holds": "what it was given" if said[0]["written"] else "something else",
    }


def check_connection(transport, ip):
    expected = {
        "transport": transport,
        "signature_scheme": "hmac-sha256",
        "five different numbers": True,
        "another key each time": True,
        "the key is a text of 16 characters or more": True,
        "the ip": ip,
        "the file can be read by": "its owner",
        "and holds": "what it was given",
    }
    check.call(
        described,
        transport,
        expected=expected,
        where=f"new_connection(folder, {transport!r}), and write_private of a file that may be there already",
        next_step="Print the dict: is there a number under each of the five names, and a new key each time?",
        mistakes=[
            (
                lambda got: got["the file can be read by"] != "its owner",
                "Whoever reads the key can run code as you: make the file with mode 0o600, from the beginning.",
            ),
            (
                lambda got: not got["five different numbers"],
                "Hold all five sockets before you close the first: a port that is free again is given again, to you or to anybody. The names are shell_port, control_port, stdin_port, iopub_port and hb_port.",
            ),
            (
                lambda got: not got["another key each time"],
                "A key that is the same each time is no secret: `uuid.uuid4().hex` or `secrets.token_hex`.",
            ),
        ],
    )


with fronts.stage("connection"):
    check_connection("tcp", "127.0.0.1")
    check_connection("ipc", "in the folder")
check.passed("connection")
### BEGIN HIDDEN TESTS
assert all(0 < each["connection"][port] < 65536 for each in fronts.connections("tcp") for port in PORTS)
assert all(each["connection"]["ip"].startswith("/") for each in fronts.connections("ipc"))
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 3: launch
#
# A kernelspec says what to start. Two things may stand in its argv in braces, and its env may use variables of yours:
#
#     {"argv": ["my-kernel", "--file={connection_file}", "{resource_dir}/start.txt"],
#      "env": {"MODE": "quiet", "PATH": "/opt/bin:${PATH}"}}
#
# The kernel gets a session of its own: otherwise the Ctrl-C that you type reaches it before you can decide what it means.
#
# **Write** `command`, `environment` and `FrontEnd.launch`.
# **The check** lets you start a kernel that plays a part, `kernel_seams.course.actor`, which writes down how it was started. It does not matter yet that you cannot talk to it.

# %% nbgrader={"grade": true, "grade_id": "launch-check"}
# The check of stage 3: run this cell.
from kernel_seams.course import check, fronts


def started(arguments, env):
    """How a kernel with these further arguments and variables was started."""
    said = fronts.session(
        {"env": list(env)},
        [["start"], ["until", "started"]],
        spec={"arguments": arguments, "env": env},
        variables={"SEASON": "salt"},
    )
    facts = next((event["started"] for event in said["record"] if "started" in event), None)
    if facts is None:
        return said["values"]
    shown = [argument.replace(said["resource_dir"], "RESOURCE_DIR") for argument in facts["argv"]]
    return {
        "argv": [argument.replace(facts["path"], "CONNECTION_FILE") for argument in shown],
        "env": facts["env"],
        "its own session": facts["leads"],
    }


def names_the_program():
    """Whether start() of a program that is not there ends in a KernelError that names it."""
    said = fronts.session({}, [["start"]], spec={"argv": ["/nowhere/kernel", "-f", "{connection_file}"]})["values"][0]
    return said.get("raised") == "KernelError" and "/nowhere/kernel" in said.get("text", "")


def check_all_started(*cases):
    """Each case is the end of an argv, what becomes of it, an env, and the variables that the kernel then has."""
    plays = [lambda arguments=arguments, env=env: started(arguments, env) for arguments, _, env, _ in cases]
    for play, case in zip(fronts.at_once(*plays), cases):
        check_started(play, *case)


def check_started(play, arguments, argv, env, variables):
    check.call(
        play,
        expected={"argv": argv, "env": variables, "its own session": True},
        where=f"how a kernel is started whose argv ends in {arguments}, with the env {env}, where SEASON is salt",
        next_step="Print what `command` and `environment` give for this spec.",
        mistakes=[
            (
                lambda got: "its own session" in got and not got["its own session"],
                "A Ctrl-C in your terminal would reach it directly: `start_new_session=True`.",
            ),
            (
                lambda got: any("{connection_file}" in each or "{resource_dir}" in each for each in got["argv"]),
                "What is in braces may stand anywhere in an item, not only alone: replace it inside the text.",
            ),
            (
                lambda got: any("${SEASON}" in str(each) for each in got["env"].values()),
                "${NAME} in a variable of the spec stands for one of yours.",
            ),
            (
                lambda got: "raised" in str(got),
                "A kernel that was not started says nothing: look at the error.",
            ),
        ],
    )


with fronts.stage("launch"):
    check_all_started(
        (["{connection_file}"], ["CONNECTION_FILE"], {}, {}),
        (
            ["--file={connection_file}", "{resource_dir}/start.txt", "{nothing}"],
            ["--file=CONNECTION_FILE", "RESOURCE_DIR/start.txt", "{nothing}"],
            {"MODE": "quiet", "TASTE": "a ${SEASON} of ${NOBODY}"},
            {"MODE": "quiet", "TASTE": "a salt of ${NOBODY}"},
        ),
    )
    check.call(
        names_the_program,
        expected=True,
        where="start of a kernelspec whose program is not there: does it end in a KernelError that names the program?",
        next_step="Popen raises an OSError for a program that is not there: make a KernelError of it.",
    )
check.passed("launch")
### BEGIN HIDDEN TESTS
a, b = (word.upper() for word in check.words(2))
check_all_started(
    (["{resource_dir}{connection_file}", a], ["RESOURCE_DIRCONNECTION_FILE", a], {a: "${SEASON}" + b}, {a: "salt" + b})
)
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 4: messages
#
# The frames of lesson 03, seen from your side: you make requests and read answers. `socket.send_multipart(frames)` sends a list of them, `context.socket(kind)` makes a socket.
# The kernel's sockets are ROUTERs, which tell their peers apart by name; yours are DEALERs, a SUB, which hears only what it has subscribed to, and a REQ for the heartbeat. There is no identity to put in front, since a DEALER is its own address; but give the three DEALERs one name, or a question of the kernel will never find you.
#
# **Write** `sign`, `pack`, `unpack` and `FrontEnd.connect`.
# **The check** looks at what arrives at the kernel after `start`: whether it is a message, whole, and signed.

# %% nbgrader={"grade": true, "grade_id": "messages-check"}
# The check of stage 4: run this cell.
from kernel_seams.course import check, fronts

NAMES = ("msg_id", "msg_type", "session", "username", "date", "version")


def arrived():
    """What the kernel has of the first message on shell."""
    said = fronts.session({}, [["start"], ["until", '"shell"']], patience=5)
    first = next((event for event in said["record"] if event.get("channel") == "shell"), {})
    if "problem" in first:
        return {"on shell": f"{first['frames']} frames that are no message: {first['problem']}"}
    return {
        "on shell": first.get("msg_type", "nothing"),
        "signed": first.get("signed"),
        "its header has": sorted(set(NAMES) & set(first.get("header", {}))),
        "its parent_header": first.get("parent"),
    }


def check_arrived():
    check.call(
        arrived,
        expected={
            "on shell": "kernel_info_request",
            "signed": True,
            "its header has": sorted(NAMES),
            "its parent_header": {},
        },
        where="what arrives at the kernel after start()",
        next_step="`pack` makes six frames: the delimiter, the signature, and header, parent, metadata and content as JSON.",
        mistakes=[
            (
                lambda got: got["on shell"] == "nothing",
                "Nothing arrived: are the sockets connected to the addresses of the connection file? With ipc there is a - before the number.",
            ),
            (
                lambda got: got["signed"] is False,
                "The signature is not that of the four frames that were sent: sign those bytes, with the key, in hexadecimal.",
            ),
        ],
    )


with fronts.stage("messages"):
    check_arrived()
check.passed("messages")
### BEGIN HIDDEN TESTS
check_arrived()
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 5: ready
#
# A process that was started is not yet a kernel that answers. And even one that answers may not be heard: what it publishes before your subscription has arrived is lost, and nobody tells you.
# So one asks, again and again, until an answer has come on *both* sockets.
#
# **Write** `FrontEnd.wait_until_ready`. `receive` is there: read it, it also notices that the kernel has died.
# **The check** has kernels that need a while, whose first answers are lost, that die at once, that never answer, and one that answers with another key.

# %% nbgrader={"grade": true, "grade_id": "ready-check"}
# The check of stage 5: run this cell.
from kernel_seams.course import check, fronts

BUSY, IDLE = {"execution_state": "busy"}, {"execution_state": "idle"}
INFO = ["shell", "kernel_info_reply", {"status": "ok"}, {}]
HEARD = [["iopub", "status", BUSY, {}], INFO, ["iopub", "status", IDLE, {}]]
FORGED = [[*line[:3], {"forged": True}] for line in HEARD]
RETURNED = {"start": "returned", "asked": "more than once"}
OFTEN = 25  # times a second
RAISED = {"start": "KernelError", "its text has the kernel's words": True}


def became(script, words="", counted=True, **options):
    """What became of start(), and, if that is `counted`, how often was asked; of an error whether it has the words."""
    said = fronts.session(script, [["start"], ["quiet"]], **options)
    asked = [event for event in said["record"] if event.get("msg_type") == "kernel_info_request"]
    value = said["values"][0]
    if not value:
        often = "more than once" if len(asked) > 1 else "once"
        # Who asks again at each answer is fast as well, where iopub is not heard yet; here nothing is answered for long.
        if "delay" in script and len(asked) > OFTEN * said["seconds"][0]:
            often = "without a pause"
        return {"start": "returned", **({"asked": often} if counted else {})}
    return {"start": value["raised"], "its text has the kernel's words": words in value["text"]}


def check_all_ready(*cases):
    """Each case is a script, what is expected, what the kernel is like, and more for `became`."""
    plays = [
        lambda script=script, expected=expected, more=more: became(script, counted=expected == RETURNED, **dict(*more))
        for script, expected, _, *more in cases
    ]
    for play, (_, expected, kernel, *_) in zip(fronts.at_once(*plays), cases):
        check_ready(play, expected, kernel)


def check_ready(play, expected, kernel):
    check.call(
        play,
        expected=expected,
        where=f"start() with a kernel {kernel}",
        next_step="Until which messages have come may nobody send a cell? Ask again for what is missing.",
        mistakes=[
            (
                lambda got: got["start"] == "returned" and expected["start"] != "returned",
                "It returned although nothing that counts has come: wait for a message on shell and for one on iopub, both signed.",
            ),
            (
                lambda got: got.get("asked") == "once",
                "It returned before anything was heard on iopub: what the first cell prints would be lost.",
            ),
            (
                lambda got: got.get("asked") == "without a pause",
                "It asks in a loop that never waits, hundreds of times: give the kernel a second to answer, `receive(seconds=1)`, before you ask again.",
            ),
            (
                lambda got: got["start"] == "KernelError" and expected["start"] == "returned",
                "An answer may be long in coming, or lost: ask again each second, until START_SECONDS are over.",
            ),
        ],
    )


with fronts.stage("ready"):
    slow = {"delay": 1.2, "answers": {"kernel_info_request": [[["pause", 1.0], *HEARD], HEARD]}}
    lost = {"answers": {"kernel_info_request": [[INFO], HEARD]}}
    forged = {"answers": {"kernel_info_request": [FORGED]}}
    check_all_ready(
        (slow, RETURNED, "that takes a while to bind its sockets, and to answer"),
        (lost, RETURNED, "whose first messages on iopub are lost"),
        ({"dies": "no such module: salt"}, RAISED, "that dies at once", {"words": "no such module: salt"}),
        (forged, RAISED, "that signs with another key, where START_SECONDS is 1", {"patience": 1}),
    )
check.passed("ready")
### BEGIN HIDDEN TESTS
word = check.words(1)[0]
lost = {"answers": {"kernel_info_request": [[INFO], [INFO], HEARD]}}
check_all_ready(
    ({"dies": word}, RAISED, "that dies at once", {"words": word}),
    (lost, RETURNED, "whose first messages are lost"),
    ({"answers": {"kernel_info_request": [[]]}}, RAISED, "that never answers", {"patience": 1}),
)
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 6: execute
#
# A request is over with its reply *and* its idle, whichever comes first: between two sockets there is no order.
# What comes in between is for you only if it answers you: others may use the same kernel, and all hear everything.
#
# **Write** `FrontEnd.execute`.
# **The check** plays orders that a healthy kernel may have, output of somebody else and of nobody, a forged message, and then asks the IPython kernel.

# %% nbgrader={"grade": true, "grade_id": "execute-check"}
# The check of stage 6: run this cell.
from kernel_seams.course import check, fronts

BUSY = ["iopub", "status", {"execution_state": "busy"}, {}]
IDLE = ["iopub", "status", {"execution_state": "idle"}, {}]
REPLY = ["shell", "execute_reply", {"status": "ok", "execution_count": 3}, {}]


PAUSE = ["pause", 0.3]


def said(text, **how):
    return ["iopub", "stream", {"name": "stdout", "text": text}, how]


def cells(answers, codes, **options):
    """What execute returned for each of `codes`, and what was shown of it."""
    calls = [["start"], *(["execute", code] for code in codes), ["stop"]]
    played = fronts.session({"answers": {"execute_request": answers}}, calls, **options)
    shown = [content.get("text", content.get("code", content.get("data"))) for _, content in played["shown"]]
    ends = played["shown_by"]
    return [
        {"returned": value, "shown": shown[begin:end]}
        for value, begin, end in list(zip(played["values"], [0, *ends], ends))[1:-1]
    ]


class Scenes:
    """What a kernel sends for one cell after the other, and what becomes of each; played once, in one session."""

    def __init__(self):
        self.scenes, self.said = [], []

    def add(self, lines, shown, what):
        self.scenes.append((lines, shown, what))

    def check(self, play=None):
        for number, (_, shown, what) in enumerate(self.scenes):
            check_played(lambda number=number: (play or self.play)()[number], shown, what)

    def play(self):
        codes = [f"season({each})" for each in range(len(self.scenes))]
        self.said = self.said or cells([lines for lines, _, _ in self.scenes], codes)
        return self.said


def check_played(play, shown, what):
    check.call(
        play,
        expected={"returned": {"status": "ok", "execution_count": 3}, "shown": shown},
        where=f"execute, where the kernel sends {what}",
        next_step="Write the messages down in the order in which they come: at which is it over, and which are for you?",
        mistakes=[
            (
                lambda got: {"somebody else's", "nobody's"} & set(got["shown"]),
                "What answers somebody else is not yours to show: its parent_header has another session, or none.",
            ),
            (
                lambda got: "forged" in got["shown"],
                "A message that is not signed with the key counts for nothing.",
            ),
            (
                lambda got: "raised" in str(got["returned"]),
                "An error came out of execute: what was the last message before it?",
            ),
            (
                lambda got: len(got["shown"]) < len(shown),
                "It ended too early: only the reply AND the idle of this request together are the end.",
            ),
            (
                lambda got: got["returned"] is None,
                "Return the content of the reply, and wait for it: an idle may come before.",
            ),
        ],
    )


with fronts.stage("execute"):
    scenes = Scenes()
    scenes.add(
        [BUSY, said("one"), said("two"), PAUSE, REPLY, PAUSE, IDLE], ["one", "two"], "busy, output, the reply, idle"
    )
    scenes.add([BUSY, REPLY, PAUSE, said("late"), IDLE], ["late"], "the reply before the output and idle")
    scenes.add([BUSY, said("early"), IDLE, PAUSE, REPLY], ["early"], "idle before the reply")
    OTHERS_IDLE = [*IDLE[:3], {"parent": "other"}]
    others = [said("somebody else's", parent="other"), said("nobody's", parent="none"), said("mine"), OTHERS_IDLE]
    scenes.add(
        [BUSY, *others, REPLY, PAUSE, said("more"), IDLE],
        ["mine", "more"],
        "output and an idle of somebody else in between",
    )
    forged = [said("forged", forged=True), [*IDLE[:3], {"forged": True}]]
    scenes.add([BUSY, *forged, said("true"), REPLY, IDLE], ["true"], "a forged output and idle in between")
    real, played = fronts.at_once(lambda: cells([], ["print('salt'); 6 * 7"], kernel="python3"), scenes.play)
    scenes.check(played)
    check.call(
        lambda: real()[0]["shown"],
        expected=["print('salt'); 6 * 7", "salt\n", {"text/plain": "42"}],
        where="what is shown of the cell `print('salt'); 6 * 7`, with the IPython kernel: its code comes first",
        next_step="Whatever is published for your request, but a status, goes to show, in the order in which it comes.",
        mistakes=[
            (
                lambda got: got[:1] == ["salt\n"],
                "Show what comes, also execute_input: who draws it decides what to do with it.",
            )
        ],
    )
check.passed("execute")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
scenes = Scenes()
scenes.add(
    [BUSY, said(a), IDLE, said(b, parent="other"), PAUSE, REPLY],
    [a],
    "idle before the reply, and somebody else's output",
)
scenes.add([REPLY, PAUSE, BUSY, said(a), said(b), IDLE], [a, b], "the reply first of all")
scenes.check()
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 7: render
#
# A result comes in several forms, and the front-end takes the best that it can draw. A browser takes the picture, a terminal the text.
#
# **Write** `as_text`.
# **The check** gives it messages as kernels send them.

# %% nbgrader={"grade": true, "grade_id": "render-check"}
# The check of stage 7: run this cell.
from kernel_seams.course import check, fronts


def check_render(*pairs):
    messages, expected = [message for message, _ in pairs], [text for _, text in pairs]
    check.call(
        fronts.texts,
        messages,
        expected=expected,
        where=f"as_text of {messages}",
        next_step="Which of them is for people, and what of its content can a terminal show?",
        mistakes=[
            (
                lambda got: [str(text).rstrip("\n") for text in got] == [text.rstrip("\n") for text in expected],
                "The texts are right but for their ends: a stream is as it came, the others end with a new line.",
            ),
            (
                lambda got: any("KeyError" in str(text) for text in got),
                "Not every message has text/plain: name the forms it has instead.",
            ),
        ],
    )


with fronts.stage("render"):
    result = {"data": {"text/plain": "42", "text/html": "<b>42</b>"}, "execution_count": 3, "metadata": {}}
    check_render(
        (("stream", {"name": "stdout", "text": "no end"}), "no end"),
        (("execute_result", result), "Out[3]: 42\n"),
        (("display_data", {"data": {"text/plain": "<Figure>", "image/png": "iVA="}, "metadata": {}}), "<Figure>\n"),
        (
            ("display_data", {"data": {"text/html": "<b>", "image/png": "iVA="}, "metadata": {}}),
            "<image/png, text/html>\n",
        ),
    )
    check_render(
        (("error", {"ename": "ValueError", "evalue": "salt", "traceback": ["one", "two"]}), "one\ntwo\n"),
        (("error", {"ename": "ValueError", "evalue": "salt", "traceback": []}), "ValueError: salt\n"),
        (("execute_input", {"code": "6 * 7", "execution_count": 3}), ""),
        (("clear_output", {"wait": False}), "\x1b[2J\x1b[H"),
        (("comm_open", {"comm_id": "x"}), ""),
    )
check.passed("render")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
n = check.fresh.randint(1, 99)
result = {"data": {f"application/{a}": {}, "text/latex": b}, "execution_count": n, "metadata": {}}
check_render(
    (("execute_result", result), f"Out[{n}]: <application/{a}, text/latex>\n"),
    (("update_display_data", {"data": {"text/plain": a}, "metadata": {}, "transient": {}}), f"{a}\n"),
    (("stream", {"name": "stderr", "text": f"{a}\n{b}"}), f"{a}\n{b}"),
    ((f"{a}_{b}", {"data": {"text/plain": a}}), ""),
)
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 8: input
#
# A cell that calls `input()` makes the kernel ask *you*, on a socket of its own, and wait. What it asks may be a password: then it must not be seen.
#
# **Write** `FrontEnd.answer`.
# **The check** has a kernel that asks, once and twice, and the IPython kernel.

# %% nbgrader={"grade": true, "grade_id": "input-check"}
# The check of stage 8: run this cell.
from kernel_seams.course import check, fronts

IDLE = ["iopub", "status", {"execution_state": "idle"}, {}]
REPLY = ["shell", "execute_reply", {"status": "ok", "execution_count": 1}, {}]


def questions(asked, typed):
    """What was asked of a person, and what the kernel was told."""
    lines = []
    for prompt, password in asked:
        lines += [["stdin", "input_request", {"prompt": prompt, "password": password}, {}], ["await", "input_reply"]]
    # A kernel that waits for an answer in vain is not waited for: Ctrl-C, and then it goes on.
    script = {"answers": {"execute_request": [[*lines, REPLY, IDLE]]}, "tired": 10}
    played = fronts.session(script, [["start"], ["execute", "input()"], ["stop"]], typed=typed)
    told = [event for event in played["record"] if event.get("msg_type") == "input_reply"]
    return {
        "asked": played["asked"],
        "told": [event["content"].get("value") for event in told],
        "as an answer to": [event["parent"].get("msg_type") for event in told],
        "on": [event["channel"] for event in told],
    }


def check_questions(*asked, typed):
    check.call(
        questions,
        [list(each) for each in asked],
        typed,
        expected={
            "asked": [list(each) for each in asked],
            "told": typed,
            "as an answer to": ["input_request"] * len(asked),
            "on": ["stdin"] * len(asked),
        },
        where=f"what a person is asked and the kernel is told, where it asks {list(asked)} and {typed} is typed",
        next_step="Print the question that comes: which field is the prompt, and what has to stand in the reply?",
        mistakes=[
            (
                lambda got: not got["asked"],
                "Nobody was asked: the question is sent to the name that sent the cell, so stdin needs the identity of shell, and `execute` has to give an input_request to `answer`.",
            ),
            (
                lambda got: (
                    any(password for _, password in asked) and not any(password for _, password in got["asked"])
                ),
                "It was a password, and was asked like anything else: hand content['password'] on.",
            ),
            (
                lambda got: not got["told"],
                "It was typed and not told: send an input_reply on stdin, and the cell goes on.",
            ),
            (
                lambda got: got["as an answer to"] != ["input_request"] * len(asked),
                "The parent_header of the reply is the header of the question.",
            ),
        ],
    )


with fronts.stage("input"):
    cell = "assert input('n? ') == 'ada'"
    check_questions(("name? ", False), typed=["ada"])
    check_questions(("name? ", False), ("password: ", True), typed=["ada", "salt"])
    check.call(
        lambda: fronts.session({}, [["start"], ["execute", cell]], kernel="python3", typed=["ada"])["values"][1][
            "status"
        ],
        expected="ok",
        where=f"the status of the cell `{cell}` with the IPython kernel, where ada is typed",
        next_step="The value in the reply is the text that was typed, no more and no less.",
    )
check.passed("input")
### BEGIN HIDDEN TESTS
a, b, c = check.words(3)
check_questions((a, True), (b, False), (c, False), typed=[c, a, ""])
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 9: interrupt
#
# Ctrl-C in the terminal reaches *your* process. What it means is: stop the cell. A kernelspec says how its kernel wants to hear that: as a signal, or as a message on control, since shell is busy.
#
# **Write** `FrontEnd.interrupt`. `execute` calls it: that is part of stage 6.
# **The check** presses Ctrl-C while a cell runs, with kernels of both kinds, and with the IPython kernel.

# %% nbgrader={"grade": true, "grade_id": "interrupt-check"}
# The check of stage 9: run this cell.
from kernel_seams.course import check, fronts

IDLE = ["iopub", "status", {"execution_state": "idle"}, {}]
ASLEEP = ["iopub", "stream", {"name": "stdout", "text": "asleep"}, {}]
STOPPED = ["shell", "execute_reply", {"status": "error", "ename": "KeyboardInterrupt"}, {}]


def interrupted(mode):
    """How the kernel heard of the Ctrl-C, and what execute returned."""
    script = {"answers": {"execute_request": [[ASLEEP, ["await", "interrupt"], STOPPED, IDLE]]}, "tired": 10}
    calls = [["start"], ["sigint", "asleep"], ["execute", "sleep()"], ["stop"]]
    played = fronts.session(script, calls, spec={"interrupt_mode": mode} if mode else {})
    heard = [
        event.get("signal") or f"{event['msg_type']} on {event['channel']}"
        for event in played["record"]
        if event.get("signal") or event.get("msg_type") == "interrupt_request"
    ]
    return {"heard": heard, "returned": (played["values"][1] or {}).get("ename", played["values"][1])}


def ends(calls):
    """In what each cell ends, with the IPython kernel: ok, or the name of an error."""
    values = [value for value in fronts.session({}, calls, kernel="python3")["values"] if value]
    return [value.get("ename") or value.get("raised") or value.get("status") for value in values]


def check_interrupted(play, mode, heard):
    check.call(
        play,
        expected={"heard": [heard], "returned": "KeyboardInterrupt"},
        where=f"Ctrl-C while a cell runs, with a kernelspec that says {f'interrupt_mode: {mode}' if mode else 'nothing of interrupts'}",
        next_step="What does the kernelspec say, how does the kernel hear of it, and what does execute wait for then?",
        mistakes=[
            (
                lambda got: not got["heard"],
                "The kernel heard nothing: `execute` has to catch KeyboardInterrupt and call `interrupt`.",
            ),
            (
                lambda got: got["heard"] != [heard],
                '`interrupt_mode` of the kernelspec decides: "message" is an interrupt_request on control, anything else the signal.',
            ),
            (
                lambda got: got["heard"] == [heard],
                "The kernel was interrupted, and you did not wait for what it says: the reply and the idle are still to come.",
            ),
        ],
    )


with fronts.stage("interrupt"):
    calls = [
        ["start"],
        ["execute", "x = 3"],
        ["sigint", "awake"],
        ["execute", "import time; print('aw' + 'ake'); time.sleep(15)"],
        ["execute", "x"],
    ]
    real, signal, message = fronts.at_once(lambda: ends(calls), lambda: interrupted(""), lambda: interrupted("message"))
    check_interrupted(signal, "", "SIGINT")
    check_interrupted(message, "message", "interrupt_request on control")
    check.call(
        real,
        expected=["ok", "KeyboardInterrupt", "ok"],
        where="the cells `x = 3`, `print(...); time.sleep(15)` with a Ctrl-C once it has printed, and `x`, with the IPython kernel",
        next_step="An interrupt ends the cell, not the kernel: what it knew it still knows.",
    )
check.passed("interrupt")
### BEGIN HIDDEN TESTS
signal, message = fronts.at_once(lambda: interrupted("signal"), lambda: interrupted("message"))
check_interrupted(signal, "signal", "SIGINT")
check_interrupted(message, "message", "interrupt_request on control")
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 10: restart
#
# There is no message that empties a kernel. A restart is a goodbye and a new process, with the old connection file; whoever else was connected is connected again.
# A kernel that does not go is not waited for.
#
# **Write** `FrontEnd.restart` and `FrontEnd.end`.
# **The check** restarts a kernel and looks at the two processes, has one that does not want to end and has started a process of its own, and looks for what is left when you have stopped: processes, and the connection file.

# %% nbgrader={"grade": true, "grade_id": "restart-check"}
# The check of stage 10: run this cell.
from kernel_seams.course import check, fronts


def lives(script, *calls):
    """What the kernel's processes were told of their end, and what was left of them."""
    played = fronts.session(script, [["start"], *calls])
    starts = [event["started"]["path"] for event in played["record"] if "started" in event]
    return {
        "processes": len(starts),
        "connection files": len(set(starts)),
        "shutdown_request, restart": [
            event["content"].get("restart") for event in played["record"] if event.get("msg_type") == "shutdown_request"
        ],
        "returned": [value for value in played["values"] if value],
        "left running": played["left"],
        "connection file": "left" if played["kept"] else "gone",
    }


def ends(calls):
    """In what each cell ends, with the IPython kernel: ok, or the name of an error."""
    values = [value for value in fronts.session({}, calls, kernel="python3")["values"] if value]
    return [value.get("ename") or value.get("raised") or value.get("status") for value in values]


def plays(cases):
    """What there is to play: each case is a script, the calls after start, and what `check_lives` is told of it."""
    return [lambda script=script, calls=calls: lives(script, *calls) for script, calls, *_ in cases]


def check_lives(play, script, _, processes, restarts, what, returned=()):
    check.call(
        play,
        expected={
            "processes": processes,
            "connection files": 1,
            "shutdown_request, restart": restarts,
            "returned": list(returned),
            "left running": 0,
            "connection file": "gone",
        },
        where=what,
        next_step="Do it by hand, and look with `ps` at what runs: which process is still there, or there too early?",
        mistakes=[
            (
                lambda got: got["left running"] and "child" in script,
                "A process is left, the kernel or one that it has started: give it PATIENCE seconds after the shutdown_request, then `os.killpg(..., signal.SIGKILL)`, which reaches the whole group.",
            ),
            (
                lambda got: got["left running"],
                "A process is left: give it PATIENCE seconds after the shutdown_request, then `os.killpg(..., signal.SIGKILL)`.",
            ),
            (
                lambda got: got["connection file"] == "left",
                "The kernel is gone and its connection file is not: `stop` takes away the folder that `start` made.",
            ),
            (
                lambda got: got["connection files"] > 1,
                "A restart keeps the connection file: whoever else has it finds the kernel again.",
            ),
            (
                lambda got: (
                    got["shutdown_request, restart"] != restarts
                    and len(got["shutdown_request, restart"]) == len(restarts)
                ),
                "The shutdown_request says whether it is for good: {'restart': restart}.",
            ),
            (
                lambda got: not got["shutdown_request, restart"],
                "Ask first: a shutdown_request on control gives the kernel the time to end well.",
            ),
        ],
    )


STAYS = {"answers": {"shutdown_request": [[]]}, "child": True}
WITH = "with a kernel that has started a process and does not want to end"
ANSWER = {"status": "ok", "execution_count": 1, "user_expressions": {}}
with fronts.stage("restart"):
    anew = [["restart"], ["execute", ""], ["stop"]]
    cases = (
        ({}, [["stop"]], 1, [False], "start, stop"),
        ({}, anew, 2, [True, False], "start, restart, a cell, stop", [ANSWER]),
        (STAYS, [["stop"]], 1, [False], f"start, stop, {WITH}"),
    )
    calls = [["start"], ["execute", "x = 3"], ["restart"], ["execute", "x"], ["stop"]]
    real, *played = fronts.at_once(lambda: ends(calls), *plays(cases))
    for play, case in zip(played, cases):
        check_lives(play, *case)
    check.call(
        real,
        expected=["ok", "NameError"],
        where="the cells `x = 3` and, after a restart, `x`, with the IPython kernel",
        next_step="After a restart nothing that was in memory is left: is it really another process that answers?",
    )
check.passed("restart")
### BEGIN HIDDEN TESTS
twice, stays = [["restart"], ["restart"], ["stop"]], [["restart"], ["stop"]]
cases = (
    ({}, twice, 3, [True, True, False], "start, restart, restart, stop"),
    (STAYS, stays, 2, [True, False], f"start, restart, stop, {WITH}"),
)
for play, case in zip(fronts.at_once(*plays(cases)), cases):
    check_lives(play, *case)
### END HIDDEN TESTS

# %% [markdown]
# ## It is a front-end
#
# In a terminal, in the folder of this notebook:
#
#     python frontend.py
#     python frontend.py bash
#     python frontend.py deno
#     python frontend.py mine        once the kernel of lesson 08 is installed
#
# Four languages, or rather three and your own kernel, and not a line of your program speaks of any of them.
#
# ## All three of yours
#
# A shell, a kernel and a front-end, each written by you, each knowing nothing of the others but what crosses between them.
# In a terminal of JupyterLab, in the folder `work` where it begins, with a tap between front-end and kernel that writes down what passes:
#
#     cp 07-shell/shell.py 08-kernel/
#     seams kernels install mine
#     seams tap install mine
#     python 09-frontend/frontend.py mine-tapped
#
# Type `6 * 7`, `x = input('who? ')` with an answer, `1 / 0`, and Ctrl-D. Then
#
#     seams trace show
#
# is one conversation of all three: an `execute_request` is your front-end's, the `busy` and `idle` around it are your kernel's, what stands in the `execute_result` is your shell's.
# `seams trace lint` holds every frame of it to the protocol.
# What you have not written is there all the same: without `shell.py` beside it your kernel runs IPython, and `seams tap install python3` needs no kernel of yours.
#
# And each of them with the real ones: `jupyter console --kernel mine`, the card *Mine* in JupyterLab's launcher, and
#
#     jupyter execute --kernel_name=mine --inplace a-copy.ipynb
#
# for the copy of a notebook that uses no magic which your shell does not have.
#
# ## Discussion
#
# - JupyterLab does what you have done, in two halves: the browser draws, and a server, `jupyter_server`, has the sockets and speaks to the browser over a WebSocket. VS Code and `jupyter console` have both in one, as you have.
# - The file is where the outputs are kept, the kernel keeps none of them. A front-end that saves nothing, like yours, is a console; one that writes down what it has shown is a notebook.
# - Deno sends what a cell prints a moment after its idle. Your `execute` shows it with the next cell, if it looks at the session and not only at the msg_id: a rule that a kernel breaks can be stood by a front-end that is patient.
# - Whoever has the connection file can do all you can. Connect two front-ends to one kernel and watch each other.
#
# ## Read on
#
# - `jupyter_client/kernelspec.py`, `provisioning/local_provisioner.py` and `client.py`: stages 1, 3 and 6 in full.
# - *Making kernels for Jupyter*, in the documentation of jupyter_client, sections *Kernel specs* and *Connection files*.
