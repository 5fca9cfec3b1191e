"""Which kernelspecs Jupyter would find, in the order in which it would find them.

A kernelspec is a folder that holds a ``kernel.json``. Jupyter looks through a
list of folders of kernelspecs; the first folder that has a name wins, and what
later folders have under that name is hidden:

    JUPYTER_PATH  >  the environment's prefix  >  the user's data folder  >  the system  >  ~/.ipython
                     (the middle two swap outside a virtual environment)

Source: ``jupyter_client.kernelspec.KernelSpecManager``, ``jupyter_core.paths.jupyter_path``.
Unlike them this module keeps what cannot be used, with the reason, and needs no ZeroMQ.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path

NATIVE_KERNEL = "python3"
NAME_PATTERN = re.compile(r"[a-z0-9._\-]+")
MAX_BYTES = 4 * 1024 * 1024
INTERRUPT_MODES = ("signal", "message")


@dataclass(frozen=True)
class Kernelspec:
    """One kernelspec on disk, usable or not.

    `name` is what Jupyter calls it: the folder's name in lower case. `problem`
    is None or why Jupyter cannot use it; `unseen` says that Jupyter does not even
    count the folder as a kernelspec (it has no readable file ``kernel.json``). `hidden_by` is the folder of the spec
    that wins over this one, `hides` the folders of those that lose to it.
    """

    name: str
    folder: Path
    argv: tuple[str, ...] = ()
    display_name: str = ""
    language: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    interrupt_mode: str = "signal"
    protocol_version: str = ""
    problem: str | None = None
    unseen: bool = False
    hidden_by: Path | None = None
    hides: tuple[Path, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether Jupyter would offer and start this one."""
        return self.problem is None and self.hidden_by is None

    def to_json(self) -> dict[str, Any]:
        """The spec as plain data; paths are strings."""
        return {
            "name": self.name,
            "display_name": self.display_name,
            "language": self.language,
            "argv": list(self.argv),
            "env": dict(self.env),
            "folder": str(self.folder),
            "problem": self.problem,
            "hidden_by": str(self.hidden_by) if self.hidden_by else None,
            "hides": [str(folder) for folder in self.hides],
        }


def kernel_folders() -> list[Path]:
    """The folders Jupyter searches for kernelspecs, first wins, each named once."""
    folders = [Path(folder) for folder in jupyter_path("kernels")]
    if find_spec("IPython") is not None:
        # jupyter_client still appends IPython's folder where IPython can be imported.
        folders.append(Path(os.environ.get("IPYTHONDIR") or "~/.ipython").expanduser() / "kernels")
    return list(dict.fromkeys(folders))


def find_kernelspecs(folders: Iterable[Path] | None = None) -> list[Kernelspec]:
    """Every kernelspec in `folders` (default: where Jupyter looks), in the order of the search.

    What is broken or hidden is in the list too. A broken spec hides the sound
    ones of its name that come later, as it does in Jupyter; a folder without
    ``kernel.json`` hides nothing.
    """
    found = [spec for folder in (kernel_folders() if folders is None else folders) for spec in _specs_in(folder)]
    if folders is None and not any(spec.name == NATIVE_KERNEL for spec in found):
        found.extend(_native_spec())
    return with_hiding(found)


def usable_kernelspecs() -> dict[str, Kernelspec]:
    """The kernelspecs that Jupyter would offer, by name, in the order of the search."""
    return {spec.name: spec for spec in find_kernelspecs() if spec.usable}


def read_kernelspec(folder: Path, name: str | None = None, provisioners: Collection[str] | None = None) -> Kernelspec:
    """The kernelspec in `folder`; where it cannot be used, `problem` says why.

    `provisioners` are the kernel provisioners that the Jupyter in question has;
    None means those of this environment.
    """
    name = name if name is not None else folder.name.lower()
    try:
        content = _read_json(folder / "kernel.json")
        problem = _problem_with(content, provisioners) or name_problem(name)
    except _UnreadableError as reason:
        unseen = not os.path.isfile(folder / "kernel.json")  # noqa: PTH113 (Path.is_file raises where this says no)
        return Kernelspec(name, folder, problem=str(reason), unseen=unseen)
    if problem is not None and not isinstance(content, dict):
        return Kernelspec(name, folder, problem=problem)
    return Kernelspec(
        name,
        folder,
        argv=tuple(str(part) for part in _of_type(content, "argv", list)),
        display_name=str(content.get("display_name", "")),
        language=str(content.get("language", "")),
        env={str(key): str(value) for key, value in _of_type(content, "env", dict).items()},
        metadata=_of_type(content, "metadata", dict),
        interrupt_mode=str(content.get("interrupt_mode", "signal")).lower(),
        protocol_version=str(content.get("kernel_protocol_version", "")),
        problem=problem,
    )


class _UnreadableError(Exception):
    """kernel.json could not be read as JSON; the message says why."""


def _specs_in(folder: Path) -> Iterator[Kernelspec]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 (names only; a Path for each of a thousand is waste)
    except OSError as error:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            yield Kernelspec("", folder, problem=f"the folder cannot be listed: {error.strerror}")
        return
    for name in names:
        if os.path.isdir(folder / name):  # noqa: PTH112 (Path.is_dir raises where this says no)
            yield read_kernelspec(folder / name)


def _native_spec() -> list[Kernelspec]:
    """The python3 that Jupyter makes up where no spec of that name is found and ipykernel is there."""
    package = find_spec("ipykernel")
    if package is None or not package.submodule_search_locations:
        return []
    resources = Path(package.submodule_search_locations[0]) / "resources"
    argv = (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    return [Kernelspec(NATIVE_KERNEL, resources, argv, f"Python {sys.version_info[0]} (ipykernel)", "python")]


def with_hiding(found: list[Kernelspec]) -> list[Kernelspec]:
    """`found` with `hides` and `hidden_by` filled in."""
    winners: dict[str, Path] = {}
    hides: dict[Path, list[Path]] = {}
    losers: dict[Path, Path] = {}
    for spec in found:
        winner = winners.setdefault(spec.name, spec.folder) if not spec.unseen else spec.folder
        if winner != spec.folder:
            losers[spec.folder] = winner
            hides.setdefault(winner, []).append(spec.folder)
    return [replace(spec, hidden_by=losers.get(spec.folder), hides=tuple(hides.get(spec.folder, ()))) for spec in found]


def _read_json(path: Path) -> Any:
    try:
        if not path.exists():
            raise _UnreadableError("kernel.json is a dangling link" if path.is_symlink() else "there is no kernel.json")
        if not path.is_file():
            raise _UnreadableError("kernel.json is not a file")
        if path.stat().st_size > MAX_BYTES:
            raise _UnreadableError(f"kernel.json is larger than {MAX_BYTES} bytes and was not read")
        return json.loads(path.read_bytes().decode("utf-8"))
    except json.JSONDecodeError as error:
        raise _UnreadableError(
            f"kernel.json is not JSON: {error.msg} at line {error.lineno} column {error.colno}"
        ) from None
    except UnicodeDecodeError as error:
        raise _UnreadableError(
            f"kernel.json is not UTF-8: byte {error.object[error.start]:#04x} at {error.start}"
        ) from None
    except RecursionError:
        raise _UnreadableError("kernel.json is nested too deeply") from None
    except OSError as error:
        raise _UnreadableError(f"kernel.json cannot be read: {error.strerror}") from None


def _problem_with(content: Any, provisioners: Collection[str] | None = None) -> str | None:
    """Why the parsed ``kernel.json`` cannot be used, or None."""
    if not isinstance(content, dict):
        return f"kernel.json holds {_kind(content)}, not an object"
    argv = content.get("argv")
    if not isinstance(argv, list) or not argv or not all(isinstance(part, str) for part in argv):
        return f"argv must be a list of strings, the command to launch; it is {_shown(argv)}"
    for key in ("display_name", "language", "mimetype", "kernel_protocol_version", "name"):
        if not isinstance(content.get(key, ""), str):
            return f"{key} must be a string; it is {_shown(content[key])}"
    for key in ("env", "metadata"):
        if not isinstance(content.get(key, {}), dict):
            return f"{key} must be an object; it is {_shown(content[key])}"
    wrong = next((key for key, value in content.get("env", {}).items() if not isinstance(value, str)), None)
    if wrong is not None:
        return f"env.{wrong} must be a string; it is {_shown(content['env'][wrong])}"
    if str(content.get("interrupt_mode", "signal")).lower() not in INTERRUPT_MODES:
        return f"interrupt_mode must be 'signal' or 'message'; it is {_shown(content['interrupt_mode'])}"
    if "resource_dir" in content:
        return "it has a key resource_dir, which Jupyter sets itself"
    return _problem_with_provisioner(content.get("metadata", {}), provisioners)


def _problem_with_provisioner(metadata: Mapping[str, Any], provisioners: Collection[str] | None) -> str | None:
    stanza = metadata.get("kernel_provisioner")
    name = stanza.get("provisioner_name") if isinstance(stanza, dict) else None
    if name is None:
        return None
    if provisioners is None:
        provisioners = {entry.name for entry in entry_points(group="jupyter_client.kernel_provisioners")}
    if name in provisioners:
        return None
    return f"its kernel provisioner {_shown(name)} is not installed beside this Jupyter"


def name_problem(name: str) -> str | None:
    """Why `name` is no name for a kernelspec, or None."""
    if NAME_PATTERN.fullmatch(name):
        return None
    return f"the folder's name {_shown(name)} may hold only ASCII letters, digits, '-', '.' and '_'"


def _of_type(content: Mapping[str, Any], key: str, kind: type) -> Any:
    """``content[key]`` where it is of `kind`, else an empty `kind`."""
    value = content.get(key)
    return value if isinstance(value, kind) else kind()


def _shown(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _kind(value: Any) -> str:
    return {list: "a list", str: "a string", type(None): "null", bool: "a boolean"}.get(type(value), "a number")
