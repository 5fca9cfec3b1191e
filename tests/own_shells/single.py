"""A shell in another way: Python's own interactive mode and its displayhook, tokens for what is not Python."""

import base64
import builtins
import codeop
import contextlib
import inspect as inspecting
import io
import keyword
import linecache
import re
import subprocess
import sys
import tokenize
import traceback

FORMS = dict(
    [
        ("text/html", "_repr_html_"),
        ("text/markdown", "_repr_markdown_"),
        ("text/latex", "_repr_latex_"),
        ("image/svg+xml", "_repr_svg_"),
        ("image/png", "_repr_png_"),
        ("application/json", "_repr_json_"),
    ]
)


class UsageError(Exception):
    pass


class Shell:
    def __init__(self, publish=print):
        self.user = {"__name__": "__main__", "In": [""], "Out": {}, "_": "", "__": ""}
        self.user["get_shell"] = lambda: self
        self.user["display"] = lambda value: publish("display_data", {"data": self.forms(value), "metadata": {}})
        self.table = {"line": {"lsmagic": lambda _: sorted(self.table["line"])}, "cell": {}}
        self.history, self.pages, self.execution_count = [], [], 1

    def run_cell(self, code, silent=False, store_history=True):
        count, keep = self.execution_count, store_history and not silent
        answer, self.value, self.pages = {"execution_count": count, "status": "ok"}, None, []
        if keep:
            self.user["In"].append(code)
            self.execution_count = count + 1
        old, sys.displayhook = sys.displayhook, self.hook
        try:
            self.go(self.rewritten(code), f"In [{count}]")
            if self.value is not None and not silent:
                answer["data"] = self.forms(self.value)
                if keep:
                    self.user.update(_=self.value, __=self.user["_"])
                    self.user["Out"][count] = self.value
        except BaseException as error:
            answer.update(status="error", ename=type(error).__name__, evalue=str(error), traceback=self.told(error))
        finally:
            sys.displayhook = old
        if keep:
            self.history.append((count, code, answer.get("data", {}).get("text/plain")))
        answer["payload"] = self.pages
        return answer

    def hook(self, value):
        self.value = value

    def go(self, source, name):
        """Each statement alone, the last one as at a prompt, which hands its value to the displayhook."""
        import ast

        linecache.cache[name] = len(source), None, source.splitlines(True), name
        body = ast.parse(source, name).body
        for statement in body[:-1]:
            exec(compile(ast.Module([statement], []), name, "exec"), self.user)
        for statement in body[-1:]:
            kind = "single" if isinstance(statement, ast.Expr) else "exec"
            tree = ast.Interactive([statement]) if kind == "single" else ast.Module([statement], [])
            exec(compile(tree, name, kind), self.user)

    def evaluate(self, expression):
        try:
            return {"status": "ok", "data": self.forms(eval(expression, self.user)), "metadata": {}}
        except Exception as error:
            return {"status": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": []}

    def forms(self, value):
        found = {"text/plain": repr(value)}
        for mime, name in FORMS.items():
            method = getattr(type(value), name, None)
            shown = method(value) if method else None
            if isinstance(shown, bytes):
                shown = base64.b64encode(shown).decode("ascii")
            if shown is not None:
                found[mime] = shown
        return found

    # Everything at the beginning of a logical line may be something else than Python.
    def rewritten(self, code):
        if code[:2] == "%%":
            head, _, body = code[2:].partition("\n")
            name, _, rest = head.partition(" ")
            return f"get_shell().run_cell_magic({name!r}, {rest.strip()!r}, {body!r})"
        lines, inside = code.split("\n"), ""
        for number, line in enumerate(lines):
            if not self.goes_on(inside):
                inside = ""
                lines[number] = self.one(line)
            inside += lines[number] + "\n"
        return "\n".join(lines)

    def goes_on(self, text):
        """Whether a bracket or a text of several lines is still open."""
        try:
            list(tokenize.generate_tokens(io.StringIO(text).readline))
        except tokenize.TokenError as error:
            return "EOF" in str(error)
        except (SyntaxError, IndentationError):
            return False
        return False

    def one(self, line):
        magic = re.fullmatch(r"(\s*(?:\w+ *= *)?)%(\w+) ?(.*)", line)
        command = re.fullmatch(r"(\s*)(\w+ *= *)?!(.*)", line)
        question = re.fullmatch(r"(\s*)([\w.]+)(\?\??)", line)
        if magic:
            return f"{magic[1]}get_shell().run_line_magic({magic[2]!r}, {magic[3].strip()!r})"
        if command:
            name = "getoutput" if command[2] else "system"
            return f"{command[1]}{command[2] or ''}get_shell().{name}({command[3]!r})"
        if question:
            return f"{question[1]}get_shell().show_help({question[2]!r}, {len(question[3]) - 1})"
        return line

    def magic(self, kind):
        return lambda function: self.table[kind].setdefault(function.__name__, function)

    def filled(self, text):
        for name in re.findall(r"\{(\w+)\}", text):
            if name in self.user:
                text = text.replace("{" + name + "}", str(self.user[name]))
        return text

    def find(self, kind, sign, name):
        try:
            return self.table[kind][name]
        except KeyError:
            raise UsageError(f"{sign}{name}?") from None

    def run_line_magic(self, name, line):
        return self.find("line", "%", name)(self.filled(line))

    def run_cell_magic(self, name, line, body):
        return self.find("cell", "%%", name)(self.filled(line), body)

    def system(self, command):
        nothing, pipe, both = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
        with subprocess.Popen(["sh", "-c", self.filled(command)], stdin=nothing, stdout=pipe, stderr=both) as started:
            for line in started.stdout:
                print(line.decode(errors="replace"), end="")
        self.user["_exit"] = started.wait()

    def getoutput(self, command):
        done = subprocess.run(["sh", "-c", self.filled(command)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout.decode().splitlines()

    def show_help(self, name, level):
        self.pages.append({"source": "page", "start": 0, "data": self.inspect(name, len(name), level)})

    def told(self, error):
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        lines = [*self.told(cause), "and then"] if cause else []
        for frame, number in traceback.walk_tb(error.__traceback__):
            file = frame.f_code.co_filename
            if file == __file__ or file.endswith("ast.py"):
                continue
            name = frame.f_code.co_name
            lines.append(f"{file}, line {number}" + ("" if name == "<module>" else f", in {name}"))
            for at in range(number - 2, number + 3):
                text = linecache.getline(file, at).rstrip()
                if text:
                    lines.append(f"----> {at} {text}" if at == number else f"      {at} {text}")
        return lines + "".join(traceback.format_exception_only(error)).splitlines()

    def value_of(self, dotted):
        first, *rest = dotted.split(".")
        value = self.user.get(first, getattr(builtins, first, None))
        if value is None:
            raise NameError(first)
        for name in rest:
            value = getattr(value, name)
        return value

    def complete(self, code, cursor_pos):
        start = cursor_pos
        while start and re.match(r"[\w.%]", code[start - 1]):
            start -= 1
        word, names = code[start:cursor_pos], []
        if word.startswith("%"):
            names = ["%" + name for name in self.table["line"]] + ["%%" + name for name in self.table["cell"]]
        elif "." in word:
            front = word.rpartition(".")[0]
            with contextlib.suppress(Exception):
                names = [f"{front}.{name}" for name in dir(self.value_of(front))]
        else:
            names = [*self.user, *vars(builtins), *keyword.kwlist]
        typed = word.rpartition(".")[2]
        names = {name for name in names if name.startswith(word)}
        if not typed.startswith("_"):
            names = {name for name in names if not name.rpartition(".")[2].startswith("_")}
        return {"matches": sorted(names), "cursor_start": start, "cursor_end": cursor_pos}

    def inspect(self, code, cursor_pos, detail_level=0):
        end = cursor_pos
        while end < len(code) and (code[end].isalnum() or code[end] == "_"):
            end += 1
        here = re.findall(r"([\w.]+)$", code[:end])
        around = re.findall(r"([\w.]+)\([^()]*$", code[:end])
        for name in here + around:
            with contextlib.suppress(Exception):
                value = self.value_of(name)
                head = ""
                with contextlib.suppress(Exception):
                    head = f"{name}{inspecting.signature(value)}\n"
                return {"text/plain": head + str(inspecting.getdoc(value))}
        return {}

    def is_complete(self, code):
        *_, last = code.split("\n")
        space = re.match(" *", last)[0]
        if code.startswith("%%"):
            return {"status": "complete"} if code.endswith("\n") else {"status": "incomplete", "indent": ""}
        more = {"status": "incomplete", "indent": space + ("    " if last.endswith(":") else "")}
        try:
            done = codeop.CommandCompiler()(self.rewritten(code), "", "exec")
        except Exception:
            return {"status": "invalid"}
        return more if done is None or (space and last != space) else {"status": "complete"}
