"""An exception of the student's process, made again on the checker's side."""

from __future__ import annotations

import builtins
import re
from typing import Any, NoReturn

from kernel_seams.grading.standin import Ended
from kernel_seams.grading.values import NotPlain, decode

__all__ = ["exception"]

LONGEST = 10_000  # characters of its text


def exception(described: Any) -> BaseException:
    """An exception of the class of that name: the built-in one, or one made here, below the built-in ones it had."""
    try:
        kinds = [(str(name), str(module)) for name, module in described["kinds"]]
        text, place = str(described["text"])[:LONGEST], str(described["place"])[:LONGEST]
        arguments = decode(described.get("args"), _nothing)
    except (KeyError, TypeError, ValueError, NotPlain):
        raise Ended from None
    base = next((known for kind in kinds if (known := _built_in(*kind))), Exception)
    error: BaseException | None = None
    if kinds and _built_in(*kinds[0]) is base and isinstance(arguments, tuple):
        error = _made(base, arguments, text)
    if error is None:
        own = re.sub(r"\W", "_", kinds[0][0])[:60] if kinds else "Exception"
        error = type(own, (base,), {"__str__": lambda self: text, "__init__": lambda self: None})()  # noqa: ARG005
    setattr(error, "elsewhere", place)  # noqa: B010  (for `check.placed`)
    return error


def _made(kind: type[BaseException], arguments: tuple[Any, ...], text: str) -> BaseException | None:
    """A built-in exception with that text, or None if these arguments do not make it."""
    try:
        error = kind(*arguments)
        return error if str(error) == text else None
    except Exception:
        return None


def _built_in(name: str, module: str) -> type[BaseException] | None:
    known = getattr(builtins, name, None) if module == "builtins" else None
    if not isinstance(known, type) or not issubclass(known, BaseException) or issubclass(known, BaseExceptionGroup):
        return None
    return known


def _nothing(described: Any) -> NoReturn:
    raise NotPlain(str(described)[:100])
