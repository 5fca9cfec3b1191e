"""What a check may ask of the learner's shell: plain data in, plain data out.

A check asks only through these functions or by calling a learner's function
with plain data, so that the same check can be asked from another process.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython

__all__ = ["cell_magic", "extension", "line_magic"]


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
