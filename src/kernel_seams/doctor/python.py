"""Ask an interpreter who it is, what it can find and whether it can import what a kernel needs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kernel_seams.doctor.look import is_dir
from kernel_seams.doctor.process import Ran, run

SECONDS = 20.0
KERNEL_IMPORTS = ("zmq", "tornado", "traitlets", "IPython", "ipykernel.kernelapp")
IPYKERNEL_MODULES = frozenset({"ipykernel_launcher", "ipykernel", "ipykernel.kernelapp"})
OLDEST = (3, 6)


@dataclass(frozen=True)
class Failure:
    """An import that failed: the module asked for, the exception, and the files it passed through."""

    module: str
    kind: str
    message: str
    missing: str = ""
    path: str = ""
    frames: tuple[tuple[str, int], ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Every file the failure names, the innermost first."""
        return tuple(dict.fromkeys([*filter(None, [self.path]), *(file for file, _ in reversed(self.frames))]))

    @property
    def words(self) -> str:
        """The exception as Python would print it, on one line."""
        lines = self.message.strip().splitlines()
        return f"{self.kind}: {lines[0] if lines else ''}".rstrip(": ")


@dataclass(frozen=True)
class Distribution:
    """An installed distribution: its canonical name, its version, the folder on the path it lies in."""

    name: str
    version: str
    folder: str


@dataclass(frozen=True)
class Requirements:
    """What an installed distribution says it needs: the requirements as written, and the Python."""

    requires: tuple[str, ...]
    python: str


@dataclass(frozen=True)
class Found:
    """Where an import would find a module: its file, or the folders of a package."""

    file: str
    folders: tuple[str, ...]

    @property
    def place(self) -> str:
        """The path to show a person."""
        return self.file or (self.folders[0] if self.folders else "")


@dataclass(frozen=True)
class Python:
    """An interpreter in its own words; `raw` is the whole answer."""

    version: tuple[int, ...]
    executable: str
    prefix: str
    base_prefix: str
    path: tuple[str, ...]
    early: frozenset[str]
    dists: tuple[Distribution, ...]
    requirements: Mapping[str, Requirements]
    found: Mapping[str, Found | None]
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def minor(self) -> str:
        """The version as in ``lib/python3.12``."""
        return ".".join(map(str, self.version[:2]))

    @property
    def full_version(self) -> str:
        """The version as a person says it."""
        return ".".join(map(str, self.version))

    @property
    def is_environment(self) -> bool:
        """Whether this is a virtual or conda environment and not a base installation."""
        return self.prefix != self.base_prefix or is_dir(Path(self.prefix) / "conda-meta")

    @property
    def managed(self) -> bool:
        """Whether pip refuses to install here (PEP 668); it does not in a virtual environment."""
        return bool(self.raw.get("managed")) and self.prefix == self.base_prefix

    def flag(self, name: str) -> bool:
        """A yes-or-no fact of the answer."""
        return bool(self.raw.get(name))

    def text(self, name: str) -> str:
        """A fact of the answer that is a text."""
        return str(self.raw.get(name) or "")

    def texts(self, name: str) -> tuple[str, ...]:
        """A fact of the answer that is a list of texts."""
        return tuple(map(str, self.raw.get(name) or ()))

    @property
    def lost(self) -> tuple[tuple[str, str, str], ...]:
        """(file, folder, module or nothing) for each folder that an editable install lends and that is gone."""
        return tuple((str(one[0]), str(one[1]), str(one[2])) for one in self.raw.get("lost") or ())

    def dist(self, name: str) -> Distribution | None:
        """The distribution of that canonical name which the path meets first."""
        return next((dist for dist in self.dists if dist.name == name), None)


@dataclass(frozen=True)
class Answer:
    """What came of asking: `python` is None where it did not say who it is.

    `finished` says that all imports were tried; with it, `failure` is None where
    they all succeeded. `loaded` are the top-level modules the imports brought in,
    `refused` the numbers of IPython's settings that its kernel ends at, and why.
    """

    ran: Ran
    python: Python | None = None
    finished: bool = False
    failure: Failure | None = None
    loaded: frozenset[str] = frozenset()
    refused: Mapping[int, str] = field(default_factory=dict)

    @property
    def imports(self) -> bool:
        """Whether everything asked for could be imported."""
        return self.finished and self.failure is None


@dataclass(frozen=True)
class Question:
    """What to ask one interpreter under one environment; equal questions are asked once."""

    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    module: str = ""
    imports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    folder: str = ""
    role: str = ""
    seconds: float = SECONDS
    settings: str = ""


def question(command: Sequence[str], environment: Mapping[str, str], **rest: Any) -> Question:
    """A `Question` from plain containers."""
    return Question(tuple(command), tuple(sorted(environment.items())), **rest)


def ask(asked: Question) -> Answer:
    """Put the question to the interpreter; never raises for what the interpreter does."""
    word = f"answer-{secrets.token_hex(8)}:"
    arguments = [word, asked.module, ",".join(asked.imports), ",".join(asked.names), asked.folder, asked.role]
    arguments.append(asked.settings)
    command = [*asked.command, "-B", "-c", _source(), *arguments]
    environment = {**dict(asked.environment), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = run(command, environment=environment, seconds=asked.seconds)
    answers = [_json(line[len(word) :]) for line in ran.stdout.splitlines() if line.startswith(word)]
    if not answers or not isinstance(answers[0], dict):
        return Answer(ran)
    try:
        python = python_from(answers[0])
        if len(answers) < 2:
            return Answer(ran, python)
        failure = answers[1]["failure"]
        return Answer(
            ran,
            python,
            True,
            _failure(failure) if failure else None,
            frozenset(answers[1]["loaded"]),
            {int(number): str(reason) for number, reason in answers[1]["refused"]},
        )
    except (KeyError, TypeError, ValueError):
        return Answer(ran)


@cache
def _source() -> str:
    """The text of ``ask.py`` with those that belong to it before what it runs."""
    names = ("ask.py", "ask_jupyter.py", "ask_settings.py")
    first, *rest = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names)
    definitions, run, end = first.rpartition("\nmain()\n")
    return "\n".join([definitions, *rest]) + run + end


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def python_from(answer: Mapping[str, Any]) -> Python:
    """The interpreter as its answer describes it."""
    return Python(
        version=tuple(int(part) for part in answer["version"]),
        executable=str(answer["executable"]),
        prefix=str(answer["prefix"]),
        base_prefix=str(answer["base_prefix"]),
        path=_texts(answer["path"]),
        early=frozenset(_texts(answer["early"])),
        dists=tuple(Distribution(str(one[0]), str(one[1]), str(one[2])) for one in answer["dists"]),
        requirements={
            name: Requirements(_texts(one["requires"]), str(one["python"]))
            for name, one in answer["requirements"].items()
        },
        found={name: _found(one) for name, one in answer["found"].items()},
        raw=answer,
    )


def _found(one: Mapping[str, Any] | None) -> Found | None:
    return Found(str(one["file"]), _texts(one["folders"])) if one else None


def _failure(one: Mapping[str, Any]) -> Failure:
    return Failure(
        str(one["module"]),
        str(one["kind"]),
        str(one["message"]),
        str(one["missing"]),
        str(one["path"]),
        tuple((str(file), int(line)) for file, line in one["frames"]),
    )


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
