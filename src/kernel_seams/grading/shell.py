"""An IPython shell without a kernel: it runs a cell and keeps what the cell shows, as a notebook would.

It is made once, in the template, and forked; so it starts no thread and opens no file.
"""

from __future__ import annotations

import ast
import base64
import io
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type
from traitlets.config import Config

__all__ = ["Shell", "Stream", "make_shell"]

Output = dict[str, Any]
IPYTHONS_OWN = set(TransformerManager().token_transformers)  # type: ignore[no-untyped-call,unused-ignore]


class Stream(io.TextIOBase):
    """What stands for sys.stdout or sys.stderr: text goes to the outputs of the cell that runs."""

    encoding = "utf-8"

    def __init__(self, name: str, shell: Shell, descriptor: int) -> None:
        self.name = name
        self._shell = shell
        self._descriptor = descriptor

    def fileno(self) -> int:
        """The process's own stream, which is what a child process writes to."""
        return self._descriptor

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Show the text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.print(self.name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    """Keeps displays, by their id where they have one."""

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **keywords: Any) -> None:  # noqa: ARG002
        """Add a display, or change the one of that id."""
        identity = (keywords.get("transient") or {}).get("display_id")
        output = {"output_type": "display_data", "data": _bundle(data), "metadata": metadata or {}}
        if keywords.get("update"):
            for earlier in self.shell.outputs:
                if identity is not None and earlier.get("id") == identity:
                    earlier.update(json.loads(json.dumps(output, default=_as_text)))
            return
        shell: Any = self.shell
        shell.show(output | ({"id": identity} if identity is not None else {}))

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002  (IPython's signature)
        """Forget what the cell has shown so far."""
        self.shell.outputs.clear()


class _Hook(DisplayHook):
    """Keeps the value of a cell."""

    def write_output_prompt(self) -> None:
        """The front-end writes the prompt."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Add the value, in all its forms."""
        output = {"output_type": "execute_result", "execution_count": self.prompt_count}
        shell: Any = self.shell
        shell.show(output | {"data": _bundle(format_dict), "metadata": md_dict or {}})

    def finish_displayhook(self) -> None:
        """Nothing is left to write."""
        self._is_active = False


class Kernel:
    """What a cell may ask `get_ipython().kernel`: which request it is."""

    def __init__(self) -> None:
        self.source = ""

    def get_parent(self, channel: str = "shell") -> dict[str, Any]:  # noqa: ARG002  (ipykernel's signature)
        """The request that runs, as a kernel has it."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": ""}
        content = {"code": self.source, "silent": False, "store_history": True, "allow_stdin": False}
        return {
            "header": header | {"date": datetime.now(UTC).isoformat(), "version": "5.4"},
            "msg_id": header["msg_id"],
            "msg_type": header["msg_type"],
            "parent_header": {},
            "metadata": {},
            "content": content,
            "buffers": [],
        }


class _Transformers(TransformerManager):
    """IPython's, which look at each token of a cell for `%`, `!` and `?`, unless it can have none: it is Python."""

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """The lines, without IPython's own syntax."""
        # Python's own parser is several times as fast. Who adds a transformer may change what is Python, too.
        own = set(self.token_transformers) <= IPYTHONS_OWN
        # A line that ends in a form feed, say, ends for IPython and not for Python.
        if own and all(line.endswith("\n") for line in lines) and _is_python("".join(lines)):
            return lines
        return list(super().do_token_transforms(lines))  # type: ignore[no-untyped-call,unused-ignore]


class Shell(InteractiveShell):
    """IPython, with `outputs` in place of a front-end."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    input_transformer_manager = Instance(_Transformers, ())

    def init_io(self) -> None:
        """Leave the process's own streams as they are; `listen` takes them."""
        self.outputs: list[Output] = []
        self.kernel = Kernel()
        self.database: Callable[[str], Any]
        self.room = sys.maxsize
        self.when_full: Callable[[], None] = lambda: None

    def listen(self, room: int, when_full: Callable[[], None]) -> None:
        """Take sys.stdout and sys.stderr. After `room` characters of output `when_full` is called."""
        self.room, self.when_full = room, when_full
        sys.stdout, sys.stderr = Stream("stdout", self, 1), Stream("stderr", self, 2)
        # What `%cd` and `%bookmark` write down is this process's own: where the shell was made it may not write.
        self.db = self.database(os.path.join(os.environ["IPYTHONDIR"], "profile_default", "db"))  # noqa: PTH118

    def print(self, name: str, text: str) -> None:
        """Add text to what the cell shows, and keep within the room there is. An empty text shows nothing."""
        if not text:
            return
        self.take(len(text))
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["parts"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "parts": [text]})

    def show(self, output: Output) -> None:
        """Add a value, a display or an error to what the cell shows."""
        output = json.loads(json.dumps(output, default=_as_text))
        self.take(len(json.dumps(output)))
        self.outputs.append(output)

    def take(self, characters: int) -> None:
        """Take room for output."""
        self.room -= characters
        if self.room < 0:
            self.when_full()

    def run(self, source: str) -> tuple[list[Output], BaseException | None]:
        """Run a cell: what it showed, and what it ended in."""
        self.outputs, self.kernel.source = [], source
        result = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call,unused-ignore]
        shown = [
            {"output_type": "stream", "name": output["name"], "text": "".join(output["parts"])}
            if output["output_type"] == "stream"
            else output
            for output in self.outputs
        ]
        self.outputs = []
        return shown, result.error_before_exec or result.error_in_exec

    def should_run_async(self, raw_cell: str, **about: Any) -> bool:
        """Whether there is anything to await; without either word there is not, and nothing is compiled to see it."""
        source = about.get("transformed_cell") or raw_cell
        return ("await" in source or "async" in source) and bool(super().should_run_async(raw_cell, **about))

    def system(self, cmd: str) -> None:
        """Run a line that began with `!`, without a terminal; what it prints is shown while it runs."""
        line = self.var_expand(cmd, depth=1)  # type: ignore[no-untyped-call,unused-ignore]
        with subprocess.Popen(  # noqa: S602  (that is what `!` is; the line is the student's own, in the sandbox)
            line, shell=True, executable=os.environ.get("SHELL"), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        ) as process:  # fmt: skip
            for text in process.stdout or ():
                sys.stdout.write(text)
        self.user_ns["_exit_code"] = process.returncode

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        try:
            text = str(evalue)
        except Exception:  # an exception of a learner's own may fail to print
            text = ""
        name = str(getattr(etype, "__name__", etype))
        self.show({"output_type": "error", "ename": name, "evalue": text, "traceback": list(stb)})


def make_shell(folder: str) -> Shell:
    """The shell of this process; what IPython wants to write is in `folder`, and it keeps no history."""
    os.environ["IPYTHONDIR"] = folder
    config = Config(
        {
            "HistoryManager": {"enabled": False},
            "InteractiveShell": {"autoindent": False, "banner1": "", "xmode": "Context"},
            "StoreMagics": {"autorestore": False},
        }
    )
    shell: Shell = Shell.instance(config=config)
    _warm_up(shell)
    return shell


def _warm_up(shell: Any) -> None:
    """Have IPython make now what it makes at its first cell, value, error and magic: once, and not in each fork."""
    load_all = getattr(shell.magics_manager, "load_all_lazy_magics", None)  # an older IPython has none
    if load_all is not None:
        load_all()
    shell.display_formatter.format("")
    shell.database = type(shell.db)  # which is an import of its own
    for source in ("raise LookupError", "pass"):
        shell.run_cell(source, store_history=False)
    shell.outputs = []
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        vars(sys).pop(name, None)


def _is_python(source: str) -> bool:
    try:
        compile(source, "<>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _bundle(data: Any) -> dict[str, Any]:
    """A MIME bundle as a notebook keeps it: bytes as base64."""
    return {
        str(kind): base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
    }


def _as_text(value: Any) -> str:
    """What JSON does not know, as a text."""
    try:
        return str(value)[:10000]
    except Exception:
        return ""
