"""What a test asks the student for: whoever answers wrongly must not pass because nobody was asked."""

import pytest

LIMITS = {"cell_seconds": 20}
WAYS = {
    "a function with the name of a built-in one": {
        "solution": ["def max(values):\n    return sorted(values)[-1]", ["test", "t", "assert max([1, 3, 2]) == 3"]],
        "cells": ["def max(values):\n    return 0", ["test", "t", "assert max([1, 3, 2]) == 3"]],
    },
}


@pytest.fixture(scope="module")
def results(jobs_run):
    """Each of WAYS, graded."""
    return dict(zip(WAYS, jobs_run([{**about, "limits": LIMITS} for about in WAYS.values()]), strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_the_student_is_asked(results, way):
    """The wrong answer fails, and the right one was asked through the wall."""
    result = results[way]

    assert result["state"] == "wrong"
    assert result["ways"]["t"] == "walled"
