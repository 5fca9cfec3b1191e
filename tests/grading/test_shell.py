"""The shell that graded code runs in reads a cell as IPython does, and takes less time for it."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from kernel_seams.grading.shell import _Transformers

ROOT = Path(__file__).parents[2]
LINES = (
    *("x = 6 * 7", "", "    y = 1", "if x:", "(1 +", "2)", "a = \\", "'''", '"""', "# %time", "z = '%time'", "é = 1"),
    *("%time x", "%%time", "!ls", "!!ls", "x = %time 1", "x = !ls", "print?", "print??", "?print", "x = print?"),
    *("/print 1", ",print a", ";print a", "% 2", "/ 2", "f'{x=!r}'", "f'''{", "}'''", "x = (y\n% 2)", "1;2", "await x"),
    *("return 1", "\x0c%time", "a\x0c%time", "\t%time", "\\", "print(\n?", "(a ? b", "0x1g", "1__2", "$", "In [1]: x"),
    *(">>> x = 1", "... y", "def f(:", "x == %time", "lambda: !x", "async def f(): pass", "\u2028%time", "\xa0%time"),
)


def as_ipython_does(source):
    """What IPython's own makes of a cell, or what it raises."""
    return _outcome(TransformerManager(), source)


def _outcome(manager, source):
    try:
        return manager.transform_cell(source)
    except Exception as error:
        return type(error)


@pytest.mark.parametrize("path", sorted(ROOT.glob("solutions/*/*.ipynb")), ids=lambda path: path.stem)
def test_the_course_is_read_as_ipython_reads_it(path):
    """Each cell of each solved notebook."""
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            assert _outcome(_Transformers(), source) == as_ipython_does(source)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6).map("\n".join))
def test_any_cell_is_read_as_ipython_reads_it(source):
    """Python, IPython's own syntax, and what is neither, one below the other."""
    assert _outcome(_Transformers(), source) == as_ipython_does(source)


def test_a_transformer_of_ones_own_changes_python_too():
    """Then nothing is taken for what it looks like."""

    class Shout:
        @classmethod
        def find(cls, tokens_by_line):
            return cls() if tokens_by_line[0][0].string == "quiet" else None

        start_line, start_col, priority = 0, 0, 1
        sortby = TransformerManager().token_transformers[0].sortby

        def transform(self, lines):
            return [lines[0].replace("quiet", "LOUD"), *lines[1:]]

    manager = _Transformers()
    manager.token_transformers.append(Shout)

    assert manager.transform_cell("quiet = 1") == "LOUD = 1\n"


def test_what_is_awaited_is_awaited(jobs_run, printed):
    """A cell may await, loop and read asynchronously, as in a notebook; the words alone change nothing."""
    source = """
import asyncio

async def numbers():
    for number in range(2):
        await asyncio.sleep(0)
        yield number

print(await asyncio.sleep(0, "awaited"))
async for number in numbers():
    print(number)
print([number async for number in numbers()])
"""
    (result,) = jobs_run([{"cells": [source, "async_await = 'await'\nprint(async_await)"]}])
    assert printed(result, 0) == "awaited\n0\n1\n[0, 1]\n"
    assert printed(result, 1) == "await\n"
