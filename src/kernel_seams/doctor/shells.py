"""Which command a shell script ends in, as far as it is a plain list of commands; the script is never run.

    export OMP_NUM_THREADS=4
    source ~/env/bin/activate
    exec python -m ipykernel_launcher "$@"    ->    ~/env/bin/python -m ipykernel_launcher -f FILE

What stands in a block, a pipe or a function may or may not be run: it is passed
over, and what comes out is then called uncertain.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kernel_seams.doctor.look import exists

SHELLS = {"sh", "bash", "dash", "zsh", "ksh", "ash"}
MAX_BYTES = 65536
OPENS = {"if", "for", "while", "until", "case", "select", "{"}
CLOSES = {"fi", "done", "esac", "}"}
BETWEEN = {"then", "else", "elif", "do", "!"}
HARMLESS = {"cd", "set", "echo", "printf", "true", ":", "umask", "ulimit", "date", "mkdir", "pushd", "shopt", "hash"}
QUESTIONS = {"[", "[[", "test", "command", "type", "which", "hash", "grep", "false"}
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_SUBSTITUTION = r"\$\((?:[^()]|\([^()]*\))*\)"
_WORD = rf"""(?:'[^']*'|"(?:\\.|{_SUBSTITUTION}|[^"\\])*"|\\.|{_SUBSTITUTION}|[^\s'"\\;&|()<>])+"""
TOKEN = re.compile(
    rf"""(?P<blank>(?:[ \t\r]|\\\n)+|(?<![^\s;&|()])\#[^\n]*)
    |(?P<document><<)
    |(?P<redirection>\d*(?:&>>|&>|>>|>\||>&|<&|>|<)[ \t]*(?:{_WORD})?)
    |(?P<operator>\n|&&|\|\||;;|[;&|()])
    |(?P<word>{_WORD})""",
    re.VERBOSE | re.DOTALL,
)
OWN_FOLDER = re.compile(
    r"""\$\((?:cd\s+"?\$\()?\s*dirname\s+(?:--\s+)?"?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?"?\s*\)"""
    r"""(?:"?\s*&&\s*pwd(?:\s+-P)?\s*\))?"""
)
PIECE = re.compile(r"""'([^']*)'|\\(.)|\$(?:(\w+)|\{(\w+)\})|(["])|([$`])|([^'\\$"`]+)""", re.DOTALL)

Found = tuple[tuple[str, ...], Mapping[str, str], int, str, bool]


def read_script(path: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Found | None:
    """`Script.command` of the file at `path`, None where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None
    if len(data) > MAX_BYTES or b"\0" in data:
        return None
    return Script(data.decode("utf-8", "replace"), tuple(arguments), str(path), path).command(environment)


@dataclass
class Script:
    """A shell's text, the arguments it is given, and what it calls itself."""

    text: str
    arguments: tuple[str, ...]
    name: str
    path: Path | None

    def command(self, environment: Mapping[str, str]) -> Found | None:
        """(the last command, its environment, its line, a file it needs and does not find, whether it is uncertain).

        None where that cannot be known.
        """
        reader = _Reader(self, dict(environment))
        try:
            for line, words, certain in _commands(self._prepared()):
                reader.take(line, words, certain)
                if reader.done:
                    break
        except ValueError:  # a quotation that does not end
            return None
        return reader.found()

    def _prepared(self) -> str:
        folder = shlex.quote(str(self.path.parent)) if self.path else "$UNKNOWN"
        return OWN_FOLDER.sub(lambda _: folder, self.text)


class _Reader:
    """Goes through the commands of a script and keeps what they do to the environment."""

    def __init__(self, script: Script, environment: dict[str, str]) -> None:
        self.script, self.environment = script, environment
        self.variables: dict[str, str] = {}
        self.uncertain = self.done = False
        self.missing = ""
        self.line = 0
        self.last: list[str | None] = []

    def take(self, line: int, words: list[str], certain: bool) -> None:
        """The next command: `certain` says that it is run in any case, and after all that came before."""
        parts = [part for word in words for part in self.expanded(word)]
        if not certain:
            self.uncertain = self.uncertain or parts[0] not in HARMLESS | {"exit", "test", "["}
            return
        while parts and parts[0] and ASSIGNMENT.fullmatch(parts[0]) and ASSIGNMENT.match(words[0]):
            key, value = parts[0].split("=", 1)
            # Before a command it is that command's alone, which here is the last one.
            (self.environment if len(parts) > 1 or key in self.environment else self.variables)[key] = value
            parts, words = parts[1:], words[1:]
        if parts:
            self.line = line
            self._act(parts)

    def _act(self, parts: list[str | None]) -> None:
        word, rest = parts[0], parts[1:]
        # Another program has run before this command, and may have changed anything.
        self.uncertain = self.uncertain or bool(self.last)
        self.last = []
        if word in {"export", "declare", "typeset"}:
            self._export(rest)
        elif word == "unset":
            for key in rest:
                self.environment.pop(key or "", None)
        elif word in {"source", "."}:
            self._source(rest)
        elif word == "exec" and rest:
            self.last, self.done = rest, True
        elif word not in HARMLESS:
            self.last = parts

    def _export(self, words: list[str | None]) -> None:
        for word in words:
            key, given, value = (word or "").partition("=")
            if given:
                self.environment[key] = value
            elif key in self.variables:
                self.environment[key] = self.variables[key]
            elif word is None:
                self.uncertain = True

    def _source(self, words: list[str | None]) -> None:
        file = Path(words[0] or "") if words else Path()
        if not file.is_absolute():
            self.uncertain = True
        elif not exists(file):
            self.missing, self.done = str(file), True
        elif file.name == "activate" and len(words) == 1 and exists(file.parent.parent / "pyvenv.cfg"):
            self.environment["VIRTUAL_ENV"] = str(file.parent.parent)
            path = self.environment.get("PATH", os.defpath)
            self.environment["PATH"] = os.pathsep.join([str(file.parent), path])
        else:
            self.uncertain = True

    def expanded(self, word: str) -> list[str | None]:
        """The words that `word` becomes, None for one that cannot be known."""
        if word in {'"$@"', "$@", "$*", "${@}", '"${@}"', '"$*"', '${1+"$@"}'}:
            return list(self.script.arguments)
        text = ""
        for match in PIECE.finditer(word):
            literal, escaped, bare, braced, quote, other, plain = match.groups()
            value = None if other else self._value(bare or braced) if bare or braced else ""
            if value is None:
                return [None]
            text += next((one for one in (literal, escaped, plain) if one is not None), "" if quote else value)
        home = self.environment.get("HOME", "")
        return [home + text[1:] if word.startswith("~/") or word == "~" else text]

    def _value(self, name: str) -> str | None:
        if name.isdigit():
            place = int(name)
            given = self.script.arguments
            return self.script.name if place == 0 else given[place - 1] if place <= len(given) else ""
        return self.variables.get(name, self.environment.get(name))

    def found(self) -> Found | None:
        """What it came to."""
        if self.missing:
            return (), self.environment, self.line, self.missing, self.uncertain
        if not self.last or self.last[0] is None or self.last[0] in OPENS | CLOSES | {"exit", "return"}:
            return None
        words = tuple("" if word is None else word for word in self.last)
        return words, self.environment, self.line, "", self.uncertain or None in self.last


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, kind, text) of each operator and word; `ValueError` for what is no plain list of commands."""
    place, line = 0, 1
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None or match.lastgroup == "document":
            raise ValueError(text[place : place + 20])
        if match.lastgroup in {"operator", "word"}:
            yield line, str(match.lastgroup), match.group()
        place, line = match.end(), line + match.group().count("\n")


def _commands(text: str) -> Iterator[tuple[int, list[str], bool]]:
    """(line, words, whether it is run in any case) for each simple command of the text."""
    blocks = brackets = 0
    words: list[str] = []
    begins, certain, head = 1, True, False
    for line, kind, token in (*_tokens(text), (0, "operator", "\n")):
        if kind == "word" and not words and not head and token in OPENS | CLOSES | BETWEEN:
            blocks += (token in OPENS) - (token in CLOSES)
            head = token in {"for", "case", "select"}
        elif kind == "word":
            begins = begins if words else line
            words.append(token)
        elif token.startswith("("):
            brackets, words = brackets + 1, []
        else:
            if words and not head:
                yield begins, words, certain and blocks <= 0 and not brackets and token not in {"|", "&"}
            brackets = max(0, brackets - token.startswith(")"))
            # Behind a question `&&` means "if"; behind a deed that it comes next.
            asked = token.startswith("&&") and (not certain or not words or words[0] in QUESTIONS)
            words, head, certain = [], False, not asked and token not in {"|", "||"}
