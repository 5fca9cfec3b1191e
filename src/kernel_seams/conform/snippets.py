"""What the rules need said in a kernel's own language.

A file of snippets is TOML: `language`, the names by which kernels call it; `[snippets]`, code by name;
`[completion]`, what is completed. LEFT and RIGHT in the code stand for words that are new
in each run, so that no answer can be written down beforehand; SECONDS and COUNT for numbers.
"""

from __future__ import annotations

import random
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from kernel_seams.errors import ConformError

NAMES = (
    "print",
    "lines",
    "stderr",
    "value",
    "no_value",
    "display",
    "expression",
    "bad_expression",
    "error",
    "syntax_error",
    "incomplete",
    "input",
    "password",
    "sleep",
    "stubborn",
    "state",
    "state_shown",
    "unicode",
    "large",
    "inspect",
    "unknown",
)
COMPLETION = ("before", "code", "match", "astral")
WORD_LETTERS = 8


@dataclass(frozen=True)
class Snippets:
    """Code by name, in one language; `completion` has before, code, match and astral, or is empty."""

    name: str = "none"
    languages: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)
    completion: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return bool(self.completion) if name == "completion" else name in self.code


@dataclass(frozen=True)
class Words:
    """Two words that nobody could know before, for LEFT and RIGHT."""

    left: str
    right: str

    @property
    def both(self) -> str:
        """What comes out where the code puts the two together."""
        return self.left + self.right

    def fill(self, code: str, **numbers: object) -> str:
        """`code` with the words, and the `numbers` for SECONDS and COUNT, in their places."""
        filled = code.replace("LEFT", self.left).replace("RIGHT", self.right)
        for name, number in numbers.items():
            filled = filled.replace(name.upper(), str(number))
        return filled


def new_words() -> Words:
    """Two words of small letters."""
    letters = "".join(random.choices(string.ascii_lowercase, k=2 * WORD_LETTERS))  # noqa: S311
    return Words(letters[:WORD_LETTERS], letters[WORD_LETTERS:])


def shipped() -> list[str]:
    """The names of the files that come with the suite."""
    return sorted(each.name.removesuffix(".toml") for each in _folder().iterdir() if each.name.endswith(".toml"))


def load(which: str | Path) -> Snippets:
    """The snippets of the shipped file called `which`, or of the file at that path."""
    if str(which) in shipped():
        return _read(_folder().joinpath(f"{which}.toml").read_text(encoding="utf-8"), str(which))
    try:
        text = Path(which).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConformError(
            f"The snippets {str(which)!r} cannot be read: {reason}. Shipped are {', '.join(shipped())}; or give a file."
        ) from None
    return _read(text, str(which))


def for_kernel(*names: str) -> Snippets:
    """The shipped snippets for the first of `names` (what a kernel calls itself, its language) that some are for."""
    known = {language: each for each in shipped() for language in load(each).languages}
    return next((load(known[name.lower()]) for name in names if name.lower() in known), Snippets())


def _folder() -> Any:
    return files(__package__).joinpath("snippets")


def _read(text: str, name: str) -> Snippets:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConformError(f"The snippets {name!r} are not TOML: {error}.") from None
    languages = table.get("language", [])
    code = _texts(table.get("snippets", {}), NAMES, name)
    completion = _texts(table.get("completion", {}), COMPLETION, name)
    if completion and len(completion) < len(COMPLETION):
        raise ConformError(f"The snippets {name!r}: [completion] needs {', '.join(COMPLETION)}.")
    known = (languages,) if isinstance(languages, str) else tuple(str(each).lower() for each in languages)
    return Snippets(name, known, code, completion)


def _texts(table: object, names: tuple[str, ...], file: str) -> dict[str, str]:
    """The texts in `table`; `ConformError` where a name is none of `names` or a value no text."""
    if not isinstance(table, dict):
        raise ConformError(f"The snippets {file!r} need tables [snippets] and [completion].")
    for key, value in table.items():
        if key not in names:
            raise ConformError(f"The snippets {file!r} have {key!r}, which no rule uses. There are {', '.join(names)}.")
        if not isinstance(value, str):
            raise ConformError(f"The snippets {file!r}: {key} must be a text; it is {value!r}.")
    return dict(table)
