# %% [markdown]
# # 05 Kernels: one client, any language
#
# **Goal.** You can drive any kernel with one function that knows no language, say in which message an answer comes, and make a kernel out of an interpreter with one file.
#
# Run the cells in order with Shift+Enter; after a restart of the kernel, which forgets every name, from the top again.
# Each task ends in a folded cell, its check: run it, or click on its dots to read it.
# Stuck? `%hint 05-kernels.client` shows one hint at a time.
#
# This lesson has two notebooks: this one, and `shell.ipynb`, which runs on a Bash kernel and holds the last task.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "the 42 of `6 * 7` in Python comes in a message of type": ...,  # "execute_result", "stream" or "display_data"
    "the 42 of `echo $((6 * 7))` in Bash comes in a message of type": ...,
    "a client has to know the kernel's language to show either": ...,  # True or False
    "Bash's reply to the two lines `false` and `true` has the status": ...,  # "ok" or "error"
}

# %% [markdown]
# ## Drive it
#
# A front-end speaks one protocol. What differs from kernel to kernel is the text of the cell, and which messages come back.
#
# ```mermaid
# flowchart LR
#     client["one client"] -- "execute_request<br/>code: any text" --> python["ipykernel<br/>Python"]
#     client -- "execute_request" --> bash["bash_kernel<br/>Bash"]
#     client -- "execute_request" --> deno["Deno<br/>TypeScript"]
#     python -- "execute_result, stream, error" --> client
#     bash -- "stream, error" --> client
#     deno -- "execute_result, stream, error" --> client
# ```
#
# A client needs the connection file and nothing else:

# %% nbgrader={"grade_id": "connected", "locked": true}
from contextlib import contextmanager

from jupyter_client import BlockingKernelClient


@contextmanager
def connected(connection_file):
    """A client of the kernel of that connection file, ready to ask; disconnected at the end."""
    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels(hb=False)  # on a busy machine a late heartbeat would pass for a dead kernel
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()


# %% [markdown]
# `show` sends a cell and prints what comes back, message by message. Is there a word of any language in it?

# %%
import subprocess
from queue import Empty

from jupyter_client.manager import run_kernel

from kernel_seams.course.kernels import given_kernel


@contextmanager
def client_of(name):
    """A client of a new kernel of that name; both are ended at the end."""
    if name == "deno":  # it listens on TCP only; the others are given sockets in a private folder
        with run_kernel(kernel_name="deno", stderr=subprocess.DEVNULL) as client:
            yield client
    else:
        with given_kernel(name) as connection_file, connected(connection_file) as client:
            yield client


def show(client, code):
    """Print what the kernel answers to `code`; a list of the types of message, and the status of the reply."""
    asked, idle, seen = client.execute(code), False, []
    while not (idle and seen):
        try:
            message = client.get_iopub_msg(timeout=2 if idle else 60)  # Deno may bring its result after its idle
        except Empty:
            break
        if message["parent_header"].get("msg_id") != asked:
            continue
        msg_type, content = message["msg_type"], message["content"]
        if msg_type not in ("status", "execute_input"):
            said = content.get("text") or content.get("data") or [content["ename"], content["evalue"]]
            print(f"    {msg_type:15} {said}")
            seen.append(msg_type)
        idle = idle or content.get("execution_state") == "idle"
    while (reply := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != asked:
        pass
    print(f"    {'execute_reply':15} status", reply["content"]["status"])
    return seen, reply["content"]["status"]


def try_it(name, *cells):
    """Boot the kernel and show its answer to each of the cells."""
    answers = []
    with client_of(name) as client:
        for cell in cells:
            print(f"{name}: {cell!r}")
            answers.append(show(client, cell))
    return answers


python = try_it("python3", "6 * 7", "print(6 * 7)", "1 / 0")
bash = try_it("bash", "echo $((6 * 7))", "ls /nowhere", "false\ntrue")

# %% [markdown]
# The third one, if it is installed here:

# %%
try:
    try_it("deno", "6 * 7", "null.length")
except Exception as problem:
    print("deno does not answer here:", problem)

# %% [markdown]
# Your answers beside what happened:

# %%
import inspect

from kernel_seams.course import check

check.compare(
    prediction,
    {
        "the 42 of `6 * 7` in Python comes in a message of type": python[0][0][0],
        "the 42 of `echo $((6 * 7))` in Bash comes in a message of type": bash[0][0][0],
        "a client has to know the kernel's language to show either": "python" in inspect.getsource(show),
        "Bash's reply to the two lines `false` and `true` has the status": bash[2][1],
    },
)

# %% [markdown]
# ## Task 1: the one client function
#
# `ask` runs a cell in whichever kernel it is given and tells the answer as plain data:
#
#     ask(connection_file, "6 * 7")            {"status": "ok", "result": "42", "printed": "", "error": None}
#     ask(connection_file, "echo $((6 * 7))")  {"status": "ok", "result": None, "printed": "42\n", "error": None}
#     ask(connection_file, "1 / 0")            {"status": "error", "result": None, "printed": "", "error": "division by zero"}
#
# - `status`: of the `execute_reply`
# - `result`: the `text/plain` of the `execute_result`, or None
# - `printed`: the text of every `stream`, in order, as one string
# - `error`: the `evalue` of the `error`, or None
#
# `client.execute_interactive(code, output_hook=f, timeout=60)` calls `f` with each iopub message that belongs to the request, and returns the reply.
#
# **The check** gives you a Python kernel and a Bash kernel, with cells that print once, twice and not at all, and that fail.
# **Not asked:** pictures (`display_data`), cells that ask for input.


# %% nbgrader={"grade_id": "client", "solution": true}
def ask(connection_file, code):
    """What the kernel answers to `code`: a dict with "status", "result", "printed" and "error"."""
    heard = []
    with connected(connection_file) as client:
        # TODO: Run `code`, keep each iopub message in `heard`, and return the dict. No word of any language.
        ### BEGIN SOLUTION
        reply = client.execute_interactive(code, output_hook=heard.append, timeout=60)
    answer = {"status": reply["content"]["status"], "result": None, "printed": "", "error": None}
    for message in heard:
        content = message["content"]
        if message["msg_type"] == "stream":
            answer["printed"] += content["text"]
        elif message["msg_type"] == "execute_result":
            answer["result"] = content["data"]["text/plain"]
        elif message["msg_type"] == "error":
            answer["error"] = content["evalue"]
    return answer
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "client-check"}
# The check of task 1: run this cell.
from kernel_seams.course import check
from kernel_seams.course.kernels import given_kernel


def check_ask(name, answers):
    with given_kernel(name) as connection_file:
        for code, expected in answers.items():
            wanted = {"status": "ok", "result": None, "printed": "", "error": None} | expected
            check.call(
                ask,
                str(connection_file),
                code,
                expected=wanted,
                where=f"ask(connection_file, {code!r}), the kernel {name}",
                next_step=f"`try_it({name!r}, {code!r})` shows every message of the answer: which of them did you leave out?",
                mistakes=[
                    (
                        lambda got, wanted=wanted: got["result"] is None and got["printed"] == wanted["result"],
                        "The value of an expression is a result: it comes as `execute_result`, and nothing was printed.",
                    ),
                    (
                        lambda got: isinstance(got["result"], dict),
                        "`data` holds the result in several forms, by their MIME type: take `text/plain`.",
                    ),
                    (
                        lambda got, wanted=wanted: (
                            wanted["result"] is None and got["result"] == wanted["printed"] != ""
                        ),
                        "That was printed: it came as `stream`, and there is no `execute_result`.",
                    ),
                    (
                        lambda got, wanted=wanted: (
                            got["printed"] != wanted["printed"] and wanted["printed"].endswith(got["printed"])
                        ),
                        "A cell may send several `stream` messages: `printed` is the text of all of them.",
                    ),
                    (
                        lambda got, wanted=wanted: wanted["error"] and got["status"] == "ok",
                        "The status is what the `execute_reply` says; `execute_interactive` returns that message.",
                    ),
                    (
                        lambda got, wanted=wanted: wanted["error"] and got["error"] in ("", "ZeroDivisionError"),
                        "This is the `ename`, and Bash's errors have none: take the `evalue`.",
                    ),
                ],
            )


check_ask(
    "python3",
    {
        "6 * 7": {"result": "42"},
        "print('salt', flush=True); print('pepper')": {"printed": "salt\npepper\n"},
        "1 / 0": {"status": "error", "error": "division by zero"},
        "answer = 6 * 7": {},
    },
)
check_ask(
    "bash",
    {
        "echo $((6 * 7))": {"printed": "42\n"},
        "echo salt; false": {"status": "error", "printed": "salt\n", "error": "1"},
    },
)
check.passed("ask")
### BEGIN HIDDEN TESTS
first, second, third = check.words(3)
number = check.fresh.randint(2, 99)
check_ask(
    "python3",
    {
        f"print({first!r}, flush=True); print({second!r}); {number}": {
            "printed": f"{first}\n{second}\n",
            "result": str(number),
        },
        f"print({third!r}, flush=True); raise ValueError({first!r})": {
            "status": "error",
            "printed": f"{third}\n",
            "error": first,
        },
    },
)
check_ask(
    "bash",
    {
        f"echo {first}; echo {second}; echo {third}": {"printed": f"{first}\n{second}\n{third}\n"},
        f"echo {third}; (exit {number})": {"status": "error", "printed": f"{third}\n", "error": str(number)},
    },
)
### END HIDDEN TESTS

# %% [markdown]
# Your function and any kernel, any text:

# %%
with given_kernel("bash") as connection_file:
    print(ask(connection_file, "echo $((6 * 7))"))
    print(ask(connection_file, "false"))

# %% [markdown]
# ## Task 2: result or stream
#
# In which type of message does it come? Decide for each of the eight; what you are not sure of, `try_it(name, cell)` shows.
#
# **The check** looks at each of the eight and names an experiment for the first that is not right.
# **Not asked:** the reply, which always comes.

# %% nbgrader={"grade_id": "answers", "solution": true}
answers = {
    "Python: the 42 of 6 * 7": ...,
    "Python: the 42 of print(6 * 7)": ...,
    "Python: the 42 of answer = 6 * 7": ...,
    "Bash: the 42 of echo $((6 * 7))": ...,
    "Bash: the 42 of answer=$((6 * 7))": ...,
    "Bash: the words `cannot access` of ls /nowhere": ...,
    "TypeScript: the 42 of 6 * 7": ...,
    "TypeScript: the 42 of console.log(6 * 7)": ...,
}
# TODO: Put "execute_result", "stream" or "nothing" in place of each `...` above, and delete the line that raises.
### BEGIN SOLUTION
answers = {
    "Python: the 42 of 6 * 7": "execute_result",
    "Python: the 42 of print(6 * 7)": "stream",
    "Python: the 42 of answer = 6 * 7": "nothing",
    "Bash: the 42 of echo $((6 * 7))": "stream",
    "Bash: the 42 of answer=$((6 * 7))": "nothing",
    "Bash: the words `cannot access` of ls /nowhere": "stream",
    "TypeScript: the 42 of 6 * 7": "execute_result",
    "TypeScript: the 42 of console.log(6 * 7)": "stream",
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "answers-check"}
# The check of task 2: run this cell.
from kernel_seams.course import check

EXPERIMENTS = {
    "Python: the 42 of 6 * 7": ("6217c9d865f7", '`try_it("python3", "6 * 7")`: nobody printed anything.'),
    "Python: the 42 of print(6 * 7)": (
        "1ae279f60cb1",
        '`try_it("python3", "print(6 * 7)")`: the value of this expression is None.',
    ),
    "Python: the 42 of answer = 6 * 7": (
        "d1f930741360",
        '`try_it("python3", "answer = 6 * 7")`: is there any message but the reply?',
    ),
    "Bash: the 42 of echo $((6 * 7))": (
        "809ef4c51585",
        '`try_it("bash", "echo $((6 * 7))")`: can a Bash command have a value that is not text?',
    ),
    "Bash: the 42 of answer=$((6 * 7))": (
        "1fdfd3265918",
        '`try_it("bash", "answer=$((6 * 7))")`: is there any message but the reply?',
    ),
    "Bash: the words `cannot access` of ls /nowhere": (
        "cc6bdb86b09e",
        '`try_it("bash", "ls /nowhere")`: there are two messages. Which one holds the words?',
    ),
    "TypeScript: the 42 of 6 * 7": ("7f26aa22a57b", '`try_it("deno", "6 * 7")`: nobody printed anything.'),
    "TypeScript: the 42 of console.log(6 * 7)": (
        "3925f1a53f75",
        '`try_it("deno", "console.log(6 * 7)")`: the value of this expression is undefined.',
    ),
}
for thing, (sealed, experiment) in EXPERIMENTS.items():
    check.choice(
        answers.get(thing, "no entry"),
        of=["execute_result", "stream", "nothing"],
        sealed=sealed,
        where=thing,
        next_step=experiment,
    )
check.passed("answers")
### BEGIN HIDDEN TESTS
by_type = {
    "execute_result": ["Python: the 42 of 6 * 7", "TypeScript: the 42 of 6 * 7"],
    "stream": [
        "Python: the 42 of print(6 * 7)",
        "Bash: the 42 of echo $((6 * 7))",
        "Bash: the words `cannot access` of ls /nowhere",
        "TypeScript: the 42 of console.log(6 * 7)",
    ],
    "nothing": ["Python: the 42 of answer = 6 * 7", "Bash: the 42 of answer=$((6 * 7))"],
}
check.equal(
    answers,
    {thing: msg_type for msg_type, things in by_type.items() for thing in things},
    where="answers",
    next_step="Show it with `try_it` and read the type of the message.",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: a kernel from one file
#
# What makes an interpreter a kernel in Jupyter's list is a *kernelspec*, a folder with a `kernel.json`:
#
#     KERNELS/NAME/kernel.json
#
#     {
#      "argv": ["/home/ada/.venv/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
#      "display_name": "Python of Ada",
#      "language": "python"
#     }
#
# - `argv`: the command that Jupyter runs, a list. It puts the path of a new connection file in the place of `{connection_file}`: this is how the kernel learns where to listen.
# - `display_name`: what the launcher shows
# - `language`: for the front-end, to colour the text
#
# **The check** makes an environment, calls `write_spec` for it, boots the kernel of that name from your folder, and asks it which interpreter it runs.
# **Not asked:** a logo, a folder that is there already.

# %% nbgrader={"grade_id": "spec", "solution": true}
import json
from pathlib import Path


def write_spec(kernels, name, interpreter, display_name):
    """Write the kernelspec `name` into the folder `kernels`, for a Python at `interpreter` that has ipykernel; all are str."""
    # TODO: Make the folder and write kernel.json. The interpreter is the one you are given, as it is.
    ### BEGIN SOLUTION
    folder = Path(kernels, name)
    folder.mkdir(parents=True)
    spec = {
        "argv": [interpreter, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": display_name,
        "language": "python",
    }
    (folder / "kernel.json").write_text(json.dumps(spec))
    ### END SOLUTION


# %%
import sys
import tempfile

with tempfile.TemporaryDirectory() as kernels:
    write_spec(kernels, "mine", sys.executable, "My own")
    for path in Path(kernels).rglob("*"):
        print(path, path.read_text() if path.is_file() else "")

# %% nbgrader={"grade": true, "grade_id": "spec-check"}
# The check of task 3: run this cell.
import json
import os
import tempfile
from pathlib import Path

from kernel_seams.course import check, setups
from kernel_seams.course.kernels import given_kernel


def written(name, display_name):
    """What there is after `write_spec`, and what the kernel says once it is booted; paths short."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        kernels = root / "kernels"
        write_spec(str(kernels), name, str(setups.environment(root / "given")), display_name)
        files = sorted(str(path.relative_to(kernels)) for path in kernels.rglob("*") if path.is_file())
        if f"{name}/kernel.json" not in files:
            return {"files": files}
        spec = json.loads((kernels / name / "kernel.json").read_text())
        found = {key: setups.short(spec.get(key), root) for key in ("display_name", "language")}
        if isinstance(spec.get("argv"), list) and spec["argv"][:1] == [os.path.realpath(root / "given/bin/python")]:
            return found | {"argv[0]": "what given/bin/python is a link to"}
        if not isinstance(spec.get("argv"), list) or "{connection_file}" not in spec["argv"]:
            return found | {"argv": setups.short(spec.get("argv"), root)}  # booted like this it would never answer
        heard = []
        with given_kernel(name, folder_of_specs=kernels) as connection_file, connected(connection_file) as client:
            client.execute_interactive("import sys; print(sys.executable)", output_hook=heard.append, timeout=60)
        runs = "".join(message["content"].get("text", "") for message in heard).strip()
        return found | {"it runs": setups.short(runs, root)}


def check_spec(name, display_name):
    check.call(
        written,
        name,
        display_name,
        expected={"display_name": display_name, "language": "python", "it runs": "given/bin/python"},
        where=f"write_spec('kernels', {name!r}, 'given/bin/python', {display_name!r}), and the kernel booted from there",
        next_step="Compare your kernel.json with the example above, key by key.",
        mistakes=[
            (
                lambda got: "files" in got,
                f"Jupyter looks for {name}/kernel.json in the folder `kernels`, and for nothing else.",
            ),
            (
                lambda got: "argv[0]" in got,
                "You followed the link. The place of the link is what makes it this environment: write the path as you were given it.",
            ),
            (
                lambda got: isinstance(got["argv"], str),
                "`argv` is a list, one item for each word: no shell takes it apart.",
            ),
            (
                lambda got: "argv" in got,
                "Write `{connection_file}` as it stands, braces and all: Jupyter puts the path there at each start.",
            ),
            (
                lambda got: got["it runs"].startswith("THIS-NOTEBOOK'S"),
                "That is the interpreter of this notebook: argv[0] is the one you are given.",
            ),
            (
                lambda got: got["display_name"] is None or got["language"] is None,
                "The three keys are `argv`, `display_name` and `language`.",
            ),
        ],
    )


check_spec("mine", "My own")
check.passed("write_spec")
### BEGIN HIDDEN TESTS
check_spec(*check.words(2))
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: the notebook that is on the wire
#
# `seams tap install bash` puts a *tap* before a kernel: it passes every frame on as it is and writes down what passed, a *trace*.
# In JupyterLab's launcher, *The wire* shows it while it is being written, whatever the kernel.
# Here are the traces of two kernels, one after the other, and what their messages say:

# %% nbgrader={"grade_id": "messages", "locked": true}
import base64
import json


def messages(lines):
    """The messages in the lines of a trace, in order: dicts with "channel", "msg_type", "header", "parent_header", "content"."""
    found = []
    for line in lines:
        record = json.loads(line)
        frames = [base64.b64decode(frame or "e30=") for frame in record.get("frames", [])]
        if b"<IDS|MSG>" in frames:
            start = frames.index(b"<IDS|MSG>") + 2
            header, parent_header, _, content = map(json.loads, frames[start : start + 4])
            said = {"header": header, "parent_header": parent_header, "content": content}
            found.append({"channel": record["channel"], "msg_type": header["msg_type"], **said})
    return found


# %%
from kernel_seams.course.kernels import tapped_kernel


def trace_of(name, *cells):
    """The lines of the trace of a new kernel that runs these cells."""
    with tapped_kernel(name) as (connection_file, lines), connected(connection_file) as client:
        for cell in cells:
            client.execute_interactive(cell, output_hook=lambda _: None, timeout=60)
    return lines


python_lines = trace_of("python3", "print('salt'); 6 * 7", "1 / 0")
bash_lines = trace_of("bash", "echo salt; echo $((6 * 7))", "false")
for lines in (python_lines, bash_lines):
    print("the kernel", json.loads(lines[0])["kernel"])
    for message in messages(lines):
        if message["parent_header"].get("msg_type") == "execute_request" and message["msg_type"] != "status":
            print(f"    {message['channel']:6} {message['msg_type']:15} {str(message['content'])[:80]}")

# %% [markdown]
# `drawn` makes the notebook out of a trace, of any kernel: for each cell, in the order in which they were sent, its code and the text that a front-end drew below it.
#
#     In [8]: drawn(python_lines)
#     Out[8]: [["print('salt'); 6 * 7", 'salt\n42'], ['1 / 0', 'division by zero']]
#
# The text is, in order of arrival and with nothing in between: the `text` of a `stream`, the `text/plain` of an `execute_result`, the `evalue` of an `error`.
#
# **The check** gives you traces in which two cells are under way at once, an output comes after its idle, and a front-end asks other things besides.
# **Not asked:** pictures, outputs that are updated or cleared, cells that ask for input.


# %% nbgrader={"grade_id": "drawn", "solution": true}
def drawn(lines):
    """For each execute_request in a trace, in order: [its code, the text that is drawn below it]."""
    # TODO: Go through `messages(lines)`. Each output belongs to the cell that its parent_header names.
    # No word of any language.
    ### BEGIN SOLUTION
    cells = {}
    for message in messages(lines):
        content, cell = message["content"], cells.get(message["parent_header"].get("msg_id"))
        if message["msg_type"] == "execute_request":
            cells[message["header"]["msg_id"]] = [content["code"], ""]
        elif cell and message["msg_type"] == "stream":
            cell[1] += content["text"]
        elif cell and message["msg_type"] == "execute_result":
            cell[1] += content["data"]["text/plain"]
        elif cell and message["msg_type"] == "error":
            cell[1] += content["evalue"]
    return list(cells.values())
    ### END SOLUTION


# %%
print(drawn(python_lines))
print(drawn(bash_lines))

# %% nbgrader={"grade": true, "grade_id": "drawn-check"}
# The check: run this cell.
import base64
import json

from kernel_seams.course import check

CONTENTS = {
    "stream": lambda text: {"name": "stdout", "text": text},
    "execute_result": lambda text: {"data": {"text/html": f"<b>{text}</b>", "text/plain": text}, "execution_count": 1},
    "error": lambda text: {"ename": "Trouble", "evalue": text, "traceback": [f"Trouble: {text}"], "status": "error"},
    "execute_input": lambda text: {"code": text, "execution_count": 1},
    "execute_reply": lambda text: {"status": text, "execution_count": 1},
    "status": lambda text: {"execution_state": text},
    "kernel_info_reply": lambda text: {"status": text, "banner": text},
}


def trace_line(channel, msg_id, msg_type, parent, content):
    parents = {"msg_id": parent, "msg_type": "execute_request"} if parent else {}
    parts = ({"msg_id": msg_id, "msg_type": msg_type}, parents, {}, content)
    frames = [b"route", b"<IDS|MSG>", b"9f2c", *(json.dumps(part).encode() for part in parts)]
    return json.dumps(
        {"kind": "frames", "channel": channel, "frames": [base64.b64encode(each).decode() for each in frames]}
    )


def check_drawn(*events):
    """Each event is (cell, what, text): what came for which cell; a cell is "" where nobody asked."""
    lines = [json.dumps({"kind": "session", "kernel": "any"}), json.dumps({"kind": "frames", "frames": ["AQ=="]})]
    expected = {}
    for number, (cell, what, text) in enumerate(events):
        if what == "execute_request":
            lines.append(trace_line("shell", cell, what, None, {"code": text, "silent": False}))
            expected[cell] = [text, ""]
            continue
        channel = "shell" if what.endswith("reply") else "iopub"
        lines.append(trace_line(channel, f"answer-{number}", what, cell, CONTENTS[what](text)))
        if cell in expected and what in ("stream", "execute_result", "error"):
            expected[cell][1] += text
    # What says nothing here is left out of what a person reads.
    plain = [event for event in events if event[1] not in ("execute_input", "execute_reply") and event[2] != "busy"]
    told = "; ".join(
        f"{what} {text!r} {'as' if what == 'execute_request' else 'for'} {cell or 'nobody'}"
        for cell, what, text in plain
    )
    check.call(
        drawn,
        lines,
        expected=list(expected.values()),
        where=f"drawn(lines), where lines is a trace of {told}",
        next_step="Print msg_type and parent_header of each of `messages(lines)`: which are outputs, and of which cell?",
        mistakes=[
            (
                lambda got: len(got) < len(expected),
                "A cell without any output has an entry, too: its text is empty.",
            ),
            (
                lambda got: any(not isinstance(text, str) for _, text in got),
                "The text is one string: `data` holds a result in several forms, take its `text/plain`.",
            ),
            (
                lambda got: got.kind == "KeyError" and "msg_id" in got.text,
                "Some messages answer nobody and their parent_header is empty: ask it with `.get('msg_id')`.",
            ),
            (
                lambda got: got.kind == "KeyError",
                "Some messages name a request that is no cell of this trace: pass over them.",
            ),
            (
                lambda got: any("Trouble" in text for _, text in got),
                "Of an error only its `evalue` is drawn here: ename, the name of its class, and the traceback are left out.",
            ),
            (
                lambda got: (
                    sorted("".join(text for _, text in got)) == sorted("".join(text for _, text in expected.values()))
                ),
                "An output is below the wrong cell: its parent_header says whose it is, and not what was sent or idle last.",
            ),
            (
                lambda got: any(
                    wanted.startswith(text) and text != wanted for (_, text), (_, wanted) in zip(got, expected.values())
                ),
                "Something is missing below a cell: after its idle an output may still come, and it has several kinds.",
            ),
        ],
    )


def run(cell, code, *outputs):
    """What comes for one cell that nothing disturbs."""
    ends = [(cell, "execute_reply", "ok"), (cell, "status", "idle")]
    begins = [(cell, "execute_request", code), (cell, "status", "busy"), (cell, "execute_input", code)]
    return [*begins, *((cell, what, text) for what, text in outputs), *ends]


start = [
    ("", "status", "starting"),
    ("x", "kernel_info_reply", "ok"),
    ("", "stream", "a warning\n"),
    ("x", "stream", "not yours\n"),
]
salt = run("a", "salt", ("stream", "salt\n"), ("execute_result", "42"))
check_drawn(*start, *salt, *run("b", "1 / 0", ("error", "division by zero")), *run("c", "x = 1"))
two = run("b", "two", ("stream", "two\n"), ("stream", "three\n"))
check_drawn(salt[0], two[0], *salt[1:4], *two[1:4], *salt[4:], *two[4:])
check_drawn(*salt, ("a", "stream", "late\n"), *two, ("b", "execute_result", "later"))
check.passed("drawn")
### BEGIN HIDDEN TESTS
for count in (1, 2, 3):
    threads = []
    for cell, code in enumerate(check.words(count)):
        kinds = check.fresh.choices(("stream", "execute_result", "error"), k=check.fresh.randint(0, 3))
        threads.append(run(f"cell-{cell}", code, *zip(kinds, check.words(len(kinds)))))
        if check.fresh.random() < 0.5:
            threads[-1].append((f"cell-{cell}", "stream", check.words(1)[0]))
    turns = [number for number, thread in enumerate(threads) for _ in thread]
    check.fresh.shuffle(turns)
    check_drawn(*start, *(threads[turn].pop(0) for turn in turns))
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5
#
# It is in `shell.ipynb`, on a Bash kernel: open it beside this one.
#
# ## Discussion
#
# - A kernel without values has no `execute_result`. Bash has text and a status, so all it shows is `stream`, and its `Out[ ]` stays empty.
# - bash_kernel is a program in Python that types your cell into a Bash and reads what comes back.
#   stdout and stderr share that one terminal: the words of an error come as stdout.
# - The one client of task 1 is all that nbclient, and so nbgrader, is at heart. It could grade any language; what it cannot know is what counts as wrong there.
# - Deno sends the `execute_result` of `6 * 7` now and then after it has said `idle`, against the protocol; `show` listens two seconds longer where it has seen nothing.
#
# ## Read on
#
# - jupyter_client documentation: *Making kernels for Jupyter*; *Messaging in Jupyter*, section *Execution results*.
# - `jupyter kernelspec list`, or with what each one launches `seams kernels list`; `seams demo 5` is this lesson in one run.
# - Lesson 06 asks which interpreter it is that a kernelspec launches.
