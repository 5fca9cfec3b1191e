# %% [markdown]
# # 07 Your own shell: what IPython does for you
#
# **Goal.** You have written an interactive shell for Python, `shell.py` beside this notebook, with echo, `_` and `Out`, magics, `!commands`, tracebacks and completion; and you know what of all that is not Python.
#
# You write `shell.py` in any editor, JupyterLab's own will do: double-click the file.
# It has holes, each a function with a `TODO` that names its stage; `run_cell`, which calls them, is there: read it first.
# In a terminal of JupyterLab (*File*, *New*, *Terminal*; in any other after `. ./scripts/activate` in the folder of the workshop)
#
#     seams check 07-shell --watch
#
# tries stage after stage each time you save, and stops at the first that is not right.
# To talk to it: `python shell.py`, in the folder of this notebook.
#
# Stuck? `%hint 07-shell.echo` shows one hint at a time; `seams solution 07-shell.echo` prints the functions of one stage, if your kit came with solutions.
# It need not be written our way: what is asked is only what a front-end would ask, `run_cell`, `complete`, `inspect` and `is_complete`.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "Python's own `exec` gives back the value of the last line": ...,  # True or False
    "after the cells `6 * 7` and `x = 1`, `_` is": ...,  # a number
    "`  % 5` in a line of its own inside parentheses is a magic": ...,  # True or False
    "`!ls` and `files = !ls` call the same function": ...,  # True or False
    "who knows that `for i in range(3):` is not finished": ...,  # "the front-end" or "the shell"
}

# %% [markdown]
# ## Drive it
#
# ```mermaid
# flowchart LR
#     typed["a cell, as typed"] --> rewrite["to_python:<br/>% ! ? become calls"]
#     rewrite --> run["run: exec,<br/>then eval the last line"]
#     run -- a value --> shows["how_it_shows,<br/>remember"]
#     run -- an error --> tb["traceback_of"]
#     shows --> result["a result:<br/>plain data"]
#     tb --> result
# ```
#
# IPython's shell without a kernel and without a front-end is an object with a method:

# %%
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

theirs = InteractiveShell(config=Config(HistoryManager={"enabled": False}, InteractiveShell={"colors": "nocolor"}))
result = theirs.run_cell("6 * 7", store_history=True)
result.result, theirs.user_ns["_"], theirs.user_ns["Out"]

# %% [markdown]
# What is not Python is made Python before anything runs:

# %%
cells = ["%time sum(range(9))", "!ls", "files = !ls", "zip?", "%%time twice\nx = 1\n", "total = (7\n  % 5)\n"]
for cell in cells:
    print(f"{cell!r:38} {theirs.transform_cell(cell)!r}")

# %%
for cell in ("for i in range(3):", "for i in range(3):\n    print(i)\n", "1 +* 2"):
    print(f"{cell!r:45} {theirs.input_transformer_manager.check_complete(cell)}")

# %% [markdown]
# Your answers beside what happened:

# %%
from kernel_seams.course import check

theirs.run_cell("x = 1", store_history=True)
names = {}
check.compare(
    prediction,
    {
        "Python's own `exec` gives back the value of the last line": exec("6 * 7", names) is not None,
        "after the cells `6 * 7` and `x = 1`, `_` is": theirs.user_ns["_"],
        "`  % 5` in a line of its own inside parentheses is a magic": "magic" in theirs.transform_cell(cells[-1]),
        "`!ls` and `files = !ls` call the same function": theirs.transform_cell("!ls").split("(")[1]
        == theirs.transform_cell("files = !ls").split("(")[1],
        "who knows that `for i in range(3):` is not finished": "the shell",
    },
)

# %% [markdown]
# ## Stage 1: echo
#
# A script shows only what it prints. A shell shows the value of the last line of a cell, if that has one:
#
#     In [1]: x = 20
#        ...: print("working")
#        ...: x + 1
#     working
#     Out[1]: 21
#
# `exec` runs statements and gives nothing back, `eval` gives the value of one expression and runs nothing else. So the cell is cut in two.
#
# **Write** `Shell.run`. The names live in `self.names`, from cell to cell.
# **The check** runs cells in one session: with and without a value, with several lines, with a last line that may run only once.
# **Not asked:** `await`, and a value behind a semicolon, which `run_cell` sees to.

# %% nbgrader={"grade": true, "grade_id": "echo-check"}
# The check of stage 1: run this cell.
from kernel_seams.course import check, shells


def check_echo(cells, expected, how=shells.values):
    check.call(
        how,
        cells,
        expected=expected,
        where=f"{'the results' if how is shells.values else 'what is printed'} of the cells {cells}",
        next_step="Take this cell by hand: which statements go to `exec`, and which expression to `eval`?",
        mistakes=[
            (
                lambda got: any("SyntaxError" in str(each) for each in got),
                "Only an expression can be evaluated: `exec` everything before the last line, and `eval` that alone, if it is an `ast.Expr`.",
            ),
            (
                lambda got: any("NameError" in str(each) for each in got),
                "Names of an earlier cell are gone: give `exec` and `eval` the same dict each time, self.names.",
            ),
            (
                lambda got: how is shells.prints and any(len(g) > len(e) for g, e in zip(got, expected)),
                "The last line was run twice: take it out of the tree before the rest is executed.",
            ),
            (
                lambda got: all(each is None for each in got) and any(expected),
                "Nothing came back: `return` the value of the last line.",
            ),
        ],
    )


with shells.stage("echo"):
    check_echo(["6 * 7"], ["42"])
    check_echo(
        ["x = 20", "x + 1", "y = 5\ny * x", "for i in range(3):\n    i\n", "'salt'", "None"],
        [None, "21", "100", None, "'salt'", None],
    )
    check_echo(["print('one')\nprint('two') or 3"], ["one\ntwo\n"], how=shells.prints)
    check_echo(["def f(n):\n    return n + 1\n\nf(41)", "", "# nothing"], ["42", None, None])
check.passed("echo")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
n = check.fresh.randint(100, 999)
check_echo([f"{a} = {n}", f"{b} = {a} * 2\n{b} + 1", f"{b}", f"{a!r}"], [None, str(2 * n + 1), str(2 * n), repr(a)])
check_echo([f"import math\nif True:\n    {a} = [{n}]\n{a}.append({n}) or {a}"], [f"[{n}, {n}]"])
check_echo([f"print({a!r}) or {n}"], [f"{a}\n"], how=shells.prints)
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 2: shows
#
# A value can know more than one way to show itself. A shell asks for all of them and lets the front-end choose:
#
#     In [1]: class Loud:
#        ...:     def _repr_html_(self):
#        ...:         return "<b>loud</b>"
#        ...: Loud()
#
# gives `{"text/plain": "<__main__.Loud object at 0x7f...>", "text/html": "<b>loud</b>"}`.
#
# **Write** `how_it_shows`. RICH, at the top of the file, has the methods.
# **The check** asks for values with one such method, with several, with one that returns None, and with a picture, which is bytes.

# %% nbgrader={"grade": true, "grade_id": "shows-check"}
# The check of stage 2: run this cell.
import base64

from kernel_seams.course import check, shells


def check_shows(body, expected):
    cell = f"class Value:\n    def __repr__(self):\n        return 'a value'\n{body}\nValue()"
    check.call(
        shells.data,
        [cell],
        expected={"text/plain": "a value", **expected},
        where=f"the data of the cell {cell!r}",
        next_step="Which methods of RICH does this class have, and what does each return?",
        mistakes=[
            (
                lambda got: any(value is None for value in got.values()),
                "A method that returns None has nothing to show: leave it out.",
            ),
            (
                lambda got: "b'" in str(got.get("image/png")),
                "`str` of bytes is no text for anybody: `base64.b64encode(shown).decode()`.",
            ),
            (
                lambda got: set(got) == {"text/plain"},
                "Only the text is there: go through RICH, and call what `hasattr` finds.",
            ),
        ],
    )


with shells.stage("shows"):
    check_shows("    x = 1", {})
    check_shows("    def _repr_html_(self):\n        return '<b>loud</b>'", {"text/html": "<b>loud</b>"})
    check_shows(
        "    def _repr_latex_(self):\n        return None\n    def _repr_png_(self):\n        return bytes([137, 80])",
        {"image/png": "iVA="},
    )
    check.call(
        shells.values,
        ["class Value:\n    def _repr_html_(self):\n        return '<b>'\nValue"],
        expected=["<class '__main__.Value'>"],
        where="a cell whose value is a class, not an object of it",
        next_step="The class has the method, and cannot be asked without an object: look at `type(value)`, not at `value`.",
    )
check.passed("shows")
### BEGIN HIDDEN TESTS
word, raw = check.words(1)[0], check.fresh.randbytes(7)
check_shows(
    f"    def _repr_markdown_(self):\n        return '*{word}*'\n    def _repr_svg_(self):\n        return '<svg>{word}</svg>'\n"
    f"    def _repr_png_(self):\n        return {raw!r}\n    def _repr_json_(self):\n        return {{'word': {word!r}}}",
    {
        "text/markdown": f"*{word}*",
        "image/svg+xml": f"<svg>{word}</svg>",
        "image/png": base64.b64encode(raw).decode(),
        "application/json": {"word": word},
    },
)
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 3: memory
#
# A cell has a number, and what it was worth can be asked for later:
#
#     In [1]: 6 * 7
#     Out[1]: 42
#     In [2]: _ + 1
#     Out[2]: 43
#     In [3]: __, Out[1], In[2]
#     Out[3]: (42, 42, '_ + 1')
#
# A front-end may ask for a cell that has no number, with store_history false: then nothing is counted or kept.
#
# **Write** `Shell.begin` and `Shell.remember`.
# **The check** compares the counts of results, and `In`, `Out`, `_` and `__` after cells with and without a value.

# %% nbgrader={"grade": true, "grade_id": "memory-check"}
# The check of stage 3: run this cell.
from kernel_seams.course import check, shells


def check_memory(cells, expected):
    check.call(
        shells.values,
        cells,
        expected=expected,
        where=f"the results of the cells {cells}",
        next_step="Write down In, Out, `_` and `__` after each of these cells: which of them is another one here?",
        mistakes=[
            (
                lambda got: (
                    "__" in cells[-1] and len(cells) > 2 and got[-1].strip("(),").split(", ")[:2] == [got[-2]] * 2
                ),
                "`_` was overwritten before `__` had its value: assign both in one statement, or `__` first.",
            ),
            (
                lambda got: any("IndexError" in str(each) or "KeyError" in str(each) for each in got),
                "In begins with an empty text, so that In[1] is the first cell; Out has a value under the number of its cell.",
            ),
            (
                lambda got: any("NameError" in str(each) for each in got),
                "`_`, `__`, In and Out are names like any other: they live in self.names.",
            ),
        ],
    )


def check_counts(cells, expected, **options):
    check.call(
        lambda: [each["execution_count"] for each in shells.results(cells, "execution_count", **options)],
        expected=expected,
        where=f"the execution_count of the cells {cells}{f', the last with {options}' if options else ''}",
        next_step="Each cell that is stored counts one up, whatever becomes of it.",
    )


with shells.stage("memory"):
    check_counts(["x = 1", "1 / 0", "x", "print()"], [1, 2, 3, 4])
    check_memory(["6 * 7", "_ + 1", "(_, __)"], ["42", "43", "(43, 42)"])
    check_memory(["'salt'", "x = 1", "_"], ["'salt'", None, "'salt'"])
    check_memory(["1 + 1", "Out[1], In[1], len(In)"], ["2", "(2, '1 + 1', 3)"])
    check_counts(["x = 1", "x"], [1, 2], store_history=False)
check.passed("memory")
### BEGIN HIDDEN TESTS
n = check.fresh.randint(100, 999)
word = check.words(1)[0]
check_memory(
    [f"{n}", f"{word!r}", "None", "(_, __)", "Out[2] + In[2]"],
    [str(n), repr(word), None, f"({word!r}, {n})", repr(word + repr(word))],
)
check_memory([f"{n}", "1 / 0", "_", "sorted(Out)"], [str(n), "ZeroDivisionError: division by zero", str(n), "[1, 3]"])
check_memory([f"{n}", f"{word!r}", "(_, __)"], [str(n), repr(word), f"({word!r}, {n})"])
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 4: errors
#
# Python's own traceback names a file and a line. A cell is no file, and whoever reads wants to see the lines:
#
#     In [1]: def half(n):
#        ...:     return 1 / n
#        ...:
#     In [2]: half(0)
#     ---------------------------------------------------------------------------
#     ZeroDivisionError                         Traceback (most recent call last)
#     In [2], line 1
#     ----> 1 half(0)
#
#     In [1], line 2, in half
#           1 def half(n):
#     ----> 2     return 1 / n
#
#     ZeroDivisionError: division by zero
#
# What belongs to the shell is left out: nobody wants to read how their cell came to be run.
# An error that was raised from another one, or while another one was handled, comes after that one; `raise ... from None` says that nobody wants to read it.
#
# **Write** `traceback_of` and `around`.
# **The check** looks for these lines, for the order of the calls, for an error that came from another, and for a cell that is no Python. Spaces around a line, and lines beyond the ones it looks for, do not count.

# %% nbgrader={"grade": true, "grade_id": "errors-check"}
# The check of stage 4: run this cell.
from kernel_seams.course import check, shells


def found(cells, wanted):
    """Those of `wanted` that are lines of the traceback, in their order; each may have spaces around it."""
    lines, seen = [line.strip() for line in shells.errors(cells)], []
    for line in wanted:
        if line in lines:
            seen.append(line)
            lines = lines[lines.index(line) + 1 :]
    return seen


def check_errors(cells, *wanted):
    check.call(
        found,
        cells,
        list(wanted),
        expected=list(wanted),
        where=f"of these lines, those that the traceback of the cells {cells} has, in this order",
        next_step="Print the lines of your traceback for these cells: which one is missing, or in another place?",
        mistakes=[
            (
                lambda got: (
                    [line.lstrip("-> ") for line in wanted if line not in got] != []
                    and all("-->" in line for line in wanted if line not in got)
                ),
                "The arrow is `----> `, and then the number of the line and the line itself.",
            ),
            (
                lambda got: "except" in cells[0] and set(wanted) - set(got) == {wanted[0]},
                "An error that is raised while another one is handled has that as its __context__, which is told before it.",
            ),
            (
                lambda got: " from " in cells[0] and set(wanted) - set(got) == {wanted[0]},
                "What an error was raised from is its __cause__, which is told before it.",
            ),
        ],
    )


def check_nothing_of_ours(cells):
    check.call(
        lambda: [line for line in shells.errors(cells) if "shell.py" in line or "ast.py" in line],
        expected=[],
        where=f"lines of the traceback of the cells {cells} that speak of the shell's own files",
        next_step="Leave out the calls whose filename is in OURS.",
    )


def check_hidden(cell, line):
    check.call(
        lambda: line in [each.strip() for each in shells.errors([cell])],
        expected=False,
        where=f"whether the traceback of the cell {cell!r} has the line {line!r}",
        next_step="`raise ... from None` sets __suppress_context__: what came before is not to be told then.",
    )


with shells.stage("errors"):
    check_errors(
        ["x = 1\n1 / 0\ny = 2"],
        "In [1], line 2",
        "1 x = 1",
        "----> 2 1 / 0",
        "3 y = 2",
        "ZeroDivisionError: division by zero",
    )
    check_errors(
        ["def half(n):\n    return 1 / n\n", "half(0)"],
        "In [2], line 1",
        "----> 1 half(0)",
        "In [1], line 2, in half",
        "1 def half(n):",
        "----> 2     return 1 / n",
        "ZeroDivisionError: division by zero",
    )
    check_errors(["raise ValueError('salt') from KeyError('pepper')"], "KeyError: 'pepper'", "ValueError: salt")
    inside = "try:\n    salt\nexcept NameError:\n    raise ValueError('pepper')"
    check_errors(
        [inside],
        "NameError: name 'salt' is not defined",
        "----> 4     raise ValueError('pepper')",
        "ValueError: pepper",
    )
    check_hidden(f"{inside} from None", "NameError: name 'salt' is not defined")
    check_errors(["x = 1\n1 +* 2"], "1 +* 2", "SyntaxError: invalid syntax")
    check_nothing_of_ours(["1 / 0"])
check.passed("errors")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
check_errors(
    ["\n" * check.fresh.randint(3, 9) + f"def {a}({b}):\n    # here\n    return {b}.missing\n", f"{b} = 3\n{a}({b})"],
    "In [2], line 2",
    f"1 {b} = 3",
    f"----> 2 {a}({b})",
    f"AttributeError: 'int' object has no attribute 'missing'",
)
check_errors(
    [f"try:\n    {a}\nexcept NameError:\n    {b}"],
    f"NameError: name '{a}' is not defined",
    "----> 4     " + b,
    f"NameError: name '{b}' is not defined",
)
check_hidden(
    f"try:\n    {a}\nexcept NameError:\n    raise KeyError({b!r}) from None", f"NameError: name '{a}' is not defined"
)
check_errors(["import json\njson.loads('{')"], "----> 2 json.loads('{')")
check_nothing_of_ours([f"def {a}():\n    raise KeyError({b!r})\n{a}()"])
check_nothing_of_ours(["1 +* 2"])
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 5: rewrite
#
# `%time x`, `!ls` and `zip?` are not Python. Before a cell is run each of them becomes a call, in a line of its own, so that the numbers stay true:
#
#     %time x           get_shell().run_line_magic('time', 'x')
#     !ls -l            get_shell().system('ls -l')
#     files = !ls       files = get_shell().getoutput('ls')
#     zip?              get_shell().show_help('zip', 0)
#     %%sh quick        get_shell().run_cell_magic('sh', 'quick', 'ls\n')
#     ls
#
# A % that stands between two numbers stays, also at the beginning of a line, and so does whatever is inside a text. How can one know? Let Python say where it cannot read on.
#
# **Write** `to_python` and `line_to_python`. What they call comes in the next stages.
# **The check** puts its own functions in the place of `run_line_magic` and the others and looks what arrives there.

# %% nbgrader={"grade": true, "grade_id": "rewrite-check"}
# The check of stage 5: run this cell.
from kernel_seams.course import check, shells

# From here on the five say what they were called with, and give it back.
LISTEN = """
said, shell = [], get_shell()
for name in ("run_line_magic", "run_cell_magic", "system", "getoutput", "show_help"):
    setattr(shell, name, lambda *given, name=name: said.append((name, *given)) or name)
"""


def check_rewrite(cell, *said, then="said", shows=None):
    check.call(
        shells.values,
        [LISTEN, cell, then],
        expected=[None, shows, repr(list(said)) if then == "said" else then],
        where=f"what the shell was asked for by the cell {cell!r}, after it",
        next_step="Print what `to_python` makes of this cell.",
        mistakes=[
            (
                lambda got: "unterminated" in str(got[1]),
                "The text is not quoted as Python quotes it: in an f-string `{text!r}` writes it with the right quotes.",
            ),
            (
                lambda got: "SyntaxError" in str(got[1]) and cell.startswith("%%"),
                "A cell that begins with %% is one call as a whole: its body need not be Python.",
            ),
            (
                lambda got: "SyntaxError" in str(got[1]),
                "There is still a line that is no Python: make one line Python, and try `ast.parse` again.",
            ),
            (
                lambda got: not said and got[2] != "[]",
                "This cell is Python as it is: change a line only where `ast.parse` stops.",
            ),
        ],
    )


with shells.stage("rewrite"):
    check_rewrite("x = 1\nx + 1", shows="2")
    check_rewrite("%time x", ("run_line_magic", "time", "x"), shows="'run_line_magic'")
    check_rewrite("!ls -l *.py", ("system", "ls -l *.py"), shows="'system'")
    check_rewrite("files = !ls\nn = %pwd", ("getoutput", "ls"), ("run_line_magic", "pwd", ""))
    check_rewrite(
        "for i in range(2):\n    !echo it's\n    %who a  b\n",
        ("system", "echo it's"),
        ("run_line_magic", "who", "a  b"),
        ("system", "echo it's"),
        ("run_line_magic", "who", "a  b"),
    )
    check_rewrite("zip?", ("show_help", "zip", 0), shows="'show_help'")
    check_rewrite("x = 1\nos.path??", ("show_help", "os.path", 1), shows="'show_help'")
    check_rewrite("%%sh quick\nls (\n", ("run_cell_magic", "sh", "quick", "ls (\n"), shows="'run_cell_magic'")
    check_rewrite("total = (7\n  % 5)\ntext = '''\n%time\n!ls\n'''\ntotal, text", shows=r"(2, '\n%time\n!ls\n')")
check.passed("rewrite")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
n = check.fresh.randint(5, 99)
check_rewrite(
    f"{a} = {n}\n%{b} {a}  x\n!{a} | {b} 'q\n{a}",
    ("run_line_magic", b, f"{a}  x"),
    ("system", f"{a} | {b} 'q"),
    shows=str(n),
)
check_rewrite(f"%%{a}\n{b}\n\n{b}?\n", ("run_cell_magic", a, "", f"{b}\n\n{b}?\n"), shows="'run_cell_magic'")
check_rewrite(f"{a} = ({n}\n% 3\n)\n'%{b} !{b} {b}?'", shows=f"'%{b} !{b} {b}?'")
check_rewrite(f"if {n}:\n    {a} = %{b}\n    {a}2 = !{b}\n", ("run_line_magic", b, ""), ("getoutput", b))
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 6: magics
#
# A magic is a function in a table. Anybody may put one there:
#
#     In [1]: @get_shell().magic("line")
#        ...: def clap(line):
#        ...:     return " and ".join(line.split())
#        ...:
#     In [2]: %clap to be
#     Out[2]: 'to and be'
#     In [3]: word = "not"
#     In [4]: %clap or {word} to be
#     Out[4]: 'or and not and to and be'
#
# The names in braces are filled in by the shell, since a magic gets text and sees no variable.
#
# **Write** `find_magic`, `magic` and `fill_in`.
# **The check** makes line and cell magics, calls them, and asks for one that is not there.

# %% nbgrader={"grade": true, "grade_id": "magics-check"}
# The check of stage 6: run this cell.
from kernel_seams.course import check, shells

LINE = '@get_shell().magic("line")\ndef clap(line):\n    return " and ".join(line.split())\n'
CELL = '@get_shell().magic("cell")\ndef shout(line, body):\n    return body.upper().strip() + (line or "!")\n'


def check_magics(cells, expected):
    check.call(
        shells.values,
        cells,
        expected=expected,
        where=f"the results of the cells {cells}",
        next_step="Look into self.magics after the first cell: is the function there, under its own name?",
        mistakes=[
            (
                lambda got: any("not callable" in str(each) for each in got),
                "`magic(kind)` returns a function, and that one returns what it was given: otherwise the name stands for nothing afterwards.",
            ),
            (
                lambda got: "{word}" in str(got[-1]) and "{word}" not in str(expected[-1]),
                "The names in braces are not filled in: `fill_in` puts `str(self.names[name])` in their place.",
            ),
            (
                lambda got: "KeyError" in str(got[-1]),
                "What is in braces and no name of the session stays as it is, as in `awk '{print}'`.",
            ),
        ],
    )


def check_unknown(cell, sign):
    check.call(
        lambda: [str(shells.values([cell])[0]).startswith("UsageError: "), sign in str(shells.values([cell])[0])],
        expected=[True, True],
        where=f"the cell {cell!r}: is its error a UsageError, and does its text have {sign}?",
        next_step=f"Raise UsageError(...) with {sign} in its text if self.magics has no such name for that kind.",
    )


with shells.stage("magics"):
    check_magics(
        [LINE, "%clap to be", "x = %clap or  not", "x", "clap('a b')"],
        [None, "'to and be'", None, "'or and not'", "'a and b'"],
    )
    check_magics([CELL, "%%shout\nbe quiet\n", "%%shout ?\nplease\n"], [None, "'BE QUIET!'", "'PLEASE?'"])
    check_magics(
        [LINE, "word = 3", "%clap {word} of {nobody} and {}"], [None, None, "'3 and of and {nobody} and and and {}'"]
    )
    check_unknown("%clap", "%clap")
    check_unknown("%%clap\nx\n", "%%clap")
check.passed("magics")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
n = check.fresh.randint(100, 999)
check_magics(
    [f'@get_shell().magic("line")\ndef {a}(line):\n    return [line]\n', f"{b} = {n}", f"%{a} -x {{{b}}} {{ {b} }}"],
    [None, None, f"['-x {n} {{ {b} }}']"],
)
check_magics(
    [
        f'@get_shell().magic("cell")\ndef {a}(line, body):\n    return line, body\n',
        f"{b} = {n}",
        f"%%{a} {{{b}}}\n{{{b}}}\n",
    ],
    [None, None, f"('{n}', '{{{b}}}\\n')"],
)
check_unknown(f"%{b}", f"%{b}")
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 7: system
#
# `!command` is for the shell of the system, which knows nothing of your variables but what you put in braces:
#
#     In [1]: name = "salt"
#     In [2]: !echo {name} && false
#     salt
#     In [3]: _exit
#     Out[3]: 1
#     In [4]: lines = !printf 'a\nb\n'
#     In [5]: lines
#     Out[5]: ['a', 'b']
#
# What it writes has to go through `sys.stdout`, or a notebook would not see it: the process has no screen.
# And it has to go there as it comes: who waits for a long command wants to see how far it is.
#
# **Write** `Shell.system` and `Shell.getoutput`.
# **The check** asks for output, also to stderr and in the middle of a command's run, for exit codes, and for a command that waits for input, which there is none of.

# %% nbgrader={"grade": true, "grade_id": "system-check"}
# The check of stage 7: run this cell.
from kernel_seams.course import check, shells


def check_system(cells, expected, how=shells.values):
    check.call(
        how,
        cells,
        expected=expected,
        where=f"{'the results' if how is shells.values else 'what is printed'} of the cells {cells}",
        next_step="Run the command in a terminal: what does it write to which stream, and what does `echo $?` say?",
        mistakes=[
            (
                lambda got: how is shells.prints and not any(got) and any(expected),
                "The output went past sys.stdout: take the command's stdout as a pipe, and write its lines to sys.stdout yourself.",
            ),
            (
                lambda got: any("{" in str(each) for each in got) and not any("{" in str(each) for each in expected),
                "The names in braces are not filled in: `self.fill_in(command)` comes first.",
            ),
            (
                lambda got: any(str(each).startswith("b'") or "[b'" in str(each) for each in got),
                "These are bytes; with `text=True` you get str.",
            ),
            (
                lambda got: any("\\n" in str(each) for each in got),
                "`splitlines()` makes lines of it that have no end of their own.",
            ),
            (
                lambda got: any("NameError: name '_exit'" in str(each) for each in got),
                "The exit code is a name of the session: self.names['_exit'].",
            ),
        ],
    )


# Whoever is listening hears a word and says so in a file; the command waits for that, and not for ever.
LISTEN = """
import contextlib, io, os
heard = os.path.abspath("heard")

class Listener(io.StringIO):
    def write(self, text):
        if {word!r} in text:
            open(heard, "w").close()
        return super().write(text)

with contextlib.redirect_stdout(Listener()) as listener:
    !echo {word}; for i in $(seq 80); do test -e {{heard}} && break; sleep 0.1; done; test -e {{heard}} && echo in time || echo too late
listener.getvalue().split()[1:]
"""


def check_at_once(word):
    check.call(
        shells.values,
        [LISTEN.format(word=word)],
        expected=["['in', 'time']"],
        where=f"what a command prints that prints {word!r}, then waits until somebody has seen that in sys.stdout, and says whether they have",
        next_step="Run `!ping localhost` or `!pip install` and watch: what the command writes has to be seen while it runs.",
        mistakes=[
            (
                lambda got: "late" in str(got),
                "All came at the end: go through the lines of `process.stdout` while the command runs, and write each one to sys.stdout.",
            ),
        ],
    )


with shells.stage("system"):
    check_system(["!echo salt", "!echo pepper >&2"], ["salt\n", "pepper\n"], how=shells.prints)
    check_system(["!exit 3", "_exit", "!true", "_exit"], [None, "3", None, "0"])
    check_system(["name = 'salt'", "lines = !echo {name}; echo b >&2; echo c", "lines"], [None, None, "['salt', 'c']"])
    check_system(["name = 'salt'", "!echo {name} | wc -c", "!cat"], ["", "5\n", ""], how=shells.prints)
    check_at_once("salt")
check.passed("system")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
code = check.fresh.randint(2, 99)
check_system([f"!echo {a}; echo {b} >&2; exit {code}"], [f"{a}\n{b}\n"], how=shells.prints)
check_system([f"{a} = {code}", f"!exit {{{a}}}", "_exit"], [None, None, str(code)])
check_at_once(a)
check_system([f"x = !printf '{a}\\n{b}'", "x"], [None, repr([a, b])])
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 8: complete
#
# Tab. The front-end sends the cell and where the cursor is, and shows what comes back; that it knows no Python is why your kernel may be Bash.
#
#     shell.complete("pepper = 1; print(pep", 21)
#     {'matches': ['pepper'], 'cursor_start': 18, 'cursor_end': 21}
#
# **Write** `Shell.complete`. `look_up` is there.
# **The check** asks for names, attributes, keywords, magics, in the middle of a line, and for words that nothing fits.

# %% nbgrader={"grade": true, "grade_id": "complete-check"}
# The check of stage 8: run this cell.
from kernel_seams.course import check, shells

NAMES = "import os.path\nsalt, saline, _salted = 1, 2, 3\nclass Jar:\n    lid = 'x'\n    _hidden = 1\njar = Jar()"


def completed(code, cursor, names):
    """The three fields of the answer."""
    said = shells.ask([names], "complete", code, cursor)
    return {name: said.get(name) for name in ("matches", "cursor_start", "cursor_end")}


def check_complete(before, matches, start, after=""):
    code, cursor = before + after, len(before)
    check.call(
        completed,
        code,
        cursor,
        NAMES,
        expected={"matches": matches, "cursor_start": start, "cursor_end": cursor},
        where=f"complete({code!r}, {cursor}) after the cell {NAMES!r}",
        next_step="Which word stands before the cursor here, where does it begin, and who can know what follows?",
        mistakes=[
            (
                lambda got: any(match.startswith("_") or "._" in match for match in got["matches"]),
                "Names with an underscore in front only if one was typed.",
            ),
            (
                lambda got: (
                    matches
                    and all("." in match for match in matches)
                    and not any("." in match for match in got["matches"])
                ),
                "A match takes the place of the whole word, from cursor_start to cursor_end: with what stands before the dot.",
            ),
            (
                lambda got: {code[start:cursor] + each for each in got["matches"]} & set(matches),
                "A match is the whole word, not what is missing of it: it takes the place of all from cursor_start to cursor_end.",
            ),
            (
                lambda got: got["matches"] == matches,
                "The matches are right; cursor_start is where the word begins, counted from the beginning of the cell.",
            ),
            (
                lambda got: set(got["matches"]) == set(matches),
                "Sort them, and name each only once.",
            ),
        ],
    )


with shells.stage("complete"):
    check_complete("sal", ["saline", "salt"], 0)
    check_complete("print(salt + sal", ["saline", "salt"], 13, after=")\nsaltless")
    check_complete("x = 1\nimpor", ["import"], 6)
    check_complete("jar.l", ["jar.lid"], 0)
    check_complete("x = jar.", ["jar.lid"], 4)
    check_complete("_sal", ["_salted"], 0)
    check_complete("jar._hid", ["jar._hidden"], 0)
    check_complete("os.path.basena", ["os.path.basename"], 0)
    check_complete("nobody.l", [], 0)
    check_complete("%lsm", ["%lsmagic"], 0)
check.passed("complete")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
NAMES = f"{a}_{b}_1, {a}_{b}_2 = 'x', 2\nclass Box:\n    {b}_size = 1\n{a}_box = Box()"
check_complete(f"y = {a}_{b}_", [f"{a}_{b}_1", f"{a}_{b}_2"], 4)
check_complete(f"'\U0001d41a' + {a}_box.{b}_s", [f"{a}_box.{b}_size"], 6)
check_complete(f"{a}_{b}_1.removepre", [f"{a}_{b}_1.removeprefix"], 0)
check_complete(f"{a}_nothing.", [], 0)
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 9: inspect
#
# Shift+Tab, and the question mark: what is this?
#
#     shell.inspect("zip", 3)
#     {'text/plain': 'Type:       type\nDocstring:  zip(*iterables, strict=False) --> Yield tuples ...'}
#
# Inside the parentheses of a call the question is about the function, since that is what one wants to know then.
# A name that is an argument may be meant as well; IPython takes the function, and either will do.
#
# **Write** `Shell.inspect`. `look_up` and `describe` are there.
# **The check** asks with the cursor in the middle of a name, at its end, in a call, after a dot, and for what nobody knows.

# %% nbgrader={"grade": true, "grade_id": "inspect-check"}
# The check of stage 9: run this cell.
from kernel_seams.course import check, shells

FUNCTION = 'def season(dish, grains=3):\n    "Salt a dish."\n    return dish\n\nclass Kitchen:\n    cook = staticmethod(season)\n'


def told(code, cursor, wanted, function):
    """Those of `wanted` that the answer has in its text."""
    said = shells.ask([function], "inspect", code, cursor)
    return [text for text in wanted if text in said.get("text/plain", "")] if said else said


def check_inspect(before, after="", wanted=("Salt a dish.", "grains=3")):
    code, cursor = before + after, len(before)
    check.call(
        told,
        code,
        cursor,
        list(wanted),
        FUNCTION,
        expected=list(wanted) or {},
        where=f"inspect({code!r}, {cursor}) after the cell {FUNCTION!r}",
        next_step="Which dotted name does the cursor stand in, or which function is being called around it?",
        mistakes=[
            (
                lambda got: wanted and got == {} and "(" in before,
                "Inside the parentheses of a call the name is that of the function in front of them.",
            ),
            (
                lambda got: wanted and got == {} and after,
                "A name goes on behind the cursor: look at both sides of it.",
            ),
            (lambda got: got.kind, "What is not known is no error: return {}."),
        ],
    )


with shells.stage("inspect"):
    check_inspect("season")
    check_inspect("x = 1\nseas", "on(x)")
    check_inspect("season('soup', ")
    check_inspect("dish = Kitchen.coo", "k + 1")
    check_inspect("nobody", wanted=())
    check_inspect("", wanted=())
    check_inspect("Kitchen.nothing", wanted=())
check.passed("inspect")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
n = check.fresh.randint(100, 999)
FUNCTION = f'def {a}({b}={n}):\n    "About {b}."\n'
check_inspect(f"y = {a[:2]}", f"{a[2:]} + 1", wanted=(f"About {b}.", f"{b}={n}"))
check_inspect(f"{a}({b}=", ")", wanted=(f"About {b}.",))
check_inspect(f"{b}_{a}", wanted=())
check_inspect("len(", wanted=("number of items",))
### END HIDDEN TESTS

# %% [markdown]
# ## Stage 10: finished
#
# A console has to know whether Enter means *run* or *go on*. Only the shell can say, since only the shell knows the language:
#
#     shell.is_complete("for i in range(3):")            {'status': 'incomplete', 'indent': '    '}
#     shell.is_complete("for i in range(3):\n    i\n")   {'status': 'complete'}
#     shell.is_complete("1 +* 2")                        {'status': 'invalid'}
#
# **Write** `Shell.is_complete`.
# **The check** asks for open brackets and texts, for blocks, which end with an empty line, for what is no Python, and for magics.

# %% nbgrader={"grade": true, "grade_id": "finished-check"}
# The check of stage 10: run this cell.
from kernel_seams.course import check, shells


def check_finished(code, status, indent=None):
    expected = {"status": status} if indent is None else {"status": status, "indent": indent}
    check.call(
        lambda: {name: shells.ask([], "is_complete", code).get(name) for name in expected},
        expected=expected,
        where=f"is_complete({code!r})",
        next_step="Type it into a console of IPython line by line: what does it do at the last Enter, and where is the cursor then?",
        mistakes=[
            (
                lambda got: got["status"] == "invalid" and any(sign in code for sign in "%!?"),
                "This is no Python yet: `self.to_python(code)` first.",
            ),
            (
                lambda got: (
                    got["status"] == "complete" and status == "incomplete" and code.split("\n")[-1].startswith(" ")
                ),
                "An indented block goes on until an empty line: Python could run it, but nobody is done typing.",
            ),
            (
                lambda got: got["status"] == status,
                "The indent is that of the last line, and four spaces more behind a colon.",
            ),
        ],
    )


with shells.stage("finished"):
    check_finished("x = 1", "complete")
    check_finished("for i in range(3):", "incomplete", "    ")
    check_finished("for i in range(3):\n    print(i)", "incomplete", "    ")
    check_finished("for i in range(3):\n    print(i)\n", "complete")
    check_finished("def f(x):\n  if x:", "incomplete", "      ")
    check_finished("print('''salt", "incomplete")
    check_finished("(1 +", "incomplete")
    check_finished("1 +* 2", "invalid")
    check_finished("import = 7q", "invalid")
    check_finished("%time x = 1", "complete")
    check_finished("!ls (", "complete")
    check_finished("%%sh\nls", "incomplete")
    check_finished("%%sh\nls\n", "complete")
check.passed("finished")
### BEGIN HIDDEN TESTS
a, b = check.words(2)
check_finished(f"{a} = [{b},", "incomplete")
check_finished(f"while {a}:\n    {b} = 1\n    if {b}:", "incomplete", "        ")
check_finished(f"def {a}({b}):\n  return {b}\n\n", "complete")
check_finished(f"if {a}:\n    !{b} '\n", "complete")
check_finished(f"{a} {b}", "invalid")
### END HIDDEN TESTS

# %% [markdown]
# ## It is a shell
#
# Run it: `python shell.py`, and type what you would type into IPython.
# With a copy of it beside `kernel.py`, `cp shell.py ../08-kernel/`, the kernel of lesson 08 uses it in place of IPython: then it answers in JupyterLab.
#
# ## Discussion
#
# - Your `run_cell` returns plain data and draws nothing. That is the boundary between IPython and Jupyter: one side computes what there is to show, the other shows it.
# - `exec` and `eval` are all that runs code here. Everything else in the file decides what is handed to them and what becomes of the outcome.
# - A syntax error and a magic look the same to Python: a line that cannot be read. Only the table of magics tells them apart, and so does IPython.
# - What you typed is in `In`, what was run is something else. `inspect.getsource` of a function that a cell defined shows which of the two Python knows.
#
# ## Read on
#
# - `IPython/core/interactiveshell.py`: `run_cell` there has the same steps, and a thousand lines around them.
# - `IPython/core/inputtransformer2.py`: rewriting with tokens, not with syntax errors. It can do what yours cannot: look for a cell where yours goes wrong.
# - The `codeop` module of the standard library, of which both consoles are made.
# - Lesson 08 puts a kernel around a shell.
