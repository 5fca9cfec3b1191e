"""Plain data across the wall: None, bool, int, float, str, bytes, and lists, tuples, sets and dicts of them.

What JSON has is sent as it is; the rest is an object with a "$" that says what:

    (1, b"x")      {"$": "tuple", "of": [1, {"$": "bytes", "of": "eA=="}]}
    {1: 2}         {"$": "dict", "of": [[1, 2]]}
    float("nan")   {"$": "float", "of": "nan"}
    2 ** 80        {"$": "int", "of": "0x100000000000000000000"}
    anything else  {"$": "object", ...}: it stays where it is, and this stands for it

Exactly these types: neither sending nor reading runs code of whoever made the value. Of an object of a class that is
built on one of them, a Counter or a float with a unit, that is the `content`, whatever the class makes of it; not of
one that may change over there.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable
from typing import Any

from kernel_seams.course.plain import Raised

__all__ = ["CONTENT", "NotPlain", "content", "decode", "encode"]

DEEPEST = 40
RAISED = ("kind", "text", "place")


# What the bases themselves do, of which no class that is built on them has a say.
CONTENT: dict[type, Callable[[Any], Any]] = {
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    list: lambda value: list.__getitem__(value, slice(None)),
    tuple: lambda value: tuple.__getitem__(value, slice(None)),
    dict: dict.copy,
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
}

CHANGING = (list, dict, set)


class NotPlain(Exception):  # noqa: N818
    """A value is no plain data, or what came is not the form of any."""


def encode(value: Any, refer: Callable[[Any], dict[str, Any]], depth: int = DEEPEST) -> Any:
    """`value` as JSON knows it; `refer(x)` is what stands for an `x` that is no plain data. `NotPlain` if too deep."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if abs(value) < 1 << 63 else {"$": "int", "of": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$": "float", "of": repr(value)}
    if kind is bytes:
        return {"$": "bytes", "of": base64.b64encode(value).decode()}
    if depth == 0:
        raise NotPlain("nested too deeply")
    if kind is list:
        return [encode(item, refer, depth - 1) for item in value]
    if kind in (tuple, set, frozenset):
        return {"$": kind.__name__, "of": [encode(item, refer, depth - 1) for item in value]}
    if kind is dict:
        pairs = [[encode(part, refer, depth - 1) for part in pair] for pair in value.items()]
        return {"$": "dict", "of": pairs}
    if kind is Raised:
        return {"$": "raised", "of": [value.kind, value.text, value.place]}
    return refer(value)


def content(value: Any) -> Any:
    """The plain value that `value` is built on; `NotPlain` if it is on none."""
    kind = type(value)
    for base, of in CONTENT.items():
        if kind is not base and issubclass(kind, base) and (base not in CHANGING or kind.__module__ == "collections"):
            return of(value)
    raise NotPlain(f"an object of type {kind.__name__}")


def decode(sent: Any, stand_in: Callable[[dict[str, Any]], Any], depth: int = 2 * DEEPEST) -> Any:
    """The value that was sent; `stand_in(x)` is what becomes of the description of an object. `NotPlain`."""
    if sent is None or isinstance(sent, bool | int | float | str):
        return sent
    if depth == 0:
        raise NotPlain("nested too deeply")
    if isinstance(sent, list):
        return [decode(item, stand_in, depth - 1) for item in sent]
    kind, of = sent.get("$"), sent.get("of")
    if kind == "object":
        return stand_in(sent)
    try:
        if isinstance(of, str):
            return _of_a_text(kind, of)
        if isinstance(of, list) and kind in COLLECTIONS:
            return COLLECTIONS[kind]([decode(item, stand_in, depth - 1) for item in of])
        if isinstance(of, list) and kind == "dict":
            return {decode(key, stand_in, depth - 1): decode(item, stand_in, depth - 1) for key, item in of}
        if isinstance(of, list) and kind == "raised" and [type(part) for part in of] == [str, str, str]:
            return Raised(*of)
    except (ValueError, TypeError) as error:  # not base64, no pairs, a key that cannot be one
        raise NotPlain(str(error)[:200]) from error
    raise NotPlain(f"not a value: {str(sent)[:100]}")


def _set(items: Iterable[Any]) -> set[Any]:
    """As `set`, one after the other: many of one hash take hours, and a test whose time is over ends between two."""
    made: set[Any] = set()
    for item in items:
        made.add(item)
    return made


COLLECTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "set": _set,
    "frozenset": lambda items: frozenset(_set(items)),
}


def _of_a_text(kind: Any, of: str) -> Any:
    if kind == "bytes":
        return base64.b64decode(of, validate=True)
    if kind == "float":
        return float(of)
    if kind == "int":
        return int(of, 16)
    raise NotPlain(f"not a value: {str(kind)[:100]}")
