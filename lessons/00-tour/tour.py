# %% [markdown]
# # 00 Tour: every seam once
#
# **Goal.** You have seen each boundary between *Jupyter*, *kernel* and *IPython* once, on live processes, and know which lesson takes it apart.
#
# Ten minutes, nothing to write, nothing graded.
# Read a claim, guess what the cell below it will show, run it with Shift+Enter.
#
# ```mermaid
# flowchart LR
#     subgraph front["front-end: JupyterLab, a console, a program"]
#         cell["cells, outputs,<br/>the .ipynb file"]
#     end
#     subgraph kernel["kernel: a process of its own"]
#         ipykernel["ipykernel<br/>answers the sockets"] --> ipython["IPython<br/>echo, _, In/Out, magics"] --> python["Python<br/>runs it, holds your values"]
#     end
#     cell -- "execute_request" --> ipykernel
#     ipykernel -- "status, stream, execute_result, execute_reply" --> cell
# ```

# %% [markdown]
# ## 1. The UI never runs your code
#
# Your browser shows this page and a server hands out its files; this cell runs in neither.
# It runs in a third process, the kernel, which was started for this notebook:

# %%
import os
import sys

import psutil

me = psutil.Process(os.getpid())
print("this cell runs in process", me.pid, ":", *me.cmdline()[1:])
print("started by process", me.ppid(), ":", *me.parent().cmdline()[1:3])

# %% [markdown]
# ## 2. A cell is a message
#
# What you typed reached the kernel as text in an `execute_request`.
# The kernel still has the one it is working on, so that a cell can look at its own:

# %%
request = get_ipython().kernel.get_parent()
print(request["header"]["msg_type"], request["header"]["msg_id"])
print(request["content"]["code"])

# %% [markdown]
# ## 3. State lives in the kernel
#
# A kernel serves whoever has its connection file.
# Here is a second kernel, and a front-end of a dozen lines that runs code in it and keeps what comes back.
# Every call is a new client; does the second one know the x of the first?

# %%
from jupyter_client import BlockingKernelClient

from kernel_seams.course.kernels import given_kernel


def ask(connection_file, code):
    """The messages that answer `code` on iopub, and the reply on shell."""
    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels(hb=False)
    try:
        client.wait_for_ready(timeout=60)
        messages = []
        reply = client.execute_interactive(code, output_hook=messages.append, timeout=60)
        return [*messages, reply]
    finally:
        client.stop_channels()


def text(messages):
    """What a person sees of them."""
    contents = [message["content"] for message in messages]
    parts = [content.get("data", {}).get("text/plain") or content.get("text") or "" for content in contents]
    return "".join(parts).strip() or contents[-1].get("ename", "")


with given_kernel() as connection_file:
    ask(connection_file, "x = 6 * 7")
    print("a second client asks for x:     ", text(ask(connection_file, "x")))
    conversation = ask(connection_file, "x")
    print("and the process of that kernel: ", text(ask(connection_file, "import os; os.getpid()")))
with given_kernel() as connection_file:
    print("a new kernel is asked for x:    ", text(ask(connection_file, "x")))

# %% [markdown]
# The value was in a process, and went with it. No tab and no file ever held it: lesson 02.
#
# ## 4. The answer is a stream of messages
#
# This is what came back when `x` was asked for.
# Each names its request in its `parent_header`.
# The reply came on a socket of its own and is only listed last: a request is over when the `execute_reply` **and** the `idle` are there.

# %%
for message in conversation:
    said = message["content"].get("execution_state") or message["content"].get("data") or ""
    print(f"{message['msg_type']:15} answers {message['parent_header']['msg_id'][-8:]}  {said}")

# %% [markdown]
# On the wire each is a handful of *frames*, four of them signed with the key from the connection file; a wrong signature gets no answer at all: lesson 03.
#
# You can watch it: type `seams tap install python3` in a terminal (*File*, *New*, *Terminal*), reload this page, open a notebook with the kernel "Python 3 (ipykernel) (tapped)", and beside it *The wire* from the launcher (the *+* above the files).
# Each Shift+Enter is then a group of arrows, with a word on each, and every byte below it.
#
# ## 5. IPython is a layer of its own
#
# Python cannot read `%time` or `!ls`. IPython rewrites the cell, in the kernel, before Python sees it:

# %%
for typed in ("%time x = 6 * 7", "!ls", "x?", "x = 6 * 7"):
    print(f"{typed:16} becomes  {get_ipython().transform_cell(typed).strip()}")

# %% [markdown]
# The echo below a cell, `_`, `In` and `Out`, tracebacks with arrows are its work too, and a bare `python` has less of it than you think: lesson 01.
#
# ## 6. A magic is a function
#
# It gets the rest of the line as text:


# %%
from IPython.core.magic import register_line_magic


@register_line_magic
def clap(line):
    return " 👏 ".join(line.split())


# %%
# %clap the UI never runs your code

# %% [markdown]
# Now `%clap` works in this kernel, and in no other: lesson 04.
#
# ## 7. Swap the kernel
#
# The front-end of section 3 knows no Python. The same function, another kernel:

# %%
with given_kernel("bash") as connection_file:
    answer = ask(connection_file, "echo $((6 * 7)) from bash $BASH_VERSION")
print([message["msg_type"] for message in answer])
print(text(answer))

# %% [markdown]
# Bash has no values, only what was printed: its 42 is a `stream`, no `execute_result`: lesson 05.
#
# ## 8. Check sys.executable first, every time
#
# Which program is a kernel is said by a *kernelspec*, a small file, and its name is only a name.
# This one is called "Python (analysis)", and there is an environment of that name. Does it run its Python?

# %%
import json
from pathlib import Path

spec = json.loads(Path(sys.prefix, "share/jupyter/kernels/analysis/kernel.json").read_text())
with given_kernel("analysis") as connection_file:
    runs = text(ask(connection_file, "import sys; print(sys.executable)"))
print("it is called                ", spec["display_name"])
print("its environment has         ", spec["metadata"]["kernel_seams"]["environment"])
print("it really runs              ", runs)
print("that is this notebook's own:", runs == sys.executable)

# %% [markdown]
# "It imports in my terminal and not in my notebook" is nearly always this: two interpreters, and a name that does not tell them apart.
# Whatever the front-end says, the kernel tells the truth about itself: lesson 06, and `seams doctor` in a terminal, which examines every kernel there is.

# %%
sys.executable

# %% [markdown]
# ## Read on
#
# - The six lessons are beside this folder, 01 to 06, about twenty minutes each; any order works.
# - `seams demo` in a terminal (File, New, Terminal): the same seams, each as one short program to read.
