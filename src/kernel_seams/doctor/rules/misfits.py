"""Which installed distributions do not fit together, or this Python, and which one a file belongs to."""

from __future__ import annotations

import re
from pathlib import Path

from kernel_seams.doctor.python import Failure, Python
from kernel_seams.doctor.versions import Requirement, applies, parse, satisfies

# The module a distribution of a kernel's surroundings is imported as, where the two names differ.
MODULES = {"pyzmq": "zmq", "ipython": "IPython", "python-dateutil": "dateutil", "prompt-toolkit": "prompt_toolkit"}


def misfits(python: Python) -> list[tuple[str, Requirement, str]]:
    """(who needs it, what it needs, the version that is there or nothing) for each requirement not met."""
    found = []
    for name, needs in python.requirements.items():
        for text in needs.requires:
            wanted = parse(text)
            if wanted is None or applies(wanted.marker, python.version) is not True:
                continue
            there = python.dist(wanted.name)
            # An upgrade that went wrong leaves two records side by side: then either may be what is there.
            beside = [one for one in python.dists if there and (one.name, one.folder) == (there.name, there.folder)]
            if not any(satisfies(one.version, wanted.clauses) for one in beside):
                found.append((name, wanted, there.version if there else ""))
    return found


def too_new(python: Python) -> list[tuple[str, str]]:
    """(distribution, the Python it needs) for each that is not made for this Python."""
    version = ".".join(map(str, python.version))
    return [
        (name, needs.python)
        for name, needs in python.requirements.items()
        if needs.python and not satisfies(version, (parse(f"python{needs.python}") or Requirement("", (), "")).clauses)
    ]


def distribution_of(failure: Failure, python: Python) -> str:
    """The installed distribution that the failing file belongs to; empty where none is known."""
    names = {dist.name for dist in python.dists}
    for text in (*failure.files, *re.findall(r"(/[^\s:'()]+)", failure.message)):
        for folder in sorted(python.path, key=len, reverse=True):
            if folder and text.startswith(f"{folder}/") and "site-packages" in folder + "/dist-packages":
                found = _named(Path(text).relative_to(folder).parts[0].split(".")[0], names)
                if found:
                    return found
    return _named(failure.missing.split(".")[0] or failure.module.split(".")[0], names)


def _named(module: str, names: set[str]) -> str:
    for name in (
        next((dist for dist, imported in MODULES.items() if imported == module), ""),
        module.lower().replace("_", "-"),
    ):
        if name in names:
            return name
    return ""


def module_of(distribution: str) -> str:
    """The module that a distribution of a kernel's surroundings is imported as."""
    return MODULES.get(distribution, distribution.replace("-", "_"))
