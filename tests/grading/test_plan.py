"""What a test asks the student for: whoever answers wrongly must not pass because nobody was asked."""

import pytest

LIMITS = {"cell_seconds": 20}
SWALLOWED = """
try:
    with opened():
        raise LookupError
except LookupError:
    pass
else:
    raise AssertionError("swallowed")
"""
OPENED = """
class opened:
    def __enter__(self):
        pass

    def __exit__(self, *about):
        return {}
"""
# The right answer, a wrong one, the test, and how that is run: what a stand-in cannot tell is asked of the object.
WAYS = {
    "a function with the name of a built-in one": (
        "def max(values):\n    return sorted(values)[-1]",
        "def max(values):\n    return 0",
        "assert max([1, 3, 2]) == 3",
        "walled",
    ),
    "what can be called": ("def f(): pass", "f = object()", "assert callable(f)", "walled"),
    "what can be gone through once": (
        "def f():\n    yield 1",
        "def f():\n    return range(1)",
        "from collections.abc import Iterator\nassert isinstance(f(), Iterator)",
        "walled",
    ),
    "what has a length, an item, a member": (
        "class A(set):\n    def __getitem__(self, n): return n\na = A([3])",
        "a = lambda: None",
        "assert len(a) == 1 and a[3] == 3 and 3 in a and list(a) == [3] and not callable(a)",
        "walled",
    ),
    "a class, of which every item is a type": ("a = [1]", "a = list", "assert sorted(a) == [1]", "walled"),
    "what can be a key": (
        "class A: pass\na = A()",
        "class A:\n    __hash__ = None\na = A()",
        "assert {a: 1}[a] == 1",
        "walled",
    ),
    "the names of arguments": (
        "def f(one, two): pass",
        "def f(only): pass",
        "import inspect\nassert len(inspect.signature(f).parameters) == 2",
        "in process",
    ),
    "an exception that is to go through": (
        OPENED.format(False),
        OPENED.format(True),
        SWALLOWED,
        "in process",
    ),
}


@pytest.fixture(scope="module")
def results(jobs_run):
    """Each of WAYS, graded."""
    jobs = [
        {"solution": [right, ["test", "t", test]], "cells": [wrong, ["test", "t", test]], "limits": LIMITS}
        for right, wrong, test, _ in WAYS.values()
    ]
    return dict(zip(WAYS, jobs_run(jobs), strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_the_student_is_asked(results, way):
    """The wrong answer fails, and the right one was asked in the way that can tell."""
    result = results[way]

    assert result["state"] == "wrong"
    assert result["ways"]["t"] == WAYS[way][3]
