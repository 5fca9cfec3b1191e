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
        ### BEGIN SOLUTION
        tree = ast.parse(source, filename)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec", dont_inherit=True), self.names)
        if last is None:
            return None
        return eval(compile(ast.Expression(last.value), filename, "eval", dont_inherit=True), self.names)
        ### END SOLUTION

    def begin(self, code):
        """A cell with a number begins: it goes into In, and the next cell has the next number."""
        # TODO memory: self.names["In"] is a list; self.execution_count is the number of the next cell.
        ### BEGIN SOLUTION or pass
        self.names["In"].append(code)
        self.execution_count += 1
        ### END SOLUTION

    def remember(self, number, value):
        """Keep the value of the cell with that number: as `_`, whose value becomes `__`, and in Out."""
        # TODO memory: All three are in self.names.
        ### BEGIN SOLUTION or pass
        self.names["__"], self.names["_"] = self.names["_"], value
        self.names["Out"][number] = value
        ### END SOLUTION

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
        ### BEGIN SOLUTION or return code
        if code.startswith("%%"):
            first, _, body = code.partition("\n")
            name, _, line = first[2:].partition(" ")
            return f"get_shell().run_cell_magic({name!r}, {line.strip()!r}, {body!r})"
        lines = code.split("\n")
        while True:
            try:
                ast.parse("\n".join(lines))
                return "\n".join(lines)
            except SyntaxError as error:
                at = min(error.lineno or 1, len(lines)) - 1
                python = line_to_python(lines[at])
                if python == lines[at]:
                    return "\n".join(lines)  # a mistake of the cell's own: to run it will say so
                lines[at] = python
        ### END SOLUTION

    def run_line_magic(self, name, line):
        """The value of `%name line`."""
        return self.find_magic("line", "%", name)(self.fill_in(line))

    def run_cell_magic(self, name, line, body):
        """The value of a cell that begins with `%%name line`."""
        return self.find_magic("cell", "%%", name)(self.fill_in(line), body)

    def find_magic(self, kind, sign, name):
        """The function of a magic; UsageError if there is none of that kind and name."""
        # TODO magics: It is in self.magics[kind]. The text of the error names it with its sign, % or %%.
        ### BEGIN SOLUTION
        if name not in self.magics[kind]:
            raise UsageError(f"There is no {kind} magic {sign}{name}. %lsmagic shows what there is.")
        return self.magics[kind][name]
        ### END SOLUTION

    def magic(self, kind):
        """A decorator: it makes a function of one text a line magic, or a function of two texts a cell magic."""

        # TODO magics: Return a function that puts the function it is given into self.magics[kind], under the name that
        # function has, and gives it back.
        ### BEGIN SOLUTION or return lambda function: function
        def register(function):
            self.magics[kind][function.__name__] = function
            return function

        return register
        ### END SOLUTION

    def fill_in(self, line):
        """`line` with the value of each name that stands in braces; what is in braces and no name stays."""
        # TODO magics: `re.sub` takes a function that gives the text for each match.
        ### BEGIN SOLUTION or return line
        known = self.names
        return re.sub(r"\{([A-Za-z_]\w*)\}", lambda m: str(known[m[1]]) if m[1] in known else m[0], line)
        ### END SOLUTION

    def system(self, command):
        """Run `command` in a shell of the system and pass on what it writes, line by line; its exit code is `_exit`."""
        # TODO system: Start it with subprocess.Popen: shell=True, stdout a pipe, stderr in the same pipe, stdin closed.
        # Write each line to sys.stdout as it comes. If that is interrupted, terminate the command. At the end put its
        # exit code into self.names. `fill_in` comes first here, too.
        ### BEGIN SOLUTION
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(self.fill_in(command), shell=True, text=True, errors="replace", **streams) as process:
            try:
                for line in process.stdout:
                    sys.stdout.write(line)
            except BaseException:  # above all KeyboardInterrupt
                process.terminate()
                raise
        self.names["_exit"] = process.returncode
        ### END SOLUTION

    def getoutput(self, command):
        """What `command` writes to its stdout, as a list of lines: `files = !ls`."""
        # TODO system: `subprocess.run` waits for the end, and can capture the output as text.
        ### BEGIN SOLUTION
        done = subprocess.run(self.fill_in(command), shell=True, text=True, errors="replace", capture_output=True)
        return done.stdout.splitlines()
        ### END SOLUTION

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
        ### BEGIN SOLUTION
        word = re.search(r"(?:%%?)?[\w.]*$", code[:cursor_pos])[0]
        owner, dot, beginning = word.rpartition(".")
        if word.startswith("%"):
            owner, dot, beginning = "", "", word
            found = [sign + name for sign, kind in (("%", "line"), ("%%", "cell")) for name in self.magics[kind]]
        elif dot:
            try:
                found = dir(self.look_up(owner))
            except Exception:  # nothing is known under that name, or it does not want to be asked
                found = []
        else:
            found = [*self.names, *dir(builtins), *keyword.kwlist]
        hidden = () if beginning else ("_",)
        matches = {owner + dot + name for name in found if name.startswith(beginning) and not name.startswith(hidden)}
        return {"matches": sorted(matches), "cursor_start": cursor_pos - len(word), "cursor_end": cursor_pos}
        ### END SOLUTION

    def inspect(self, code, cursor_pos, detail_level=0):
        """What is known of the name at the cursor, by MIME type; {} if nothing is.

        Between the parentheses of a call the name is that of the function.
        """
        # TODO inspect: Find the dotted name around the cursor. `look_up` gives its value or raises an error, and
        # `describe`, below, the text for it: {"text/plain": text}.
        ### BEGIN SOLUTION or return {}
        rest = re.match(r"\w*", code[cursor_pos:])[0]
        found = re.search(r"([A-Za-z_][\w.]*)(?:\([^()]*)?$", code[:cursor_pos] + rest)
        try:
            return {"text/plain": describe(found[1], self.look_up(found[1]), detail_level)} if found else {}
        except Exception:
            return {}
        ### END SOLUTION

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
        ### BEGIN SOLUTION or return {"status": "complete"}
        last = code.split("\n")[-1]
        indent = last[: len(last) - len(last.lstrip())]
        if code.startswith("%%"):
            over = "\n" in code and not last.strip()
            return {"status": "complete"} if over else {"status": "incomplete", "indent": ""}
        try:
            compiled = codeop.compile_command(self.to_python(code), "a cell", "exec")
        except (SyntaxError, ValueError, OverflowError):
            return {"status": "invalid"}
        if compiled is None or (indent and last.strip()):
            return {"status": "incomplete", "indent": indent + "    " * last.rstrip().endswith(":")}
        return {"status": "complete"}
        ### END SOLUTION


# ---- what the shell knows without a session


def line_to_python(line):
    """The call that a line which is not Python stands for; any other line as it is."""
    # TODO rewrite: `%name rest` is get_shell().run_line_magic(name, rest) and `!command` get_shell().system(command),
    # both with texts; where `target =` stands in front it stays there, and `x = !command` is get_shell().getoutput.
    # `name?` is get_shell().show_help(name, 0), and `name??` the same with 1. The spaces in front stay, too.
    ### BEGIN SOLUTION or return line
    indent, target, sign, rest = re.fullmatch(r"(\s*)((?:[\w.,\[\] ]+=\s*)?)([%!]?)(.*)", line, re.DOTALL).groups()
    if sign == "%":
        name, _, argument = rest.partition(" ")
        return f"{indent}{target}get_shell().run_line_magic({name!r}, {argument.strip()!r})"
    if sign == "!":
        function = "getoutput" if target else "system"
        return f"{indent}{target}get_shell().{function}({rest!r})"
    asked = re.fullmatch(r"\s*([\w.]+)(\?\??)\s*", line)
    return f"{indent}get_shell().show_help({asked[1]!r}, {len(asked[2]) - 1})" if asked else line
    ### END SOLUTION


def how_it_shows(value):
    """`value` by MIME type: always as text, and as whatever else it knows to show itself."""
    # TODO shows: For each of RICH look whether the type of the value has that method, and call it. None is no answer;
    # bytes become text with base64. "text/plain" is the repr.
    ### BEGIN SOLUTION or return {"text/plain": repr(value)}
    data = {"text/plain": repr(value)}
    for mime, method in RICH.items():
        if hasattr(type(value), method):
            shown = getattr(value, method)()
            if shown is not None:
                data[mime] = base64.b64encode(shown).decode() if isinstance(shown, bytes) else shown
    return data
    ### END SOLUTION


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
    ### BEGIN SOLUTION or return [f"{type(error).__name__}: {as_text(error)}"]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    known = (*known, error)
    is_new = before and not any(before is each for each in known)
    told = [*traceback_of(before, known), "", "which led to:", ""] if is_new else ["-" * 75]
    name = type(error).__name__
    told.append(f"{name}{'Traceback (most recent call last)':>{max(75 - len(name), 34)}}")
    for call in traceback.extract_tb(error.__traceback__):
        if call.filename not in OURS:
            told += around(call.filename, call.lineno, call.name)
    if isinstance(error, SyntaxError):
        return [*told, "".join(traceback.format_exception_only(error)).rstrip("\n")]
    return [*told, f"{name}: {as_text(error)}"]
    ### END SOLUTION


def around(filename, lineno, function, reach=2):
    """One call of a traceback: where it is, and the lines around it with an arrow at the one that runs."""
    # TODO errors: `linecache.getlines(filename)` has the lines, also those of a cell. The first line is
    # "FILENAME, line LINENO"; if the function is not "<module>" add ", in FUNCTION". Then come the lines from
    # lineno - reach to lineno + reach, as far as there are any, each with its number in front, and before the number
    # lineno an arrow, "----> ". The last one is empty.
    ### BEGIN SOLUTION
    lines = linecache.getlines(filename)
    told = [f"{filename}, line {lineno}" + (f", in {function}" if function != "<module>" else "")]
    for number in range(max(1, lineno - reach), min(len(lines), lineno + reach) + 1):
        arrow = f"----> {number}" if number == lineno else f"{number:>7}"
        told.append(f"{arrow} {lines[number - 1].rstrip()}".rstrip())
    return [*told, ""]
    ### END SOLUTION


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
