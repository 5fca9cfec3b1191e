"""Two prompts: the language runs a line, the shell is what talks to you about it.

The same four lines go, on standard input, to two programs on one interpreter:
python3 and IPython. Python alone only runs them. IPython is a shell around Python:
it shows the value of a line, keeps it, numbers it, and survives an error.
Before you read on, predict what becomes of the second line, `_ * 10`, in each.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path

LINES = ["2 + 2", "_ * 10", "import math", "math.sqrt(-1)"]
IPYTHON = ["-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit", "--colors=nocolor"]


def feed(home, arguments):
    """Start this interpreter with `arguments`, the four lines on its standard input; what it printed and returned."""
    # A home of its own, because a shell keeps a history file; and no colours, whatever the terminal asks for.
    environment = os.environ | {"HOME": home, "IPYTHONDIR": home, "PYTHON_COLORS": "0"}
    command = [sys.executable, *arguments]
    text = "\n".join(LINES) + "\n"
    return subprocess.run(command, input=text, capture_output=True, text=True, env=environment, timeout=60)


def find(pattern, printed):
    """What stands in the brackets of `pattern`, or the word nothing."""
    found = re.search(pattern, printed, re.MULTILINE)
    return found[1] if found else "nothing"


def demo():
    with tempfile.TemporaryDirectory() as home:
        bare = feed(home, [])
        ipython = feed(home, IPYTHON)
        small_shell = feed(home, ["-q", "-i"])
        history = sqlite3.connect(Path(home, "profile_default", "history.sqlite"))
        remembered = history.execute("select line, source_raw from history order by line").fetchall()
        history.close()

    show_side_by_side(bare, ipython)
    print(f"Left: no value is shown, and line 2 is the end. Exit status {bare.returncode}; lines 3 and 4 never ran.\n")
    yield "python3 shows the value of no line", "", bare.stdout
    yield "python3 has no `_`: the error is a NameError", "NameError", find(r"^(\w+Error):", bare.stderr)
    yield "and it stops at line", "2", find(r"line (\d+)", bare.stderr)

    print("\nRight: every line has a number, its value is kept as Out[number] and as `_`.\n")
    yield "IPython shows Out[1]", "4", find(r"Out\[1\]: (.*)", ipython.stdout)
    yield "IPython has `_`, so Out[2] is", "40", find(r"Out\[2\]: (.*)", ipython.stdout)
    yield (
        "an arrow points at the line that failed in In [4]",
        "----> 1 math.sqrt(-1)",
        find(r"In\[4\], line 1\n(.*)", ipython.stdout),
    )
    yield "that error is a ValueError", "ValueError", find(r"^(\w+Error):", ipython.stdout)
    yield "and IPython goes on: its last prompt is", "In [5]", find(r"(In \[\d+\]): \s*\Z", ipython.stdout)

    print("\nIPython has ended by now. Its history has not: this is read from the file history.sqlite.\n")
    for number, line in remembered:
        print(f"    {number}  {line}")
    print()
    yield "IPython kept the four lines under their numbers", list(enumerate(LINES, 1)), remembered

    print("\nAnd the `>>>` of a terminal? That is `python3 -i`, Python with a small shell of its own:\n")
    error = r"^(ValueError: .*)"
    for line in [*small_shell.stdout.split(), find(error, small_shell.stderr)]:
        print(f"    {line}")
    print()
    yield "with that shell python3 shows values and has `_`", ["4", "40"], small_shell.stdout.split()
    yield (
        "the words of an error are Python's, in any shell",
        find(error, small_shell.stderr),
        find(error, ipython.stdout),
    )


def show_side_by_side(bare, ipython):
    # A terminal shows what is typed, a pipe does not: put the lines back behind IPython's prompts.
    right = re.sub(r"In \[([1-4])\]: ", lambda prompt: f"{prompt[0]}{LINES[int(prompt[1]) - 1]}\n", ipython.stdout)
    left = ["$ python3 < four_lines", "", *(bare.stdout + bare.stderr).splitlines()]
    for a, b in zip_longest(left, ["$ ipython < four_lines", *right.splitlines()], fillvalue=""):
        print(f"    {a:40.40} | {b:50.50}".rstrip())
    print()


if __name__ == "__main__":
    for claim, expected, observed in demo():
        print("  holds:" if observed == expected else f"  FALSE, expected {expected!r}:", f"{claim}: {observed!r}")
