"""An interactive shell for Python: echo, In and Out, magics, tracebacks with an arrow, completion, inspection.

    >>> shell = Shell()
    >>> shell.run_cell("6 * 7")
    {'status': 'ok', 'execution_count': 1, 'data': {'text/plain': '42'}, 'payload': []}

`run_cell` is the heart: a cell goes in as text, and what became of it comes out as plain data. Only what the
cell itself prints goes to sys.stdout. So whoever calls it decides how a result looks: the loop at the end of
this file, which makes a prompt in the terminal of it, or a kernel, which sends it over a socket.
"""

import ast
import base64
import builtins
import codeop
import contextlib
import inspect
import keyword
import linecache
import os
import re
import subprocess
import sys
import time
import traceback
import types

# How a value may say that it knows to show itself as more than text.
RICH = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "application/json": "_repr_json_",
}
OURS = (__file__, ast.__file__)  # how the shell came to run a cell belongs in no traceback


class UsageError(Exception):
    """A magic was not asked as it can be."""


class Shell:
    """The names of one session, and what can be done with them.

    `publish(msg_type, content)` is called for what a cell shows in the middle of its run: display_data, clear_output.
    """

    def __init__(self, publish=None):
        self.publish = publish or print_published
        self.execution_count = 1  # the number of the next cell
        self.history = []  # (number, code, output) of each cell so far
        self.payload = []  # what the running cell wants its front-end to do
        self.magics = {"line": {}, "cell": {}}  # functions by name
        self.module = types.ModuleType("__main__")
        sys.modules["__main__"] = self.module  # where pickle and dataclasses look for what a cell defined
        self.names = self.module.__dict__
        self.names |= {"In": [""], "Out": {}, "_": "", "__": "", "__builtins__": builtins, "get_shell": lambda: self}
        self.names |= {"display": self.display, "clear_output": self.clear_output, "exit": self.exit, "quit": self.exit}
        add_magics(self)

    # ---- running a cell

    def run_cell(self, code, silent=False, store_history=True):
        """Run `code`: a dict of plain data with status, execution_count and payload, and

        data          of the value to echo, by MIME type, if there is one
        ename, evalue, traceback (a list of texts)   if status is "error"
        """
        stored = store_history and not silent
        number, output, self.payload = self.execution_count, None, []
        result = {"status": "ok", "execution_count": number}
        if stored:
            self.begin(code)
        try:
            value = self.run(self.to_python(code), f"In [{number}]" if stored else "a cell without a number")
            if value is self.names.get("exit"):
                value = self.exit()  # who types exit without parentheses means it, too
            if value is not None and not silent and not code.rstrip().endswith(";"):
                result["data"] = how_it_shows(value)
                output = result["data"]["text/plain"]
                if stored:
                    self.remember(number, value)
        except BaseException as error:  # also KeyboardInterrupt and SystemExit: the cell ends, the shell does not
            result |= {"status": "error"} | as_data(error)
        if stored:
            self.history.append((number, code, output))
        return result | {"payload": self.payload}

    def run(self, source, filename):
        """Run the Python `source`; the value of its last line if that is an expression, else None."""
        # For tracebacks and inspect.getsource: the text behind a file name that is no file.
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        # TODO echo: `ast.parse(source, filename)` gives a tree whose `body` is a list of statements. If the last of
        # them is an `ast.Expr`, take it out. Compile and `exec` the tree in self.names; then compile and `eval` what
        # you took out, as `ast.Expression(last.value)`, and return that. Give `compile` dont_inherit=True.
        raise NotImplementedError()  # your code takes the place of this line

    def begin(self, code):
        """A cell with a number begins: it goes into In, and the next cell has the next number."""
        # TODO memory: self.names["In"] is a list; self.execution_count is the number of the next cell.
        pass  # your code takes the place of this line

    def remember(self, number, value):
        """Keep the value of the cell with that number: as `_`, whose value becomes `__`, and in Out."""
        # TODO memory: All three are in self.names.
        pass  # your code takes the place of this line

    def evaluate(self, expression):
        """What a front-end's user_expression comes to: like a result of run_cell, but nothing is counted or kept."""
        try:
            data = how_it_shows(eval(compile(expression, "an expression", "eval", dont_inherit=True), self.names))
            return {"status": "ok", "data": data, "metadata": {}}
        except Exception as error:
            return {"status": "error"} | as_data(error)

    # ---- the lines that are not Python

    def to_python(self, code):
        """`code` with every %line, !line, line? and %%cell made a call of this shell.

        Python itself finds the lines: where it meets one, it cannot read on. A % in the middle of an expression
        or of a text stays what it is. A line becomes one line, so that the numbers in a traceback stay true.
        """
        # TODO rewrite: A cell that begins with %% is a call of get_shell().run_cell_magic with three texts: the name,
        # the rest of the first line without spaces around it, and all the lines below. Any other cell you give to
        # `ast.parse`: a SyntaxError has the number of the line in `lineno`. Let `line_to_python` make Python of that
        # line, and try again, until there is no error, or until the line is not changed by it.
        return code  # your code takes the place of this line

    def run_line_magic(self, name, line):
        """The value of `%name line`."""
        return self.find_magic("line", "%", name)(self.fill_in(line))

    def run_cell_magic(self, name, line, body):
        """The value of a cell that begins with `%%name line`."""
        return self.find_magic("cell", "%%", name)(self.fill_in(line), body)

    def find_magic(self, kind, sign, name):
        """The function of a magic; UsageError if there is none of that kind and name."""
        # TODO magics: It is in self.magics[kind]. The text of the error names it with its sign, % or %%.
        raise NotImplementedError()  # your code takes the place of this line

    def magic(self, kind):
        """A decorator: it makes a function of one text a line magic, or a function of two texts a cell magic."""

        # TODO magics: Return a function that puts the function it is given into self.magics[kind], under the name that
        # function has, and gives it back.
        return lambda function: function  # your code takes the place of this line

    def fill_in(self, line):
        """`line` with the value of each name that stands in braces; what is in braces and no name stays."""
        # TODO magics: `re.sub` takes a function that gives the text for each match.
        return line  # your code takes the place of this line

    def system(self, command):
        """Run `command` in a shell of the system and pass on what it writes, line by line; its exit code is `_exit`."""
        # TODO system: Start it with subprocess.Popen: shell=True, stdout a pipe, stderr in the same pipe, stdin closed.
        # Write each line to sys.stdout as it comes. If that is interrupted, terminate the command. At the end put its
        # exit code into self.names. `fill_in` comes first here, too.
        raise NotImplementedError()  # your code takes the place of this line

    def getoutput(self, command):
        """What `command` writes to its stdout, as a list of lines: `files = !ls`."""
        # TODO system: `subprocess.run` waits for the end, and can capture the output as text.
        raise NotImplementedError()  # your code takes the place of this line

    # ---- what a cell may ask for

    def display(self, *values):
        """Show each of `values` as the result of a cell would be shown."""
        for value in values:
            self.publish("display_data", {"data": how_it_shows(value), "metadata": {}, "transient": {}})

    def clear_output(self, wait=False):
        """Take away what the cell has shown so far; with `wait` only when there is something new."""
        self.publish("clear_output", {"wait": wait})

    def exit(self):
        """End the session: the front-end is asked to."""
        self.payload.append({"source": "ask_exit", "keepkernel": False})

    def show_help(self, name, detail_level=0):
        """`name?`: hand its description to the front-end's pager."""
        data = self.inspect(name, len(name), detail_level)
        if data:
            self.payload.append({"source": "page", "data": data, "start": 0})
        else:
            print(f"Object `{name}` not found.")

    # ---- what a front-end asks while somebody types

    def complete(self, code, cursor_pos):
        """What the word before the cursor could become, and where that word begins and ends."""
        # TODO complete: The word is what stands before the cursor without a gap: letters, digits, underscores, dots,
        # and one or two % in front. With a dot in it the attributes of what `look_up` finds can follow, else the names
        # of the session, of `builtins`, and keyword.kwlist; with a % the magics. Names with an underscore in front only
        # if one was typed. Return matches (sorted, each the whole word), cursor_start and cursor_end.
        raise NotImplementedError()  # your code takes the place of this line

    def inspect(self, code, cursor_pos, detail_level=0):
        """What is known of the name at the cursor, by MIME type; {} if nothing is.

        Between the parentheses of a call the name is that of the function.
        """
        # TODO inspect: Find the dotted name around the cursor. `look_up` gives its value or raises an error, and
        # `describe`, below, the text for it: {"text/plain": text}.
        return {}  # your code takes the place of this line

    def look_up(self, dotted):
        """The object that a dotted name stands for. No call, no index: to look has to be harmless."""
        first, *attributes = dotted.split(".")
        value = self.names[first] if first in self.names else getattr(builtins, first)
        for attribute in attributes:
            value = getattr(value, attribute)
        return value

    def is_complete(self, code):
        """Whether Enter should run `code`: {"status": "complete"}, "invalid", or "incomplete" with the next indent."""
        # TODO finished: `codeop.compile_command(python, "a cell", "exec")` raises an error for what no line can mend
        # any more, and returns None where more lines are needed. An indented block goes on until an empty line; so
        # does a cell magic. The indent is that of the last line, and four more spaces where that ends with a colon.
        return {"status": "complete"}  # your code takes the place of this line


# ---- what the shell knows without a session


def line_to_python(line):
    """The call that a line which is not Python stands for; any other line as it is."""
    # TODO rewrite: `%name rest` is get_shell().run_line_magic(name, rest) and `!command` get_shell().system(command),
    # both with texts; where `target =` stands in front it stays there, and `x = !command` is get_shell().getoutput.
    # `name?` is get_shell().show_help(name, 0), and `name??` the same with 1. The spaces in front stay, too.
    return line  # your code takes the place of this line


def how_it_shows(value):
    """`value` by MIME type: always as text, and as whatever else it knows to show itself."""
    # TODO shows: For each of RICH look whether the type of the value has that method, and call it. None is no answer;
    # bytes become text with base64. "text/plain" is the repr.
    return {"text/plain": repr(value)}  # your code takes the place of this line


def as_data(error):
    """The error as the protocol has it: its name, its text, and the lines of a traceback."""
    return {"ename": type(error).__name__, "evalue": as_text(error), "traceback": traceback_of(error)}


def as_text(error):
    """The text of an error, also of one whose text cannot be made."""
    try:
        return str(error)
    except Exception:
        return "<an error whose text cannot be made>"


def traceback_of(error, known=()):
    """The traceback as a list of lines, the deepest call last, each with the lines around it and an arrow."""
    # TODO errors: A line with the name of the error; for each of `traceback.extract_tb(error.__traceback__)` that is
    # in no file of OURS what `around` makes of its filename, lineno and name; and at the end the name with `as_text`.
    # A SyntaxError has a better end: `traceback.format_exception_only(error)`. What an error was raised from, its
    # __cause__, or its __context__ unless __suppress_context__ is set, is told before it, but for one that is `known`:
    # `raise error from error` goes round in a circle.
    return [f"{type(error).__name__}: {as_text(error)}"]  # your code takes the place of this line


def around(filename, lineno, function, reach=2):
    """One call of a traceback: where it is, and the lines around it with an arrow at the one that runs."""
    # TODO errors: `linecache.getlines(filename)` has the lines, also those of a cell. The first line is
    # "FILENAME, line LINENO"; if the function is not "<module>" add ", in FUNCTION". Then come the lines from
    # lineno - reach to lineno + reach, as far as there are any, each with its number in front, and before the number
    # lineno an arrow, "----> ". The last one is empty.
    raise NotImplementedError()  # your code takes the place of this line


def describe(name, value, detail_level):
    """What there is to know about a value: signature, type, text, documentation; with detail_level 1 its source."""
    parts = {"Type": type(value).__name__}
    if callable(value):
        with contextlib.suppress(TypeError, ValueError):  # some built-in functions do not know theirs
            parts = {"Signature": f"{name}{inspect.signature(value)}"} | parts
    else:
        parts["Value"] = repr(value)[:500]
    parts["Docstring"] = inspect.getdoc(value) or "<no docstring>"
    if detail_level:
        with contextlib.suppress(TypeError, OSError):
            parts["Source"] = "\n" + inspect.getsource(value)
    return "\n".join(f"{title + ':':<11} {text}" for title, text in parts.items())


def add_magics(shell):
    """The magics that are there from the beginning. `@get_shell().magic("line")` makes more of them."""

    @shell.magic("line")
    def lsmagic(line):
        """The magics there are."""
        for kind, sign in (("line", "%"), ("cell", "%%")):
            print(f"{kind} magics:", *(f"{sign}{name}" for name in sorted(shell.magics[kind])))

    @shell.magic("line")
    def who(line):
        """The names that cells have defined."""
        given = {"In", "Out", "display", "clear_output", "get_shell", "exit", "quit"}
        print(*sorted(name for name in shell.names if not name.startswith("_") and name not in given))

    @shell.magic("line")
    def cd(line):
        """Change the folder of the whole process, which no `!cd` can."""
        os.chdir(os.path.expanduser(line or "~"))
        print(os.getcwd())

    def timed(source):
        begun = time.perf_counter()
        try:
            return shell.run(shell.to_python(source), "what is timed")
        finally:
            print(f"{time.perf_counter() - begun:.6f} s")

    shell.magics["line"]["time"] = timed
    shell.magics["cell"]["time"] = lambda line, body: timed(body)
    shell.magics["cell"]["sh"] = lambda line, body: shell.system(body)


# ---- a prompt in the terminal


def print_published(msg_type, content):
    """What a terminal can do with what a cell publishes: show the text of it."""
    if msg_type == "display_data":
        print(content["data"]["text/plain"])


def read_cell(shell):
    """One cell, typed line by line until it is complete. EOFError at the end of the input."""
    code = input(f"In [{shell.execution_count}]: ")
    while (said := shell.is_complete(code))["status"] == "incomplete":
        code += "\n" + input("   ...: ".rjust(len(f"In [{shell.execution_count}]: ")) + said["indent"])
    return code


def main():
    """Read a cell, run it, print what came of it, and again."""
    shell = Shell()
    while True:
        try:
            code = read_cell(shell)
        except EOFError:
            return print()
        except KeyboardInterrupt:
            print("\nKeyboardInterrupt")
            continue
        result = shell.run_cell(code)
        if "data" in result:
            print(f"Out[{result['execution_count']}]: {result['data']['text/plain']}\n")
        if result["status"] == "error":
            print("\n".join(result["traceback"]), file=sys.stderr)
        for each in result["payload"]:
            if each["source"] == "ask_exit":
                return None
            print(each["data"]["text/plain"])


if __name__ == "__main__":
    main()
