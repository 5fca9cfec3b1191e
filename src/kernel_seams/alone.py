"""Keep `seams doctor` out of the trouble it is to explain; imported before anything else of ours.

A ``random.py`` on PYTHONPATH ends every Python that imports it, and so would it
the doctor. What PYTHONPATH lends is for the interpreters that are examined,
which still get it: only the path of this process is changed.
"""

from __future__ import annotations

import os
import sys

OURS = ("kernel_seams", "click", "rich", "jupyter_core")


def forget_pythonpath() -> None:
    """Take the folders of PYTHONPATH off the path of `seams doctor`, but for those that we come from ourselves."""
    # No pathlib here: it imports what may be broken.
    if os.path.basename(sys.argv[0]) != "seams" or sys.argv[1:2] != ["doctor"]:  # noqa: PTH119
        return
    try:
        os.getcwd()  # noqa: PTH109
    except OSError:
        return  # the current folder is gone, which the doctor says itself
    for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        lent = os.path.abspath(entry)  # noqa: PTH100
        if lent in sys.path and not any(os.path.isdir(os.path.join(lent, name)) for name in OURS):  # noqa: PTH112, PTH118
            sys.path.remove(lent)


forget_pythonpath()
