# %% [markdown]
# # 01 Prompts: who answers when you press Enter
#
# **Goal.** You can say, of anything that appears at a prompt, whether Python, IPython or the front-end put it there.
#
# Run the cells in order with Shift+Enter; after a restart of the kernel, which forgets every name, from the top again.
# Each task ends in a folded cell, its check: run it, or click on its dots to read it.
# Stuck? `%hint 01-prompts.two-prompts` shows one hint at a time.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "bare Python answers `6 * 7` at its prompt with 42": ...,  # True or False
    "a script with the line `6 * 7` prints 42": ...,  # True or False
    "bare Python knows `Out` after that": ...,  # True or False
    "bare Python writes its traceback to": ...,  # "stdout" or "stderr"
    "IPython writes its traceback to": ...,  # "stdout" or "stderr"
}

# %% [markdown]
# ## Drive it
#
# Two programs, in a process each, get the same five lines at their prompts.
# There is no browser and no notebook in this experiment: what you see is Python alone, and IPython on top of Python.

# %%
import subprocess
import sys

LINES = "6 * 7\n_ + 1\nOut\n!echo hello\n1 / 0\n"
PLAIN = ["--simple-prompt", "--colors=nocolor", "--no-banner", "--no-confirm-exit"]


def type_at(*program):
    """What `program` writes while somebody types LINES at its prompt."""
    return subprocess.run([sys.executable, *program], input=LINES, capture_output=True, text=True)


bare = type_at("-I", "-q", "-i")
ipython = type_at("-m", "IPython", *PLAIN)

for name, written in ("python", bare), ("ipython", ipython):
    print(f"######## {name}: stdout\n{written.stdout}\n######## {name}: stderr\n{written.stderr}\n")

# %% [markdown]
# Three layers stand between your keys and the answer. Here the third is a terminal; in a notebook it is the browser.
#
# ```mermaid
# flowchart LR
#     front["front-end<br/>keys, colours, menus, drawing"]
#     ipython["IPython<br/>rewrites the cell, counts it,<br/>remembers and formats its value"]
#     python["Python<br/>compiles, runs, raises,<br/>hands values to sys.displayhook"]
#     front -- "the text, as typed" --> ipython
#     ipython -- "Python, and nothing else" --> python
#     python -- "a value" --> ipython
#     ipython -- "text/plain, text/html, ..." --> front
# ```
#
# Your answers beside what happened:

# %%
from kernel_seams.course import check

script = subprocess.run([sys.executable, "-c", "6 * 7"], capture_output=True, text=True)

check.compare(
    prediction,
    {
        "bare Python answers `6 * 7` at its prompt with 42": "42" in bare.stdout,
        "a script with the line `6 * 7` prints 42": "42" in script.stdout,
        "bare Python knows `Out` after that": "'Out' is not defined" not in bare.stderr,
        "bare Python writes its traceback to": "stdout" if "ZeroDivisionError" in bare.stdout else "stderr",
        "IPython writes its traceback to": "stdout" if "ZeroDivisionError" in ipython.stdout else "stderr",
    },
)

# %% [markdown]
# ## Task 1: one snippet, two programs
#
# IPython is a library: `InteractiveShell.instance()` is the shell, and its `run_cell` is what every IPython prompt and every notebook ends up in.
# Write a module with two functions that run a snippet and report `{"stdout": ..., "exception": ...}`:
#
#     in_python("6 * 7")             {'stdout': '', 'exception': None}
#     in_ipython("6 * 7")            {'stdout': 'Out[1]: 42\n', 'exception': None}
#     in_python("print(1); 1 / 0")   {'stdout': '1\n', 'exception': 'ZeroDivisionError'}
#     in_python("!echo hello")       {'stdout': '', 'exception': 'SyntaxError'}
#
# `in_python` runs the snippet as a script would, `in_ipython` with `run_cell(source, store_history=True)`, which counts it as a prompt does.
# `%%writefile` saves the cell below it as a file beside this notebook.
#
# **The check** asks each function in a new process: for snippets that print, that are only a value, that raise, and that Python cannot read.
# **Not asked:** the stdout of a snippet that raises in IPython, whose traceback is in it.

# %% nbgrader={"grade_id": "two-prompts", "solution": true}
# %%writefile two_prompts.py
"""A snippet as bare Python runs it, and as IPython does."""

import io
from contextlib import redirect_stdout

from IPython.core.interactiveshell import InteractiveShell


# TODO: Write `in_python(source)` and `in_ipython(source)`. Both return a dict with two keys:
# "stdout", a str, and "exception", the name of the exception's class as a str, or None.
# Neither lets an exception out.
### BEGIN SOLUTION
def in_python(source):
    printed, exception = io.StringIO(), None
    with redirect_stdout(printed):
        try:
            exec(compile(source, "<snippet>", "exec"), {})
        except Exception as error:
            exception = type(error).__name__
    return {"stdout": printed.getvalue(), "exception": exception}


def in_ipython(source):
    printed = io.StringIO()
    with redirect_stdout(printed):
        result = InteractiveShell.instance().run_cell(source, store_history=True)
    # Before: IPython could not make Python of the text. In: Python raised while it ran.
    error = result.error_before_exec or result.error_in_exec
    return {"stdout": printed.getvalue(), "exception": type(error).__name__ if error else None}


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "two-prompts-check"}
# The check of task 1: run this cell.
from kernel_seams.course import ask, check


def check_reports(*cases):
    """Ask for all cases in one process; a case is (function, snippet, stdout, exception), stdout `...` if not asked."""
    answers = ask.module("two_prompts", [(function, source) for function, source, _, _ in cases])
    for (function, source, stdout, exception), answer in zip(cases, answers):
        if stdout is ... and isinstance(answer, dict):
            answer = {"exception": answer.get("exception")}
        check_report(function, source, stdout, exception, answer)


def check_report(function, source, stdout, exception, answer):
    check.equal(
        answer,
        {"exception": exception} if stdout is ... else {"stdout": stdout, "exception": exception},
        where=f"{function}({source!r})",
        next_step="Call it with this snippet in a cell of its own, after `from two_prompts import *`, and compare.",
        mistakes=[
            (
                lambda got: got.kind == "ModuleNotFoundError",
                "There is no two_prompts.py here yet: run the cell that begins with `%%writefile`.",
            ),
            (
                lambda got: got.kind == "AttributeError" and "two_prompts" in got.text,
                "The file has no function of this name.",
            ),
            (
                lambda got: got.kind == "TypeError" and "JSON" in got.text,
                "The report holds an object: give the name of its class, `type(error).__name__`.",
            ),
            (
                lambda got: got.kind == "SyntaxError" and function == "in_python",
                "Not every text is Python: `compile` raises too, so it belongs inside the `try`.",
            ),
            (
                lambda got: got.kind == exception,
                "The exception got out: catch it and report its name.",
            ),
            (
                lambda got: function == "in_python" and got["exception"] == "SyntaxError" != exception,
                "This snippet is Python: `eval` reads only an expression, `exec` reads statements.",
            ),
            (
                lambda got: function == "in_python" and got["stdout"] and got["stdout"] != stdout,
                "A script shows no value that it does not print: compile for 'exec'; 'single' is what a prompt uses.",
            ),
            (
                lambda got: got["stdout"].startswith("Out[0]"),
                "The prompt was not counted: `run_cell(source, store_history=True)`.",
            ),
            (
                lambda got: function == "in_ipython" and exception == "SyntaxError" and got["exception"] is None,
                "What IPython cannot even make Python of is in `result.error_before_exec`, not in `error_in_exec`.",
            ),
            (
                lambda got: function == "in_ipython" and exception and got["exception"] is None,
                "`run_cell` raises nothing: it returns a result that says what went wrong, `result.error_in_exec`.",
            ),
        ],
    )


check_reports(
    ("in_python", "print(6 * 7)", "42\n", None),
    ("in_python", "6 * 7", "", None),
    ("in_python", "print(1); 1 / 0", "1\n", "ZeroDivisionError"),
    ("in_python", "!echo hello", "", "SyntaxError"),
    ("in_ipython", "6 * 7", "Out[1]: 42\n", None),
    ("in_ipython", "words = !echo hello\nprint(words)", "['hello']\n", None),
    ("in_ipython", "1 / 0", ..., "ZeroDivisionError"),
    ("in_ipython", "6 * = 7", ..., "SyntaxError"),
)
check.passed("two_prompts")
### BEGIN HIDDEN TESTS
word, other = check.words(2)
number = check.fresh.randint(1000, 9999)
check_reports(
    ("in_python", f"{word} = {number}\nprint({word})\n{word}", f"{number}\n", None),
    ("in_python", f"print({other!r})\n{word}", f"{other}\n", "NameError"),
    ("in_python", f"%{word}", "", "SyntaxError"),
    ("in_ipython", f"{word} = {number}\n{word}", f"Out[1]: {number}\n", None),
    ("in_ipython", f"print({other!r})", f"{other}\n", None),
    ("in_ipython", f"int({word!r})", ..., "ValueError"),
    ("in_ipython", f"{word} = = {other}", ..., "SyntaxError"),
)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: the echo, and what remembers it
#
# At a prompt Python hands the value of each line to `sys.displayhook`, and whoever sets that function decides what happens to it.
# IPython's prints `Out[n]: ` and remembers: `_` is the last value, `__` the one before, `Out` a dict of all by the number of their prompt.
# Rebuild it. `names` is the dict of names of a session and holds at the start
#
#     {"In": [""], "Out": {}, "_": "", "__": ""}
#
# Every line is appended to `In` before it runs, so the number of the prompt is `len(names["In"]) - 1`.
# A line whose value is `None` shows and changes nothing, but it has a number:
#
#     In [1]: 6 * 7
#     Out[1]: 42
#     In [2]: None
#     In [3]: _ + 1
#     Out[3]: 43
#
# `session` types lines at a prompt that uses your displayhook.

# %% nbgrader={"grade_id": "session", "locked": true}
import io
import sys
from contextlib import redirect_stdout


def session(*lines):
    """What somebody sees and has after typing `lines` at a prompt with the displayhook of `make_displayhook`."""
    names = {"In": [""], "Out": {}, "_": "", "__": ""}
    printed, before = io.StringIO(), sys.displayhook
    sys.displayhook = make_displayhook(names)
    try:
        with redirect_stdout(printed):
            for line in lines:
                names["In"].append(line)
                exec(compile(line, "<prompt>", "single"), names)
    finally:
        sys.displayhook = before
    return {"printed": printed.getvalue(), "_": names["_"], "__": names["__"], "Out": names["Out"]}


# %% [markdown]
# **The check** types sessions of two to twelve lines, some with the value `None`, and compares what was printed, `_`, `__` and `Out`.
# **Not asked:** `___`, `_3`, or values with a rich display.


# %% nbgrader={"grade_id": "displayhook", "solution": true}
def make_displayhook(names):
    """A displayhook that prints and remembers values in `names`, as IPython's does."""

    def displayhook(value):
        # TODO: Print `Out[n]: ` and the repr of `value`, and bring `_`, `__` and `Out` in `names`
        # up to date; for None do nothing.
        ### BEGIN SOLUTION
        if value is None:
            return
        number = len(names["In"]) - 1
        print(f"Out[{number}]: {value!r}")
        names["__"] = names["_"]
        names["_"] = value
        names["Out"][number] = value
        ### END SOLUTION

    return displayhook


# %%
session("6 * 7", "None", "_ + 1")

# %% nbgrader={"grade": true, "grade_id": "displayhook-check"}
# The check of task 2: run this cell.
from kernel_seams.course import check


def check_session(lines, printed, last, before, out):
    expected = {"printed": printed, "_": last, "__": before, "Out": out}
    check.call(
        session,
        *lines,
        expected=expected,
        next_step="Run this session in a cell of its own; after which line does it part from what you expect?",
        mistakes=[
            (
                lambda got: "Out[0]" in got["printed"] or 0 in got["Out"],
                "The first prompt has number 1: `In` begins with an empty text so that its length is one ahead.",
            ),
            (lambda got: "None" in got["printed"], "A line whose value is `None` shows nothing and is not remembered."),
            (
                lambda got: list(got["Out"].values()) == list(out.values()) and list(got["Out"]) != list(out),
                'The number is that of the prompt, `len(names["In"]) - 1`: a line without a value has one too.',
            ),
            (
                lambda got: got["__"] == got["_"] != before,
                "`_` was overwritten before `__` had its old value: move the old one first.",
            ),
            (
                lambda got: got["printed"] == "".join(f"{value!r}\n" for value in out.values()),
                "The value is printed without its `Out[n]: `.",
            ),
            (
                lambda got: got["printed"] != printed and got["Out"] == out,
                "Print the repr, `{value!r}`: a text shows its quotes at a prompt.",
            ),
            (
                lambda got: got["printed"] == printed and not got["Out"],
                "It is shown and not remembered: `_`, `__` and `Out` are entries of the dict `names`.",
            ),
        ],
    )


check_session(["6 * 7", "'salt'"], "Out[1]: 42\nOut[2]: 'salt'\n", "salt", 42, {1: 42, 2: "salt"})
check_session(["6 * 7", "None", "x = 1", "8"], "Out[1]: 42\nOut[4]: 8\n", 8, 42, {1: 42, 4: 8})
check_session(["7", "Out[1] + 1", "_ * __"], "Out[1]: 7\nOut[2]: 8\nOut[3]: 56\n", 56, 8, {1: 7, 2: 8, 3: 56})
check.passed("displayhook")
### BEGIN HIDDEN TESTS
for length in (2, 5, 12):
    lines, printed, values, out = [], "", ["", ""], {}
    for number in range(1, length + 1):
        value = check.fresh.choice([None, check.fresh.randint(2, 999), check.words(1)[0]])
        lines.append(repr(value))
        if value is not None:
            printed += f"Out[{number}]: {value!r}\n"
            values.append(value)
            out[number] = value
    check_session(lines, printed, values[-1], values[-2], out)
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: what Python receives
#
# `!ls` and `%time x` are no Python, and Python never sees them. IPython rewrites the line first:
#
#     !echo it's     ->   get_ipython().system("echo it's")
#     %time x = 1    ->   get_ipython().run_line_magic('time', 'x = 1')
#     %time          ->   get_ipython().run_line_magic('time', '')
#     7 % 3          ->   7 % 3
#
# Write that rewriting yourself, with plain string functions: the first word after `%` is the name, the rest is the second text.
#
# **The check** compares with what IPython itself makes of each line.
# **Not asked:** `!!`, `x = !ls`, `%%`, `?`, spaces at either end of a line, more than one line.


# %% nbgrader={"grade_id": "to-python", "solution": true}
def to_python(line):
    """The Python that IPython makes of one line of input."""
    # TODO: Return the rewritten line; a line that begins with neither `!` nor `%` as it is.
    # Do not ask IPython.
    ### BEGIN SOLUTION
    if line.startswith("!"):
        return f"get_ipython().system({line[1:]!r})"
    if line.startswith("%"):
        name, _, rest = line[1:].partition(" ")
        return f"get_ipython().run_line_magic({name!r}, {rest!r})"
    return line
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "to-python-check"}
# The check of task 3: run this cell.
from IPython.core.inputtransformer2 import TransformerManager

from kernel_seams.course import check


def check_line(line):
    check.call(
        to_python,
        line,
        expected=TransformerManager().transform_cell(line).removesuffix("\n"),
        next_step="Write down which part of the line becomes which text, and which part is gone.",
        mistakes=[
            (
                lambda got: got.startswith("get_ipython().system('") and got.count("'") > 2,
                "The text has a quote in it: `{text!r}` writes it as Python would, quotes of your own do not.",
            ),
            (lambda got: "('%" in got or "('!" in got, "`%` and `!` are gone in what Python receives."),
            (
                lambda got: got.startswith("get_ipython()") and line[0] not in "!%",
                "Only a `%` or `!` at the beginning of the line is IPython's; any other is Python's own.",
            ),
            (
                lambda got: got.count(", '") > 1,
                "A line magic has two texts: its name, and all the rest of the line in one piece.",
            ),
            (
                lambda got: got.kind in ("ValueError", "IndexError"),
                "A magic may have nothing after its name; `partition` gives three texts whatever there is.",
            ),
            (lambda got: got.endswith("\n"), "Give back the line without a newline at its end."),
        ],
    )


check_line("!ls -l")
check_line("!echo it's")
check_line("%time x = 1")
check_line("%time")
check_line("7 % 3")
check.passed("to_python")
### BEGIN HIDDEN TESTS
for _ in range(4):
    first, second, third = check.words(3)
    check_line(f"!{first} -{second} '{third}'")
    check_line(f'!{first} "{second}\'s" | {third} !')
    check_line(f"%{first}")
    check_line(f"%{first} --{second}='{third}' %{first} !{third}")
    check_line(f"{first} = {second} % {third} != '!'")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: which layer was it?
#
# Ten things you see at a prompt in a notebook. Which layer puts each there?
# If you are not sure, take a layer away and look whether it is still there: `python` and `ipython` in a terminal are one command away.
#
# **The check** looks at each of the ten and names an experiment for the first that is not right.
# **Not asked:** what else is needed to bring it to you.

# %% nbgrader={"grade_id": "layers", "solution": true}
PYTHON, IPYTHON, FRONT_END = "Python", "IPython", "front-end"

layers = {
    "the 42 under 6 * 7": ...,
    "_ with the last value": ...,
    "the words ZeroDivisionError: division by zero": ...,
    "Out[3]": ...,
    "!ls": ...,
    "the names that Tab offers": ...,
    "the arrow ----> in a traceback": ...,
    "colours while you type": ...,
    "a table drawn from HTML": ...,
    "the next cell after Shift+Enter": ...,
}
# TODO: Put PYTHON, IPYTHON or FRONT_END in place of each `...` above, and delete the line below.
### BEGIN SOLUTION
layers = {
    "the 42 under 6 * 7": PYTHON,  # its prompt calls sys.displayhook; IPython only puts its own in that place
    "_ with the last value": PYTHON,  # the stock displayhook sets it too
    "the words ZeroDivisionError: division by zero": PYTHON,
    "Out[3]": IPYTHON,
    "!ls": IPYTHON,
    "the names that Tab offers": IPYTHON,  # it answers a complete_request; the menu is the front-end's
    "the arrow ----> in a traceback": IPYTHON,
    "colours while you type": FRONT_END,  # nothing was sent yet
    "a table drawn from HTML": FRONT_END,  # IPython sends the HTML as a text
    "the next cell after Shift+Enter": FRONT_END,
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "layers-check"}
# The check of task 4: run this cell.
from kernel_seams.course import check

EXPERIMENTS = {
    "the 42 under 6 * 7": ("a5ef214f0df5", "In a terminal run `python` and type `6 * 7`: who is there to answer?"),
    "_ with the last value": ("f042b8d8f655", "In a terminal run `python`, type `6 * 7` and then `_ + 1`."),
    "the words ZeroDivisionError: division by zero": ("83d4a29f66d1", "In a terminal run `python -c '1 / 0'`."),
    "Out[3]": ("462270549103", "In a terminal type `6 * 7` and `Out` into `python`, then into `ipython`."),
    "!ls": ("c2da2919e430", "In a terminal type `!ls` into `python`, then into `ipython`; no browser is there."),
    "the names that Tab offers": (
        "6ac919821c76",
        'Run `get_ipython().kernel.do_complete("le", 2)["matches"]`: there they are, as data; nobody drew a menu.',
    ),
    "the arrow ----> in a traceback": (
        "1b40db43b5e5",
        "In a terminal compare `python -c '1 / 0'` and `ipython -c '1 / 0'`; no browser is there.",
    ),
    "colours while you type": (
        "64ebbfc9a431",
        "Type `for` into a cell and do not run it: what has the kernel seen of it?",
    ),
    "a table drawn from HTML": (
        "e50dd982d29e",
        "`from IPython.display import HTML`, then `HTML('<table><tr><td>1</table>').data`: what leaves the kernel is a text.",
    ),
    "the next cell after Shift+Enter": (
        "39c2bbcc437b",
        "Run an empty cell: the kernel had nothing to do, and what moved?",
    ),
}


def check_layers(sealed_and_experiment):
    for thing, (sealed, experiment) in sealed_and_experiment.items():
        check.choice(
            layers.get(thing, "nothing"),
            of=["Python", "IPython", "front-end"],
            sealed=sealed,
            where=thing,
            next_step=experiment,
        )


check_layers(EXPERIMENTS)
check.passed("layers")
### BEGIN HIDDEN TESTS
by_layer = {
    "Python": ["the 42 under 6 * 7", "_ with the last value", "the words ZeroDivisionError: division by zero"],
    "IPython": ["Out[3]", "!ls", "the names that Tab offers", "the arrow ----> in a traceback"],
    "front-end": ["colours while you type", "a table drawn from HTML", "the next cell after Shift+Enter"],
}
check.equal(
    layers,
    {thing: layer for layer, things in by_layer.items() for thing in things},
    where="layers",
    next_step="Take a layer away and look whether the thing is still there.",
)
### END HIDDEN TESTS

# %% [markdown]
# ## Discussion
#
# - The echo is Python's: compiled for `'single'`, a line hands its value to `sys.displayhook`. IPython replaces that function, and a notebook's kernel replaces it once more, with one that sends a message. Nobody prints.
# - One traceback, three ways: bare Python writes it to stderr, IPython in a terminal to stdout, and a kernel to neither: it sends an `error` message, which the front-end paints red.
# - `!ls` was never Python, so it has no place in a module; `%run` and `.ipy` files are IPython's way around that.
# - A console without a browser runs the same IPython as this notebook. Whatever you see there too is not the front-end's.
#
# ## Read on
#
# - Python: `sys.displayhook` and the modes of `compile`, in the library reference.
# - IPython: `IPython.core.displayhook`, `IPython.core.inputtransformer2`; `get_ipython().run_cell?` in a cell.
# - Lesson 04 writes magics of its own; lesson 03 looks at the messages in which all this crosses to the browser.
