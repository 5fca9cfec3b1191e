"""Plain data: what a check asks for, shows and compares.

Plain are None, bool, int, float, str, bytes, and lists, tuples and dicts of
them: exactly these types, no subclass. Such a value can cross to another
process, and neither comparing nor showing it runs code of whoever made it.
"""

from __future__ import annotations

import reprlib
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import Any

ATOMS = (type(None), bool, int, float, str, bytes)
DEPTH = 8  # a value nested deeper is not an answer a task asks for
SHOWN = 300  # characters of a value a learner still reads


@dataclass(frozen=True)
class Raised:
    """What a call gave instead of a value: an exception, and where in the learner's code it came from."""

    kind: str
    text: str
    place: str = ""


def is_plain(value: object, depth: int = DEPTH) -> bool:
    """Whether `value` is plain data, all the way down."""
    kind = type(value)
    if kind in ATOMS:
        return True
    if depth == 0:
        return False
    if isinstance(value, list | tuple) and kind in (list, tuple):
        return all(is_plain(item, depth - 1) for item in value)
    if isinstance(value, dict) and kind is dict:
        return all(is_plain(part, depth - 1) for item in value.items() for part in item)
    return False


def show(value: object, limit: int = SHOWN) -> str:
    """`value` as Python would write it, at most `limit` characters on one line."""
    if isinstance(value, Raised):
        text = f"{value.kind}: {value.text}" if value.text else value.kind
        return printable(text, limit) + (f" ({printable(value.place, 120)})" if value.place else "")
    if not is_plain(value):
        return f"an object of type {printable(type(value).__name__, 60)}"
    try:
        return printable(_Writer(limit).repr(value), limit)
    except ValueError:  # Python writes no int of more than 4300 digits
        return "a number too long to show"


class _Writer(reprlib.Repr):
    """A bounded repr that keeps the order of a dict."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.maxlevel = DEPTH
        self.maxdict = self.maxlist = self.maxtuple = 40
        self.maxstring = self.maxlong = self.maxother = limit

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002  (reprlib's signature)
        text = repr(x)  # ValueError if too long, for which reprlib, from 3.14 on, writes an address: new each time
        half = (self.maxlong - 3) // 2
        return text if len(text) <= self.maxlong else f"{text[:half]}...{text[-half:]}"

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        items = [f"{self.repr1(key, level - 1)}: {self.repr1(x[key], level - 1)}" for key in islice(x, self.maxdict)]
        return "{" + ", ".join(items + ["..."] * (len(x) > self.maxdict)) + "}"


def printable(text: str, limit: int = SHOWN) -> str:
    """`text` on one line: control characters escaped, cut in the middle beyond `limit`."""
    clean = "".join(c if _is_harmless(c) else c.encode("unicode_escape").decode() for c in text[: 2 * limit])
    if len(clean) <= limit and len(text) <= 2 * limit:
        return clean
    return f"{clean[: limit - 13]} ... cut here"


def first_difference(received: object, expected: object) -> str:
    """Where two plain values part, in words, `in ['stdout'], at character 3`; empty if from the start or nowhere."""
    path, detail = ("", "") if same(received, expected) else _parting(received, expected)
    return ", ".join(part for part in (f"in {path}" if path else "", detail) if part)


def same(received: object, expected: object) -> bool:
    """Whether two plain values are equal and of equal types; an int may stand for a float and the other way."""
    numbers = (int, float)
    if type(received) is not type(expected) and not (type(received) in numbers and type(expected) in numbers):
        return False
    if isinstance(received, dict) and isinstance(expected, dict):
        return received.keys() == expected.keys() and all(same(received[key], expected[key]) for key in expected)
    if isinstance(received, list | tuple) and isinstance(expected, list | tuple):
        return len(received) == len(expected) and all(map(same, received, expected))
    return received == expected


def _parting(received: object, expected: object) -> tuple[str, str]:
    """The path of keys and positions to the first difference, and what it is there."""
    if type(received) is not type(expected):
        return "", ""
    if isinstance(received, dict) and isinstance(expected, dict):
        for key in expected:
            if key not in received:
                return "", f"the key {show(key, 60)} is missing"
            if not same(received[key], expected[key]):
                path, detail = _parting(received[key], expected[key])
                return f"[{show(key, 60)}]{path}", detail
        more = [key for key in received if key not in expected]
        return "", f"the key {show(more[0], 60)} is not asked for" if more else ""
    if isinstance(received, list | tuple) and isinstance(expected, list | tuple):
        for index, (mine, theirs) in enumerate(zip(received, expected, strict=False)):
            if not same(mine, theirs):
                path, detail = _parting(mine, theirs)
                return f"[{index}]{path}", detail
        return "", f"its length is {len(received)}, not {len(expected)}"
    if isinstance(received, str | bytes) and isinstance(expected, str | bytes):
        return "", _in_text(received, expected)
    return "", ""


def _in_text(received: str | bytes, expected: str | bytes) -> str:
    pairs = enumerate(zip(received, expected, strict=False))
    index = next((i for i, (mine, theirs) in pairs if mine != theirs), min(len(received), len(expected)))
    unit = "character" if isinstance(received, str) else "byte"
    return f"at {unit} {index + 1}" if index else ""


def _is_harmless(character: str) -> bool:
    """Not a control character, nor one that reorders or hides text."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
