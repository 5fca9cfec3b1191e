# %% [markdown]
# # 02 State: where a value lives
#
# **Goal.** You can say what an interrupt, a second client, a restart and a saved file keep of your work, and find the cells of a notebook that only ran because of something you no longer see.
#
# Run the cells in order with Shift+Enter; after a restart of the kernel, which forgets every name, from the top again.
# Each task ends in a folded cell, its check: run it, or click on its dots to read it.
# Stuck? `%hint 02-state.ask` shows one hint at a time.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "a second client knows the x that the first one made": ...,  # True or False
    "the kernel knows x after an interrupt": ...,  # True or False
    "the kernel knows x after a restart": ...,  # True or False
    "the saved notebook has the value of x in it": ...,  # True or False
    "the saved notebook has what was shown of x in it": ...,  # True or False
}

# %% [markdown]
# ## Drive it
#
# Three things are called "the notebook": a tab, a file and a process.
# Your values are in only one of them.
#
# ```mermaid
# flowchart LR
#     tab["a tab<br/>what you type and see"] -- "save" --> file["state.ipynb<br/>sources, outputs, counts"]
#     file -. "opening it runs nothing" .-> tab
#     tab -- "execute_request" --> kernel["the kernel's process<br/>values, imports, current folder, counter"]
#     other["a second client"] -- "execute_request" --> kernel
# ```
#
# The next cell plays the tab: it starts a kernel, talks to it as a client, and saves a notebook.

# %%
import tempfile
from contextlib import contextmanager

import nbformat
from jupyter_client import BlockingKernelClient, KernelManager


@contextmanager
def started_kernel():
    """A manager with a live kernel; the kernel is ended whatever happens."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        manager = KernelManager(transport="ipc", ip=f"{folder}/ipc", connection_file=f"{folder}/kernel.json")
        manager.start_kernel()
        try:
            yield manager
        finally:
            manager.shutdown_kernel(now=True)


@contextmanager
def attached(connection_file):
    """A client of the kernel that `connection_file` describes: the file is all it needs."""
    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels(hb=False)  # on a busy machine a late heartbeat would pass for a dead kernel
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()


def works(client, code):
    """Whether `code` runs without an error."""
    reply = client.execute_interactive(code, output_hook=[].append, timeout=60)
    return reply["content"]["status"] == "ok"


def run_cell(client, code):
    """Run `code` as a tab does: the cell as a notebook keeps it, with its count and what was shown of its value."""
    shown = []
    reply = client.execute_interactive(code, output_hook=shown.append, timeout=60)
    outputs = [nbformat.v4.output_from_msg(each) for each in shown if each["msg_type"] == "execute_result"]
    return nbformat.v4.new_code_cell(code, execution_count=reply["content"]["execution_count"], outputs=outputs)


def interrupt_a_loop(manager, client):
    """Start a loop without an end, wait until it runs, interrupt it: the name of the error it ends in."""
    request = client.execute("print('running', flush=True)\nimport time\nwhile True:\n    time.sleep(1)")
    while "running" not in client.get_iopub_msg(timeout=60)["content"].get("text", ""):
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=60)
    while reply["parent_header"]["msg_id"] != request:
        reply = client.get_shell_msg(timeout=60)
    # After an error a kernel aborts what it is asked to run, until it says that it is idle.
    while client.get_iopub_msg(timeout=60)["content"].get("execution_state") != "idle":
        pass
    return reply["content"]["ename"]


# %%
happened = {}
with started_kernel() as manager:
    with attached(manager.connection_file) as first, attached(manager.connection_file) as second:
        cells = [run_cell(first, "x = 6 * 7 * 1000003")]
        happened["a second client knows the x that the first one made"] = works(second, "x")
        cells.append(run_cell(first, "x * 2"))
        saved = nbformat.writes(nbformat.v4.new_notebook(cells=cells))

        print("the loop ended in", interrupt_a_loop(manager, first))
        happened["the kernel knows x after an interrupt"] = works(first, "x")
    manager.restart_kernel(now=True)
    with attached(manager.connection_file) as first:
        happened["the kernel knows x after a restart"] = works(first, "x")
happened["the saved notebook has the value of x in it"] = str(6 * 7 * 1000003) in saved
happened["the saved notebook has what was shown of x in it"] = str(6 * 7 * 1000003 * 2) in saved

print(saved)

# %% [markdown]
# The counts are 1 and 3: the kernel counts, not the tab, and its cell 2 was the one that the second client sent.
#
# Your answers beside what happened:

# %%
from kernel_seams.course import check

check.compare(prediction, happened)

# %% [markdown]
# From here on there is a kernel to play with, a second one beside this notebook's own, which ends when that ends:

# %%
import atexit
from contextlib import ExitStack

from kernel_seams.course.kernels import given_kernel

keep = ExitStack()
atexit.register(keep.close)
playground = keep.enter_context(given_kernel())

# %% [markdown]
# ## Task 1: be a client
#
# `ask` runs code in the kernel of a connection file and says what a front-end gets to see of it: the value, what was printed, and the name of the error, each a text, empty if there is none.
# Every call is a client of its own; what one call leaves in the kernel, the next one finds.
#
#     In [1]: ask(playground, "x = 6 * 7")
#     Out[1]: {'value': '', 'printed': '', 'error': ''}
#     In [2]: ask(playground, "print('one')\nx")
#     Out[2]: {'value': '42', 'printed': 'one\n', 'error': ''}
#
# **The check** gives you a kernel and asks for code with and without a value, that prints once and twice, that writes to stderr, and that ends in an error.
# **Not asked:** pictures and tables, code that reads from `input()`.


# %% nbgrader={"grade_id": "ask", "solution": true}
def ask(connection_file, code):
    """What `code` shows in the kernel of `connection_file`: {"value": ..., "printed": ..., "error": ...}."""
    with attached(connection_file) as client:
        messages = []
        client.execute_interactive(code, output_hook=messages.append, timeout=60)
    shown = {"value": "", "printed": "", "error": ""}
    # TODO: Fill `shown` from `messages`. Each has a "msg_type" and a "content": an execute_result has its
    # value as text in content["data"]["text/plain"]; a stream has a "name" (take "stdout" only) and a
    # "text"; an error has its name in "ename".
    ### BEGIN SOLUTION
    for message in messages:
        content = message["content"]
        if message["msg_type"] == "execute_result":
            shown["value"] = content["data"]["text/plain"]
        elif message["msg_type"] == "stream" and content["name"] == "stdout":
            shown["printed"] += content["text"]
        elif message["msg_type"] == "error":
            shown["error"] = content["ename"]
    ### END SOLUTION
    return shown


# %% [markdown]
# Run this twice, and ask for whatever you like:

# %%
for code in ("x = globals().get('x', 0) + 1", "print('one')\nx", "y"):
    print(ask(playground, code))

# %% nbgrader={"grade": true, "grade_id": "ask-check"}
# The check of task 1: run this cell.
from kernel_seams.course import check
from kernel_seams.course.kernels import given_kernel


def check_ask(connection_file, code, value="", printed="", error=""):
    check.call(
        ask,
        str(connection_file),
        code,
        expected={"value": value, "printed": printed, "error": error},
        where=f"ask(connection_file, {code!r})",
        next_step="Print the msg_type and the content of all `messages` for this code: which one did you read, and how?",
        mistakes=[
            (
                lambda got: not isinstance(got["value"], str),
                "A client gets the text of a value, never the value itself: leave it a text.",
            ),
            (
                lambda got: got["printed"] and printed != got["printed"] and printed.endswith(got["printed"]),
                "What is printed may come in more than one stream message: put the texts together.",
            ),
            (
                lambda got: len(got["printed"]) > len(printed),
                "stderr comes as a stream too: take those whose name is 'stdout'.",
            ),
            (
                lambda got: got["error"] != error and got["error"].startswith(error + ":"),
                "Only the name of the error is asked for: `ename`.",
            ),
            (
                lambda got: got.kind == "KeyError",
                "Not every message has this key: look at its msg_type first.",
            ),
        ],
    )


with given_kernel() as connection_file:
    check_ask(connection_file, "x = 6 * 7")
    check_ask(connection_file, "x", value="42")
    check_ask(connection_file, "import sys\nprint('one')\nsys.stdout.flush()\nprint('two')", printed="one\ntwo\n")
    check_ask(connection_file, "print('aside', file=sys.stderr)\n'loud'", value="'loud'")
    check_ask(connection_file, "print('so far')\n1 / 0", printed="so far\n", error="ZeroDivisionError")
    ### BEGIN HIDDEN TESTS
    word, many = check.words(1)[0], check.fresh.randint(10, 99)
    check_ask(connection_file, f"my_{word} = [{many}] * 3")
    check_ask(connection_file, f"my_{word}.append(1)\nmy_{word}", value=f"[{many}, {many}, {many}, 1]")
    check_ask(connection_file, f"for _ in range(3):\n    print({word!r}, flush=True)", printed=f"{word}\n" * 3)
    check_ask(connection_file, f"print(1)\nmy_{word}[{many}]", printed="1\n", error="IndexError")
    check_ask(connection_file, f"print(1, file=sys.stderr)\nno_{word}", error="NameError")
    ### END HIDDEN TESTS
check.passed("ask")

# %% [markdown]
# ## Task 2: what survives what
#
# Four things happen to a notebook, from the gentlest to the roughest; whatever one of them takes away, those after it take away too:
#
#     interrupt    the square button
#     close        you close the tab and open the notebook again; the kernel goes on
#     restart      the kernel's process ends and a new one begins
#     copy         you send the .ipynb file to a friend, who opens it on another computer
#
# For each thing say which is the **first** that takes it away, or `nothing` if even the copy has it.
#
# **The check** looks at each and names an experiment for the first that is not right.
# **Not asked:** what can be had again by running a cell.

# %% nbgrader={"grade_id": "survives", "solution": true}
INTERRUPT, CLOSE, RESTART, COPY, NOTHING = "interrupt", "close", "restart", "copy", "nothing"

taken_by = {
    "a loop that is running": ...,
    "the value of x": ...,
    "an imported module": ...,
    "the current folder, after os.chdir": ...,
    "the number the next cell will get": ...,
    "a file that a cell has written": ...,
    "a package that %pip has installed": ...,
    "the number shown below a cell": ...,
}
# TODO: Put INTERRUPT, CLOSE, RESTART, COPY or NOTHING in place of each `...` above, and delete the
# line that raises.
### BEGIN SOLUTION
taken_by = {
    "a loop that is running": INTERRUPT,
    "the value of x": RESTART,
    "an imported module": RESTART,
    "the current folder, after os.chdir": RESTART,
    "the number the next cell will get": RESTART,
    "a file that a cell has written": COPY,
    "a package that %pip has installed": COPY,
    "the number shown below a cell": NOTHING,
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "survives-check"}
# The check of task 2: run this cell.
from kernel_seams.course import check

EXPERIMENTS = {
    "a loop that is running": (
        "fd16e62db8d7",
        "Run `while True: pass` in a new notebook and press the square: what is left of it?",
    ),
    "the value of x": (
        "618ab9652dd8",
        "Set x in a new notebook, close its tab, open it again and ask for x. Then restart and ask again.",
    ),
    "an imported module": (
        "88a858a0a7b6",
        "`import math`, restart, `math.pi`: a module is a value, and its name is a variable.",
    ),
    "the current folder, after os.chdir": (
        "65c5184a30d6",
        "`import os; os.chdir('/')`, then `os.getcwd()` after each of the four: it belongs to a process.",
    ),
    "the number the next cell will get": (
        "16e6a4991b00",
        "Run a cell three times, do each of the four, run it again: who counts?",
    ),
    "a file that a cell has written": (
        "f8f60c69e024",
        "Write a file in a cell, restart, look for it; then open the .ipynb with a text editor and look for it there.",
    ),
    "a package that %pip has installed": (
        "2121cd4dac8d",
        "It is in a folder of the environment: who empties that folder, and does the .ipynb file bring it along?",
    ),
    "the number shown below a cell": (
        "811f5681f0ae",
        'Open an .ipynb with a text editor and look for "outputs"; no kernel runs while you do.',
    ),
}


def check_survives(experiments):
    for thing, (sealed, experiment) in experiments.items():
        check.choice(
            taken_by.get(thing, "nothing yet"),
            of=["interrupt", "close", "restart", "copy", "nothing"],
            sealed=sealed,
            where=thing,
            next_step=experiment,
        )


check_survives(EXPERIMENTS)
check.passed("survives")
### BEGIN HIDDEN TESTS
check.equal(
    taken_by,
    {
        "a loop that is running": "interrupt",
        **dict.fromkeys(["the value of x", "an imported module"], "restart"),
        **dict.fromkeys(["the current folder, after os.chdir", "the number the next cell will get"], "restart"),
        **dict.fromkeys(["a file that a cell has written", "a package that %pip has installed"], "copy"),
        "the number shown below a cell": "nothing",
    },
    where="taken_by",
    next_step="Do the four things to a notebook of your own.",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: what the counts tell
#
# The number in `In [7]` is all that a file says about the order in which its cells were run.
# From here on a notebook is a list of its code cells, from top to bottom, each a dict of its source and its count:

# %%
from pathlib import Path


def cells_of(path):
    """The code cells of the notebook in the file `path`; a cell that was never run has the count None."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return [{"source": cell.source, "count": cell.execution_count} for cell in cells]


muddled = [
    {"source": "total = price * amount", "count": 6},
    {"source": "price = 3", "count": 2},
    {"source": "total", "count": 7},
    {"source": "print(nothing)", "count": None},
]

# %% [markdown]
# `runs` says in which order the cells were run, and which runs are lost: counts from 1 up to the highest that no cell has.
# A lost run is one whose cell was run again, changed or deleted, and what it did may still be in the kernel.
#
#     In [3]: runs(muddled)
#     Out[3]: {'order': [2, 1, 3], 'lost': [1, 3, 4, 5]}
#
# Cells are numbered from 1, from top to bottom.
#
# **The check** asks with notebooks that were run in order, out of order, in part, and not at all.
# **Not asked:** the same count twice, as after a restart.


# %% nbgrader={"grade_id": "runs", "solution": true}
def runs(cells):
    """{"order": the numbers of the cells in the order they were run, "lost": the counts that no cell has}."""
    # TODO: Return the dict of the two lists of numbers. A cell with the count None was not run and is
    # in neither list.
    ### BEGIN SOLUTION
    numbers = {cell["count"]: number for number, cell in enumerate(cells, 1) if cell["count"] is not None}
    counts = sorted(numbers)
    lost = [count for count in range(1, max(counts, default=0)) if count not in numbers]
    return {"order": [numbers[count] for count in counts], "lost": lost}
    ### END SOLUTION


# %%
runs(muddled)

# %% nbgrader={"grade": true, "grade_id": "runs-check"}
# The check of task 3: run this cell.
from kernel_seams.course import check


def check_runs(counts, order, lost):
    shown = sorted(count for count in counts if count)
    check.call(
        runs,
        [{"source": f"cell_{number}", "count": count} for number, count in enumerate(counts, 1)],
        expected={"order": order, "lost": lost},
        where=f"runs of cells with the counts {counts}",
        next_step="Write the counts beside the numbers of the cells, sort them by count, and look for gaps.",
        mistakes=[
            (
                lambda got: got.kind in ("TypeError", "ValueError") and (None in counts or not counts),
                "A cell that was not run has the count None, and perhaps none was run: leave them out first.",
            ),
            (
                lambda got: got["order"] == [number - 1 for number in order] != [],
                "Cells are numbered from 1: `enumerate(cells, 1)`.",
            ),
            (
                lambda got: got["order"] == shown != order,
                "These are the counts; the order is of the cells' numbers.",
            ),
            (
                lambda got: len(got["order"]) > len(order),
                "A cell with the count None was not run: it has no place in the order.",
            ),
            (
                lambda got: got["lost"] == [count for count in lost if count > shown[0]] != lost,
                "The kernel counts from 1: what was run before the lowest count you see is lost too.",
            ),
        ],
    )


check_runs([1, 2, 3], order=[1, 2, 3], lost=[])
check_runs([6, 2, 7, None], order=[2, 1, 3], lost=[1, 3, 4, 5])
check_runs([None, None], order=[], lost=[])
check.passed("runs")
### BEGIN HIDDEN TESTS
check_runs([], order=[], lost=[])
for size in (1, 4, 9, 15):
    counts = check.fresh.sample(range(1, 2 * size + 1), size)
    counts = [None if check.fresh.random() < 0.3 else count for count in counts]
    seen = {count: number for number, count in enumerate(counts, 1) if count}
    check_runs(
        counts,
        order=[seen[count] for count in sorted(seen)],
        lost=[count for count in range(1, max(seen, default=0)) if count not in seen],
    )
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: names from nowhere
#
# A cell that uses a name which no cell above it has made ran only because of hidden state: a cell below it, a run that is lost, or luck.
# The next cell is ready-made: `names` reads what a cell needs and what it makes, without running it.

# %%
import ast
import builtins

from IPython.core.inputtransformer2 import TransformerManager

ALWAYS_THERE = {*dir(builtins), "__name__", "get_ipython", "display", "In", "Out", "_", "__", "exit", "quit"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def names(source):
    """The names that a cell needs from before, and those it makes: two sets.

    What a function uses is looked up when it is called, so that is left out.
    """
    needs, makes = set(), set()
    try:
        statements = ast.parse(TransformerManager().transform_cell(source)).body
    except SyntaxError:  # the cell cannot run at all
        return needs, makes
    for statement in statements:
        used, made = looked_up(statement)
        if isinstance(statement, ast.AugAssign):  # x += 1 uses x
            used |= looked_up(statement.target)[1]
        if hasattr(statement, "body") or hasattr(statement, "cases"):  # a loop uses what it makes itself
            used -= made
        needs |= used - makes
        makes |= made
    return needs - ALWAYS_THERE, makes


def looked_up(node):
    """The names used and made by a piece of Python, as its syntax tree says."""
    used, made = set(), set()
    parts = ast.iter_child_nodes(node)
    if isinstance(node, FUNCTIONS):  # only this much runs where it is defined
        parts = [*node.args.defaults, *filter(None, node.args.kw_defaults), *getattr(node, "decorator_list", [])]
    for part in parts:
        more_used, more_made = looked_up(part)
        used, made = used | more_used, made | more_made
    if isinstance(node, COMPREHENSIONS):
        own = {name for part in node.generators for name in looked_up(part.target)[1]}
        used, made = used - own, made - own
    if isinstance(node, ast.ClassDef):
        used, made = used - made, set()
    if isinstance(node, ast.Name):
        (used if isinstance(node.ctx, ast.Load) else made).add(node.id)
    elif isinstance(node, ast.alias):  # of an import
        made.add((node.asname or node.name).split(".")[0])
    elif isinstance(getattr(node, "name", None), str):  # a function, a class, `except ... as`
        made.add(node.name)
    return used, made


for cell in muddled:
    print(cell["source"], " needs and makes ", *names(cell["source"]))

# %% [markdown]
# `missing_names` goes through a notebook from top to bottom:
#
#     In [4]: missing_names(muddled)
#     Out[4]: {1: ['amount', 'price'], 4: ['nothing']}
#
# **The check** asks with notebooks in which nothing is missing, in which a name is made too late, and in which it is made nowhere.
# **Not asked:** `del`, `from module import *`, names made by a magic.


# %% nbgrader={"grade_id": "missing", "solution": true}
def missing_names(cells):
    """By the number of the cell: the sorted list of the names it needs and no cell above it makes."""
    # TODO: Return a dict from the number of a cell (from 1) to its missing names, a sorted list; cells
    # that miss nothing are not in it. `needs, makes = names(source)` reads one cell.
    ### BEGIN SOLUTION
    missing, there = {}, set()
    for number, cell in enumerate(cells, 1):
        needs, makes = names(cell["source"])
        if needs - there:
            missing[number] = sorted(needs - there)
        there |= makes
    return missing
    ### END SOLUTION


# %% [markdown]
# The muddled notebook, and then those that are saved in this folder. Put a folder of your own in place of `Path.cwd()`:

# %%
print("muddled", runs(muddled), missing_names(muddled))
for path in sorted(Path.cwd().glob("*.ipynb")):
    print(path.name, runs(cells_of(path)), missing_names(cells_of(path)))

# %% nbgrader={"grade": true, "grade_id": "missing-check"}
# The check of task 4: run this cell.
from kernel_seams.course import check


def check_missing(sources, expected):
    everywhere = {source.split(" =")[0] for source in sources}
    check.call(
        missing_names,
        [{"source": source, "count": None} for source in sources],
        expected=expected,
        where=f"missing_names of cells with the sources {sources}",
        next_step="Go from top to bottom with a list of the names that are there: what does each cell need, what does it add?",
        mistakes=[
            (
                lambda got: expected and set(got) == {number - 1 for number in expected},
                "Cells are numbered from 1: `enumerate(cells, 1)`.",
            ),
            (
                lambda got: any(not found for found in got.values()),
                "A cell that misses nothing is not in the dict.",
            ),
            (
                lambda got: any(everywhere & set(found) - set(got.get(n, [])) for n, found in expected.items()),
                "A cell further down makes that name: from top to bottom it is not there yet.",
            ),
            (
                lambda got: set(got) - set(expected) or any(set(got[n]) - set(expected[n]) for n in got),
                "What any cell above has made is still there, not only what the one before has made.",
            ),
            (
                lambda got: set(expected) - set(got),
                "A name is not there because a cell above needed it: only what a cell makes is there afterwards.",
            ),
            (
                lambda got: {n: sorted(found) for n, found in got.items()} == expected,
                "The names of each cell are a sorted list: `sorted` makes one of a set.",
            ),
        ],
    )


check_missing(["price = 3", "amount = 2", "total = price * amount"], {})
check_missing(["total = price * amount", "price = 3", "total"], {1: ["amount", "price"]})
check_missing(["z + y", "y = 1", "z + y"], {1: ["y", "z"], 3: ["z"]})
check.passed("missing_names")
### BEGIN HIDDEN TESTS
for size in (3, 6, 12):
    pool = [f"my_{word}_{number}" for number, word in enumerate(check.words(size))]
    sources, expected, there = [], {}, set()
    for number in range(1, size + 1):
        uses, makes = check.fresh.sample(pool, 2), check.fresh.choice(pool)
        form = check.fresh.choice(["{0} = {1} + {2}", "import math as {0}\n{1}, {2}", "for {0} in {1}:\n    {0}({2})"])
        sources.append(form.format(makes, *uses))
        needs = set(uses) - ({makes} if form.startswith(("import", "for")) else set())
        if needs - there:
            expected[number] = sorted(needs - there)
        there.add(makes)
    check_missing(sources, expected)
    check_missing([f"{name} = 1" for name in pool] + sources, {})
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: the proof
#
# Reading a notebook finds suspects; running it in a new kernel from top to bottom is the proof, and "Restart Kernel and Run All Cells" does it.
# `replay` does it with a list of cells, in the kernel of a connection file, which knows none of their names yet, and stops where the notebook stops:
#
#     In [5]: replay(playground, muddled)
#     Out[5]: [1, 'NameError']
#
# **The check** gives you a kernel and asks with notebooks that run through, that stop at the first cell, in the middle and at the last.
# **Not asked:** cells that never end.


# %% nbgrader={"grade_id": "replay", "solution": true}
def replay(connection_file, cells):
    """Run `cells` from top to bottom: [the number of the first that fails, the name of its error], or []."""
    # TODO: Run each cell's source in the kernel of `connection_file`, for example with `ask`. Stop at
    # the first that ends in an error and return the list of its number (from 1) and its error's name;
    # return [] if all went well.
    ### BEGIN SOLUTION
    for number, cell in enumerate(cells, 1):
        error = ask(connection_file, cell["source"])["error"]
        if error:
            return [number, error]
    return []
    ### END SOLUTION


# %%
replay(playground, muddled)

# %% nbgrader={"grade": true, "grade_id": "replay-check"}
# The check of task 5: run this cell.
from kernel_seams.course import check
from kernel_seams.course.kernels import given_kernel


def check_replay(connection_file, cells, expected):
    check.call(
        replay,
        str(connection_file),
        [{"source": source, "count": count} for source, count in cells],
        expected=expected,
        where=f"replay of cells with the sources {[source for source, count in cells]} and the counts {[count for source, count in cells]}",
        next_step="Run these cells by hand in a new notebook, from the top: which is the first that fails, and in what?",
        mistakes=[
            (
                lambda got: expected and got and got[0] == expected[0] - 1 and got[1] == expected[1],
                "Cells are numbered from 1: `enumerate(cells, 1)`.",
            ),
            (
                lambda got: expected and got and got[0] > expected[0],
                "Stop at the first cell that fails: what fails after it may be only its consequence.",
            ),
            (
                lambda got: expected and got != expected and None not in [count for source, count in cells],
                "From top to bottom: the counts tell of another run.",
            ),
            (
                lambda got: got == [0, ""] or got == [len(cells), ""],
                "If no cell fails, the answer is the empty list.",
            ),
        ],
    )


with given_kernel() as connection_file:
    check_replay(connection_file, [("a = 1", 1), ("b = a + 1", 2), ("a + b", 3)], [])
    check_replay(connection_file, [("d = c + 1", 2), ("c = 1", 1)], [1, "NameError"])
    check_replay(connection_file, [("e = []", 1), ("f = e[0]", None), ("f + 1", 2), ("1 / 0", 3)], [2, "IndexError"])
    ### BEGIN HIDDEN TESTS
    failing = {
        "no_such_name": "NameError",
        "1 / 0": "ZeroDivisionError",
        "{}['key']": "KeyError",
        "int('x')": "ValueError",
    }
    made = [f"my_{word}_{number}" for number, word in enumerate(check.words(3))]
    cells = [(f"{name} = {number}", number) for number, name in enumerate(made, 1)]
    check_replay(connection_file, cells, [])
    place, code = check.fresh.randint(1, 3), check.fresh.choice(list(failing))
    cells.insert(place - 1, (code, 4))
    check_replay(connection_file, [*cells, ("1 / 0", None)], [place, failing[code]])
    ### END HIDDEN TESTS
check.passed("replay")

# %% [markdown]
# ## Discussion
#
# - A file keeps what was typed and what was shown. An output is a picture of a value: nothing can be done with it, and nothing says that running the cell would show it again.
# - Opening a notebook runs nothing. That is why yours can be full of results while its kernel knows no name.
# - Two tabs on one kernel share every value, also a console: `jupyter console --existing` with the connection file is a second client.
# - An interrupt is an exception, `KeyboardInterrupt`, raised where the code happens to be: what the cell did until then stays done.
# - Reading finds what may go wrong, running proves it. A notebook that has passed "Restart Kernel and Run All Cells" has counts 1, 2, 3 and nothing lost.
#
# ## Read on
#
# - Jupyter client documentation: *Kernel managers and clients*; nbformat documentation: *The notebook file format*.
# - `seams demo 2`: where the number 42 is, and where it is not.
# - Lesson 03 looks at the messages that `execute_interactive` sent for you.
