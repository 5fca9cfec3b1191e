"""Files of a lesson, other than notebooks, that hold something for the learner to fill in.

    def sign(key, parts):
        # TODO signature: Return the signature of the four `parts` as bytes.      the task that it belongs to
        ### BEGIN SOLUTION or return b""                                          what is released in its place
        return hmac.new(key, b"".join(parts), "sha256").hexdigest().encode()
        ### END SOLUTION

Without `or` a NotImplementedError is released. A hole is a function: what stands in it is found by its name, whatever
the learner has made of the rest. nbgrader_config.py asks for these files whenever it is read, so nothing heavy is
imported here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MARKS = (b"BEGIN SOLUTION", b"BEGIN HIDDEN TESTS")
INSTEAD = re.compile(r"^( *)### BEGIN SOLUTION or (.+)\n(?:.*\n)*?^ *### END SOLUTION *\n", re.MULTILINE)
YOURS = "  # your code takes the place of this line"
TODO = re.compile(r"^ *# TODO ([a-z0-9-]+): ", re.MULTILINE)
TODO_TEXT = re.compile(r"^( *)# TODO [a-z0-9-]+: .*\n(?:\1# .*\n)*", re.MULTILINE)
MARK_LINE = re.compile(r"^ *### (?:BEGIN|END) SOLUTION.*\n", re.MULTILINE)


@dataclass(frozen=True)
class Hole:
    """A function with something to fill in: `name` as Python qualifies it, lines from `first` to `last`, from 1 on."""

    task: str
    name: str
    first: int
    last: int


def files_with_holes(folder: Path) -> list[Path]:
    """The files below `folder`, notebooks aside, with a solution or a hidden test in them."""
    files = (path for path in sorted(folder.rglob("*")) if path.suffix != ".ipynb" and path.is_file())
    return [path for path in files if any(mark in path.read_bytes() for mark in MARKS)]


def learners_files(solutions: Path) -> dict[str, list[str]]:
    """By lesson, the names of those with a solution: what a learner writes there is graded, not overwritten."""
    found: dict[str, list[str]] = {}
    for path in files_with_holes(solutions):
        lesson, *rest = path.relative_to(solutions).parts
        if rest and MARKS[0] in path.read_bytes():
            found.setdefault(lesson, []).append(str(Path(*rest)))
    return found


def leave_what_is_released(text: str) -> str:
    """`text` with what its marks say in place of each solution that says so; nbgrader clears the others."""
    return INSTEAD.sub(lambda match: f"{match[1]}{match[2]}{YOURS}\n", text)


def finished(text: str) -> str:
    """The solved `text` as a program to be read: without marks and without what was to be done."""
    return TODO_TEXT.sub("", MARK_LINE.sub("", text))


def holes(text: str) -> list[Hole]:
    """The holes of the Python source `text`, in order. Raises `SyntaxError`."""
    lines = text.splitlines()
    found = []
    for name, node in functions(ast.parse(text)):
        first, last = extent(node)
        tasks = TODO.findall("\n".join(lines[first - 1 : last]))
        found += [Hole(task, name, first, last) for task in dict.fromkeys(tasks)]
    return sorted(found, key=lambda hole: hole.first)


def replaced(text: str, source: str, names: Iterable[str] | None = None) -> str:
    """The program `text` with its functions as `source` has them: those of `names`, by default all that `source` has.

    Raises `SyntaxError`, and `KeyError` with the name of a function that one of the two does not have.
    """
    lines, given = text.splitlines(keepends=True), source.splitlines(keepends=True)
    theirs = _extents(source)
    for name in theirs if names is None else names:
        (first, last), (start, end) = _extents("".join(lines))[name], theirs[name]
        lines[first - 1 : last] = given[start - 1 : end]
    return "".join(lines)


def _extents(text: str) -> dict[str, tuple[int, int]]:
    return {name: extent(node) for name, node in functions(ast.parse(text))}


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of a module and every method of its classes, with its qualified name."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name, node


def extent(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, int]:
    """The first and the last line of a function, decorators included."""
    return min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.end_lineno or node.lineno
