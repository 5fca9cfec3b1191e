# %% [markdown]
# # 04 Magics: the lines that are not Python
#
# **Goal.** You can say what becomes of a line that begins with `%` and of a cell that begins with `%%`, and you can write, load and unload magics of your own.
#
# Run the cells in order with Shift+Enter; after a restart of the kernel, which forgets every name, from the top again.
# Each task ends in a folded cell, its check: run it, or click on its dots to read it.
# Stuck? `%hint 04-magics.clap` shows one hint at a time.

# %%
# %load_ext kernel_seams

# %% [markdown]
# ## Predict first
#
# Put an answer in place of each `...` before you run anything below.
# Nothing is scored on being right: at the end of the next section your answers stand beside what happened.

# %%
prediction = {
    "Python can read `%time x = 6 * 7`": ...,  # True or False
    "a magic runs in the": ...,  # "browser", "Jupyter server" or "kernel"
    "the text below a `%%` line has to be Python": ...,  # True or False
    "a magic written here works in a Bash notebook": ...,  # True or False
}

# %% [markdown]
# ## Drive it
#
# The front-end sends what you type as it is.
# IPython, in the kernel's process, rewrites it; Python gets only the result.
#
# ```mermaid
# flowchart LR
#     cell["the cell<br/>%clap to be"] -- "execute_request, as typed" --> ipython["IPython rewrites<br/>get_ipython().run_line_magic('clap', 'to be')"]
#     ipython -- "Python now" --> python["Python runs it<br/>clap('to be')"]
# ```
#
# The same text before and after:

# %%
import ast


def python_reads(source):
    """Whether Python itself accepts `source`."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


for typed in "%time x = 6 * 7", "%%lines\nthis is not (Python\nat all":
    rewritten = get_ipython().transform_cell(typed)
    print("typed:     ", repr(typed), "   Python reads it:", python_reads(typed))
    print("rewritten: ", rewritten.strip(), "   Python reads it:", python_reads(rewritten))
    print()

# %% [markdown]
# A magic is a function that IPython knows by name.
# A *line magic* gets one string, the rest of its line; a *cell magic* gets two, the rest of its first line and everything below it.

# %%
import os

from IPython.core.magic import register_cell_magic, register_line_magic


@register_line_magic
def process(line):
    """The process this magic runs in."""
    return os.getpid()


@register_cell_magic
def lines(line, cell):
    """How many lines the cell has."""
    return len(cell.splitlines())


# %% tags=["active-ipynb"]
# %%lines
# this is not (Python
# at all

# %%
# number = %process
print("the magic ran in process", number, "and this kernel is process", os.getpid())

# %% [markdown]
# Your answers beside what happened:

# %%
import subprocess

from kernel_seams.course import check

bash = subprocess.run(["bash", "-c", "%process"], capture_output=True, text=True)

check.compare(
    prediction,
    {
        "Python can read `%time x = 6 * 7`": python_reads("%time x = 6 * 7"),
        "a magic runs in the": "kernel" if number == os.getpid() else "another process",
        "the text below a `%%` line has to be Python": python_reads("this is not (Python\nat all"),
        "a magic written here works in a Bash notebook": bash.returncode == 0,
    },
)

# %% [markdown]
# ## Task 1: a line magic
#
# `%clap` puts a clap between the words of its line and gives the text back:
#
#     In [1]: %clap to be or not
#     Out[1]: 'to 👏 be 👏 or 👏 not'
#
# **The check** asks for `%clap` with one word and more, and with more than one space between words.
# **Not asked:** an empty line, quotes.


# %% nbgrader={"grade_id": "clap", "solution": true}
@register_line_magic
def clap(line):
    """The words of `line` with a clap between each two."""
    # TODO: Return one string: the words of `line` with " 👏 " between them, nothing before or after.
    # Do not print.
    ### BEGIN SOLUTION
    return " 👏 ".join(line.split())
    ### END SOLUTION


# %%
# %clap to be or not

# %% nbgrader={"grade": true, "grade_id": "clap-check"}
# The check of task 1: run this cell.
from kernel_seams.course import ask, check


def check_clap(line, expected):
    check.call(
        ask.line_magic,
        "clap",
        line,
        expected=expected,
        where=f"%clap {line}",
        next_step="Run `%clap` with this line in a cell of its own and compare the two texts.",
        mistakes=[
            (
                lambda got: got.rstrip().endswith("👏"),
                "A clap stands between two words: none comes after the last one.",
            ),
            (
                lambda got: "👏  👏" in got or "👏 👏" in got,
                "Two spaces in a row are one gap: `split()` without an argument sees it so.",
            ),
        ],
    )


check_clap("to be or not", "to 👏 be 👏 or 👏 not")
check_clap("seam", "seam")
check_clap("a  wide   gap", "a 👏 wide 👏 gap")
check.passed("%clap")
### BEGIN HIDDEN TESTS
for count in (1, 2, 5, 9):
    words = check.words(count)
    check_clap(" ".join(words), " 👏 ".join(words))
    check_clap("   ".join(words), " 👏 ".join(words))
### END HIDDEN TESTS

# %% [markdown]
# ## Task 2: a cell magic
#
# `%%shout` gives its body back in capitals.
# What stands after `%%shout` goes to the end of every line; if nothing does, `!` goes there.
# Empty lines are left out:
#
#     In [2]: %%shout ?!
#        ...: be quiet
#        ...:
#        ...: (please
#     Out[2]: 'BE QUIET?!\n(PLEASE?!'
#
# **The check** asks for bodies of one to eight lines, with and without a mark.
# **Not asked:** lines that begin with spaces.


# %% nbgrader={"grade_id": "shout", "solution": true}
@register_cell_magic
def shout(line, cell):
    """The lines of `cell` in capitals, each followed by `line`."""
    # TODO: Return one string: each line of `cell` that is not empty, in capitals and followed by the
    # mark, with "\n" between the lines and none at the end.
    ### BEGIN SOLUTION
    mark = line or "!"
    return "\n".join(text.upper() + mark for text in cell.splitlines() if text.strip())
    ### END SOLUTION


# %% tags=["active-ipynb"]
# %%shout ?!
# be quiet
#
# (please

# %% nbgrader={"grade": true, "grade_id": "shout-check"}
# The check of task 2: run this cell.
from kernel_seams.course import ask, check


def check_shout(mark, body, expected):
    lines = expected.splitlines()
    check.call(
        ask.cell_magic,
        "shout",
        mark,
        body,
        expected=expected,
        where=f"{f'%%shout {mark}'.strip()} with the body {body!r}",
        next_step="Take the body line by line: is it empty, what does it say in capitals, what comes after it?",
        mistakes=[
            (
                lambda got: got.splitlines()[:-1] == [line.removesuffix(mark or "!") for line in lines][:-1] != [],
                "The mark goes after every line, not only after the last.",
            ),
            (
                lambda got: mark and "!" in got and mark not in got,
                "What stands after `%%shout` is in `line`: use it as the mark.",
            ),
            (
                lambda got: not mark and got == "\n".join(line.removesuffix("!") for line in lines),
                "With nothing after `%%shout` the mark is `!`.",
            ),
            (lambda got: len(got.splitlines()) > len(lines), "Leave the empty lines out."),
            (
                lambda got: got.kind == "TypeError" and "positional" in got.text,
                "IPython calls a cell magic with two strings: the rest of its first line, and the body.",
            ),
            (
                lambda got: got.kind in ("SyntaxError", "NameError"),
                "The body is text and need not be Python: nothing has to run it.",
            ),
        ],
    )


check_shout("", "be quiet\n", "BE QUIET!")
check_shout("?!", "be quiet\n\n(please\n", "BE QUIET?!\n(PLEASE?!")
check.passed("%%shout")
### BEGIN HIDDEN TESTS
for count in (1, 3, 8):
    words = check.words(count)
    mark = check.fresh.choice(["?", "...", "~", "?!?"])
    check_shout("", "\n".join(words) + "\n", "\n".join(word.upper() + "!" for word in words))
    check_shout(mark, "\n\n".join(words) + "\n", "\n".join(word.upper() + mark for word in words))
### END HIDDEN TESTS

# %% [markdown]
# ## Task 3: options, and a value
#
# Everything after the name is one text; `IPython.core.magic_arguments` takes it apart as argparse does.
# What the magic returns is a value that Python can go on with:
#
#     In [3]: %size 3072
#     Out[3]: 3.0
#     In [4]: room = %size --unit MiB --digits 2 5000000
#     In [5]: room
#     Out[5]: 4.77
#
# **The check** asks for each unit, short and long options, several digits, and a unit that does not exist.
# **Not asked:** negative numbers, a line without COUNT.

# %% nbgrader={"grade_id": "size", "solution": true}
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

UNITS = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


# TODO: Write the line magic `size` with three arguments:
#     -u or --unit    one of UNITS (`choices=` refuses any other), KiB if it is not given
#     -d or --digits  a whole number, 1 if it is not given
#     count           a whole number of bytes
# Return the count in that unit, rounded to that many digits. Do not print.
### BEGIN SOLUTION
@register_line_magic
@magic_arguments()
@argument("-u", "--unit", choices=UNITS, default="KiB", help="the unit of the answer")
@argument("-d", "--digits", type=int, default=1, help="how many decimal places")
@argument("count", type=int, help="how many bytes")
def size(line):
    """COUNT bytes in another unit."""
    given = parse_argstring(size, line)
    return round(given.count / UNITS[given.unit], given.digits)


### END SOLUTION

# %%
# room = %size --unit MiB --digits 2 5000000
room

# %% nbgrader={"grade": true, "grade_id": "size-check"}
# The check of task 3: run this cell.
from kernel_seams.course import ask, check


def check_size(line, expected):
    check.call(
        ask.line_magic,
        "size",
        line,
        expected=expected,
        where=f"%size {line}",
        next_step="Print what `parse_argstring(size, line)` gives for this line: which of the three is not what you want?",
        mistakes=[
            (
                lambda got: got.kind == "TypeError" and "str" in got.text,
                "Everything on the line is text: say `type=int` in `@argument` for each number.",
            ),
            (
                lambda got: 1.01 < got / expected < 1.1,
                "A KiB is 1024 bytes, a MiB 1024 KiB; UNITS has the factors.",
            ),
            (
                lambda got: got != expected and round(got, len(str(expected).split(".")[1])) == expected,
                "Round to the digits that were asked for; without `-d` to 1.",
            ),
        ],
    )


def refuses(line):
    """Whether `%size line` is refused as a usage error."""
    try:
        ask.line_magic("size", line)
    except Exception as error:
        return type(error).__name__ == "UsageError" and "not found" not in str(error)
    return False


def check_refusal(unit):
    check.call(
        refuses,
        f"-u {unit} 1024",
        expected=True,
        where=f"does `%size -u {unit} 1024` end in a UsageError?",
        next_step="Give `@argument` the list of the units it knows, `choices=UNITS`: then argparse refuses the others.",
    )


check_size("3072", 3.0)
check_size("--unit MiB --digits 2 5000000", 4.77)
check_size("-u GiB -d 3 7000000000", 6.519)
check_size("-u B 17", 17.0)
check_refusal("furlong")
check.passed("%size")
### BEGIN HIDDEN TESTS
for unit, factor in {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}.items():
    count, digits = check.fresh.randint(10**9, 10**11), check.fresh.randint(1, 5)
    check_size(f"-u {unit} -d {digits} {count}", round(count / factor, digits))
    check_size(f"--digits {digits} --unit {unit} {count}", round(count / factor, digits))
count = check.fresh.randint(10**6, 10**9)
check_size(f"{count}", round(count / 1024, 1))
check_refusal(check.words(1)[0])
### END HIDDEN TESTS

# %% [markdown]
# ## Task 4: another process
#
# `%%outside` runs its body in a Python process of its own and tells what came out:
#
#     In [6]: %%outside
#        ...: import sys
#        ...: print("to stdout")
#        ...: print("to stderr", file=sys.stderr)
#        ...: sys.exit(3)
#     Out[6]: {'stdout': 'to stdout\n', 'stderr': 'to stderr\n', 'code': 3}
#
# **The check** asks for both streams, for the exit code, and whether the body sees anything of this kernel.
# **Not asked:** a body that reads from stdin or never ends.

# %% nbgrader={"grade_id": "outside", "solution": true}
import subprocess
import sys


@register_cell_magic
def outside(line, cell):
    """Run `cell` in a Python process of its own: a dict of its stdout, its stderr and its exit code."""
    # TODO: Start `sys.executable` with `cell` as its program, wait for it, and return the dict with
    # "stdout" and "stderr" (str) and "code" (int). A code other than 0 is an answer, no exception.
    ### BEGIN SOLUTION
    done = subprocess.run([sys.executable, "-c", cell], capture_output=True, text=True)
    return {"stdout": done.stdout, "stderr": done.stderr, "code": done.returncode}
    ### END SOLUTION


# %% tags=["active-ipynb"]
# %%outside
# import os
# print("this is process", os.getpid())

# %% nbgrader={"grade": true, "grade_id": "outside-check"}
# The check of task 4: run this cell.
from kernel_seams.course import ask, check


def check_outside(body, stdout="", stderr="", code=0):
    check.call(
        ask.cell_magic,
        "outside",
        "",
        body,
        expected={"stdout": stdout, "stderr": stderr, "code": code},
        where=f"%%outside with the body {body!r}",
        next_step="Run this body with `%%outside` in a cell of its own and compare the two dicts.",
        mistakes=[
            (
                lambda got: "True" in got["stdout"] and "modules" in body,
                "The body ran in this kernel, where IPython is loaded: start a process, `exec` does not.",
            ),
            (
                lambda got: got.kind == "SystemExit",
                "The body ran in this kernel, and its `sys.exit` reached you: start a process, `exec` does not.",
            ),
            (
                lambda got: got.kind == "CalledProcessError",
                "A code other than 0 is an answer here: leave out `check=True`, and `check_output`, which implies it.",
            ),
            (lambda got: isinstance(got["stdout"], bytes), "These are bytes; with `text=True` you get str."),
            (
                lambda got: stderr and stderr in got["stdout"],
                "Two streams went into one; `capture_output=True` keeps them apart.",
            ),
            (
                lambda got: not got["stderr"] and stderr,
                "The process wrote to stderr and you did not catch it; `capture_output=True` does.",
            ),
        ],
    )


check_outside("print('to stdout')\n", stdout="to stdout\n")
check_outside("import sys\nprint('to stderr', file=sys.stderr)\n", stderr="to stderr\n")
check_outside("import sys\nsys.exit(3)\n", code=3)
check_outside("import sys\nprint('IPython' in sys.modules)\n", stdout="False\n")
check.passed("%%outside")
### BEGIN HIDDEN TESTS
first, second = check.words(2)
code = check.fresh.randint(1, 99)
check_outside(
    f"import sys\n{first} = {first!r}\nprint({first})\nprint({second!r}, file=sys.stderr)\nsys.exit({code})\n",
    stdout=f"{first}\n",
    stderr=f"{second}\n",
    code=code,
)
check_outside(f"import sys\nprint({first!r} in globals(), 'IPython' in sys.modules)\n", stdout="False False\n")
### END HIDDEN TESTS

# %% [markdown]
# ## Task 5: an extension that changes your names
#
# A magic gets text, so it never sees a variable, only its name.
# The names of the notebook are a dict in the shell, `ipython.user_ns`, and a magic may change it:
#
#     In [7]: a, b = "left", "right"
#     In [8]: %load_ext swap_magic
#     In [9]: %swap a b
#     In [10]: a, b
#     Out[10]: ('right', 'left')
#     In [11]: %unload_ext swap_magic
#     In [12]: %swap a b
#     UsageError: Line magic function `%swap` not found.
#
# An extension is a module with two functions that IPython calls: `load_ipython_extension(ipython)` and `unload_ipython_extension(ipython)`.
# `%%writefile` saves the cell below as that module, beside this notebook.
#
# **The check** loads the module, swaps two names, unloads it, and looks at what is left.
# **Not asked:** names that do not exist, more than two names.

# %% nbgrader={"grade_id": "swap", "solution": true}
# %%writefile swap_magic.py
"""An IPython extension: `%swap a b` exchanges what the names a and b stand for."""


# TODO: Write `load_ipython_extension(ipython)`, which registers the line magic `%swap`,
# and `unload_ipython_extension(ipython)`, after which `%swap` is unknown again.
# Use the `ipython` you are given: this file is not the notebook, its names are its own.
### BEGIN SOLUTION
def load_ipython_extension(ipython):
    def swap(line):
        first, second = line.split()
        names = ipython.user_ns
        names[first], names[second] = names[second], names[first]

    ipython.register_magic_function(swap, "line")


def unload_ipython_extension(ipython):
    del ipython.magics_manager.magics["line"]["swap"]


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "swap-check"}
# The check of task 5: run this cell.
from kernel_seams.course import ask, check


def check_swap(first, second, before, after):
    names = dict(zip((first, second), before))
    check.call(
        ask.extension,
        "swap_magic",
        names,
        "swap",
        f"{first} {second}",
        expected={"names": dict(zip((first, second), after)), "left": []},
        where=f"{first}, {second} = {before[0]!r}, {before[1]!r}, then %load_ext swap_magic, %swap {first} {second}, %unload_ext swap_magic",
        next_step="Do these three by hand in a cell each, and look at the names after every one.",
        mistakes=[
            (
                lambda got: got.kind == "ModuleNotFoundError",
                "There is no swap_magic.py here yet: run the cell that begins with `%%writefile`.",
            ),
            (
                lambda got: got.kind == "KeyError",
                "That dict has not these names. `globals()` in a module are the module's; the notebook's are in `ipython.user_ns`.",
            ),
            (
                lambda got: got.kind == "UsageError" and "%swap" in got.text,
                "Loading did not register `%swap`: call `ipython.register_magic_function(swap, 'line')` in `load_ipython_extension`.",
            ),
            (
                lambda got: got["names"] == names,
                "Nothing was exchanged: assigning to local names of a function changes no name of the notebook. Change `ipython.user_ns`.",
            ),
            (
                lambda got: len(set(got["names"].values())) == 1,
                "One value was overwritten before it was saved: exchange both in one statement.",
            ),
            (
                lambda got: "swap" in got["left"],
                "`%swap` is still there: unloading only calls your function, which has to take it out of `ipython.magics_manager.magics['line']`.",
            ),
        ],
    )


check_swap("a", "b", before=("left", "right"), after=("right", "left"))
check_swap("x", "y", before=(1, [2, 3]), after=([2, 3], 1))
check.passed("%swap")
### BEGIN HIDDEN TESTS
for _ in range(3):
    first, second = (f"{word}_{side}" for word, side in zip(check.words(2), "ab"))
    left, right = check.fresh.sample(range(10**6), 2)
    check_swap(first, second, before=(left, str(right)), after=(str(right), left))
### END HIDDEN TESTS

# %% [markdown]
# ## Discussion
#
# - `%` is not a part of Python, of Jupyter or of the notebook file: it is a rewriting that IPython does in the kernel.
#   That is why a Bash or a Deno notebook has no `%time`, and why JupyterLab colours a magic it has never heard of.
# - `%%bash` is no Bash kernel: it is a cell magic like your `%%outside`, with another program.
#   Each such cell starts a new process, so a variable set in one is gone in the next.
# - Your `%clap` lives as long as this kernel. An extension outlives it as a file, and any IPython can load it.
# - `globals()` inside a function written here happens to be `user_ns`, and inside an extension it is not.
#   Code that works in a cell and fails when it is moved to a module often trips over this.
#
# ## Read on
#
# - `%magic` in any cell: IPython's own description of the system; `%lsmagic`: what is loaded here.
# - IPython documentation: *Defining custom magics* and *IPython extensions*.
# - Lesson 05 asks which of this a kernel has to offer at all.
