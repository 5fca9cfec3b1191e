"""What a check may ask of the learner's shell: plain data in, plain data out.

A check asks only through these functions or by calling a learner's function
with plain data, so that the same check can be asked from another process.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython

from kernel_seams.course.plain import Raised

__all__ = ["cell_magic", "extension", "line_magic", "module"]

PATIENCE = 60  # seconds for a process that starts IPython on a busy machine


def line_magic(name: str, line: str = "") -> object:
    """The value of `%name line`."""
    return _shell().run_line_magic(name, line)


def cell_magic(name: str, line: str, body: str) -> object:
    """The value of a cell `%%name line` with `body` below it."""
    return _shell().run_cell_magic(name, line, body)


def extension(module: str, names: Mapping[str, object], magic: str, line: str) -> dict[str, object]:
    """What `%magic line` of the extension `module` does to `names`, and what is left of it once it is unloaded.

    `{"names": {...}, "left": [...]}`: the values afterwards, and the line
    magics that were not there before it was loaded.
    """
    shell = _shell()
    _forget(shell, module)
    known = shell.magics_manager.magics["line"]
    known.pop(magic, None)  # an earlier version may have stayed behind
    before = set(known)
    saved = {name: shell.user_ns[name] for name in names if name in shell.user_ns}
    try:
        if shell.extension_manager.load_extension(module) == "no load function":
            raise UsageError(f"{module} has no function `load_ipython_extension`.")
        shell.user_ns.update(names)
        shell.run_line_magic(magic, line)
        after = {name: shell.user_ns.get(name) for name in names}
    finally:
        for name in names:
            shell.user_ns.pop(name, None)
        shell.user_ns.update(saved)
        shell.extension_manager.unload_extension(module)
    return {"names": after, "left": sorted(set(known) - before)}


def module(name: str, calls: Sequence[Sequence[object]]) -> list[object]:
    """The values of `calls`, each `(function, argument, ...)`, to the module `name` beside the notebook.

    All are made in one new Python process, in this order. Arguments and values
    cross as JSON; what is raised there comes back as `Raised`.
    """
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        command = [sys.executable, "-B", "-c", CHILD, name, json.dumps(calls), str(answers)]
        try:
            code = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE).returncode
            ended = Raised("ProcessEnded", f"the process ended with code {code} and gave no answer")
        except subprocess.TimeoutExpired:
            ended = Raised("TimeoutExpired", f"no answer within {PATIENCE} seconds")
        if not answers.is_file():
            return [ended for _ in calls]
        told = json.loads(answers.read_text(encoding="utf-8"))
    return [each["value"] if "value" in each else Raised(each["kind"], each["text"]) for each in told]


def _shell() -> Any:
    shell = get_ipython()
    if shell is None:
        raise RuntimeError("This runs in a notebook or in IPython; there is no shell here.")
    return shell


def _forget(shell: Any, module: str) -> None:
    """Let the next load read the file again: neither an import nor bytecode of an earlier version is used."""
    shell.extension_manager.unload_extension(module)
    shell.extension_manager.loaded.discard(module)
    sys.modules.pop(module, None)
    Path(importlib.util.cache_from_source(f"{module}.py")).unlink(missing_ok=True)
    importlib.invalidate_caches()


# `-B`: an edit within the second in which the module was last imported must not be answered from old bytecode.
CHILD = """
import importlib, json, sys
sys.path.insert(0, "")
name, calls, answers = sys.argv[1:]
told = []
for function, *arguments in json.loads(calls):
    try:
        each = {"value": getattr(importlib.import_module(name), function)(*arguments)}
        json.dumps(each)
    except BaseException as error:
        each = {"kind": type(error).__name__, "text": str(error)}
    told.append(each)
with open(answers, "w", encoding="utf-8") as file:
    json.dump(told, file)
"""
