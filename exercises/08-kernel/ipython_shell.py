"""IPython behind the methods that kernel.py asks a shell for: the neighbour of your kernel, until you have your own.

    shell = Shell(publish)                         publish(msg_type, content): display_data, clear_output
    shell.run_cell(code, silent, store_history)    {"status", "execution_count", "payload"} and
                                                   "data" of a result, or "ename", "evalue", "traceback"
    shell.evaluate(expression)                     the answer to one of user_expressions
    shell.complete(code, cursor_pos)               {"matches", "cursor_start", "cursor_end"}
    shell.inspect(code, cursor_pos, detail_level)  by MIME type, {} if nothing is known
    shell.is_complete(code)                        {"status"}, with "indent" if it is incomplete
    shell.execution_count                          the number of the next cell
    shell.history                                  [(number, code, output or None), ...]

What a cell prints goes to sys.stdout and sys.stderr; input() is whatever builtins.input is.
"""

import subprocess
import sys

from IPython.core.completer import provisionalcompleter, rectify_completions
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


class Shell:
    """One session of IPython, whose answers are plain data."""

    def __init__(self, publish):
        # Nothing of the person's own is read, and nothing is written: a kernel is the same everywhere.
        config = Config(HistoryManager={"enabled": False}, InteractiveShell={"colors": "nocolor", "autoawait": False})
        Quiet.instance(config=config, displayhook_class=Kept, display_pub_class=Published)
        self.ipython = InteractiveShell.instance()
        self.ipython.display_pub.send = publish
        self.ipython.set_hook("show_in_pager", self.page, 0)
        self.ipython.ask_exit = lambda: self.payload.append({"source": "ask_exit", "keepkernel": False})
        self.history, self.payload = [], []

    @property
    def execution_count(self):
        return self.ipython.execution_count

    def page(self, ipython, data, start, screen_lines):
        data = data if isinstance(data, dict) else {"text/plain": data}
        self.payload.append({"source": "page", "data": data, "start": start})

    def run_cell(self, code, silent=False, store_history=True):
        stored = store_history and not silent
        number, self.payload = self.execution_count, []
        shown = self.ipython.displayhook.begin()
        done = self.ipython.run_cell(code, silent=silent, store_history=stored)
        result = {"status": "ok", "execution_count": number, "payload": self.payload}
        error = done.error_before_exec or done.error_in_exec
        if error:
            result |= {"status": "error"} | self.as_data(error)
        elif shown:
            result["data"] = shown
        if stored:
            self.history.append((number, code, shown.get("text/plain")))
        return result

    def as_data(self, error):
        lines = self.ipython.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
        return {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}

    def evaluate(self, expression):
        return self.ipython.user_expressions({"it": expression})["it"]

    def complete(self, code, cursor_pos):
        with provisionalcompleter():
            found = list(rectify_completions(code, self.ipython.Completer.completions(code, cursor_pos)))
        start, end = (found[0].start, found[0].end) if found else (cursor_pos, cursor_pos)
        return {"matches": [each.text for each in found], "cursor_start": start, "cursor_end": end}

    def inspect(self, code, cursor_pos, detail_level=0):
        from IPython.utils.tokenutil import token_at_cursor

        try:
            return self.ipython.object_inspect_mime(token_at_cursor(code, cursor_pos), detail_level)
        except KeyError:
            return {}

    def is_complete(self, code):
        status, indent = self.ipython.input_transformer_manager.check_complete(code)
        return {"status": status} | ({"indent": " " * (indent or 0)} if status == "incomplete" else {})


class Quiet(InteractiveShell):
    """IPython with an outside that is somebody else's: errors are not drawn, commands write to sys.stdout."""

    def _showtraceback(self, etype, evalue, stb):
        pass

    def system(self, cmd):
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(self.var_expand(cmd, depth=1), shell=True, text=True, **streams) as process:
            try:
                for line in process.stdout:
                    sys.stdout.write(line)
            except BaseException:
                process.terminate()
                raise
        self.user_ns["_exit_code"] = process.returncode


class Kept(DisplayHook):
    """Keeps what a cell's result looks like, where IPython in a terminal would print it."""

    def begin(self):
        self.shown = {}
        return self.shown

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.shown |= format_dict


class Published(DisplayPublisher):
    """Hands display_data and clear_output to the kernel."""

    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        kind = "update_display_data" if update else "display_data"
        self.send(kind, {"data": data, "metadata": metadata or {}, "transient": transient or {}})

    def clear_output(self, wait=False):
        self.send("clear_output", {"wait": wait})
