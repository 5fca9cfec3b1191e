"""A kernel as it is from inside: the cell to paste into it, and what its output says.

    seams doctor --cell  ->  a cell, run in the kernel in trouble  ->  its output  ->  seams doctor error -
    %doctor                  the same, without the way round by hand

What was pasted is a stranger's text: nothing that it names is run, and of the
files that it names only the existence is looked at.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_seams.doctor.facts import Kernel, Machine
from kernel_seams.doctor.launch import Launch
from kernel_seams.doctor.look import is_dir
from kernel_seams.doctor.names import canonical
from kernel_seams.doctor.process import Ran
from kernel_seams.doctor.python import Answer, Python, python_from
from kernel_seams.errors import SeamsError
from kernel_seams.kernels.specs import Kernelspec

BEGINS = "--- seams doctor: a kernel, from inside ---"
ENDS = "--- end ---"
FIRST_LINE = "# seams doctor:"
MAX_DISTRIBUTIONS = 5000


@dataclass(frozen=True)
class Inside:
    """What a kernel said of itself; `here` says that it runs on this machine.

    `connected` is when its connection file was written (seconds since the epoch,
    0: not known), `error` the traceback of importing `wanted`, `missing` the
    module that this lacked, `loaded` and `loaded_version` what was imported.
    """

    python: Python
    kernel_name: str
    argv: tuple[str, ...]
    folder: str
    environment: Mapping[str, str]
    pip: str
    beside: Mapping[str, str]
    connected: float
    wanted: str
    error: str
    missing: str
    loaded: str
    loaded_version: str
    host: str

    @property
    def here(self) -> bool:
        """Whether the kernel runs on this machine and sees its files."""
        return self.host == platform.node() and is_dir(self.folder)


def cell(module: str = "") -> str:
    """The cell to paste: it says what the kernel is and, with a `module`, what becomes of its import there."""
    text = Path(__file__).with_name("cell.py").read_text(encoding="utf-8")
    return text[text.index(FIRST_LINE) :].replace('"MODULE"', json.dumps(module))


def from_this_kernel(module: str = "") -> Inside:
    """What the process this is called in says of itself, as the cell would."""
    names: dict[str, Any] = {"__name__": "cell"}
    exec(compile(cell(module), "seams doctor --cell", "exec"), names)  # noqa: S102 (our own file)
    return _inside(names["SeamsDoctor"].facts(module))


def read_output(text: str) -> Inside | None:
    """What the cell's output in `text` says, None where `text` holds none; `SeamsError` where it is not whole."""
    _, found, rest = text.partition(BEGINS)
    if not found:
        return None
    body, ended, _ = rest.partition(ENDS)
    if not ended:
        raise SeamsError(f"The cell's output is not whole: {ENDS!r} is missing. Copy all that the cell printed.")
    # A mail program or a narrow terminal may have folded the lines.
    lines = re.split(r"\n(?=\{\")", body.strip())
    facts: dict[str, Any] = {}
    try:
        for line in lines:
            facts.update(json.loads("".join(part.removesuffix("\r") for part in line.split("\n"))))
        return _inside(facts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SeamsError(
            f"The cell's output is damaged ({error}). Run the cell again and copy all it prints."
        ) from None


def as_kernel(inside: Inside, machine: Machine) -> Kernel:
    """The kernel that said this, as the rules know kernels: its kernelspec where this machine has it."""
    program = Path(inside.python.executable or "python")
    words = [word for word in inside.argv if word in {"ipykernel_launcher", "ipykernel"}]
    module = words[0] if words else ""
    launch = Launch(str(program), program, inside.environment, machine.environment, python=program, module=module)
    known = (one.spec for one in machine.offered if inside.here and one.name == inside.kernel_name)
    name = inside.kernel_name or "this kernel"
    spec = next(known, Kernelspec(name, Path(inside.folder), inside.argv, name, "python"))
    return Kernel(spec, launch, Answer(Ran(0), inside.python, finished=True))


def _inside(facts: Mapping[str, Any]) -> Inside:
    dists = []
    for folder, installed in _dict(facts["installed"]).items():
        records = [record.partition("==") for record in str(installed).split()]
        dists += [[canonical(name), version, folder] for name, _, version in records]
    wanted, found = str(facts["wanted"] or ""), facts["found"]
    told = {
        **_dict(facts["python"]),
        "early": [],
        "requirements": {},
        "dists": dists[:MAX_DISTRIBUTIONS],
        "found": {wanted.partition(".")[0]: found} if wanted else {},
    }
    connection, imported = _dict(facts["connection"]), _dict(facts["imported"])
    return Inside(
        python=python_from(told),
        kernel_name=str(connection.get("name") or ""),
        argv=tuple(map(str, facts["argv"])),
        folder=str(facts["folder"]),
        environment={str(key): str(value) for key, value in _dict(facts["environment"]).items()},
        pip=str(facts["pip"]),
        beside={str(key): str(value) for key, value in _dict(facts["beside"]).items()},
        connected=float(connection.get("since") or 0),
        wanted=wanted,
        error=str(imported.get("error") or ""),
        missing=str(imported.get("missing") or ""),
        loaded=str(imported.get("file") or ""),
        loaded_version=str(imported.get("version") or ""),
        host=str(facts["host"]),
    )


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
