"""Keep the command `seams` out of trouble from its first moment; imported before anything else of ours.

A ``random.py`` on PYTHONPATH ends every Python that imports it, and so would it
the doctor. What PYTHONPATH lends is for the interpreters that are examined,
which still get it: only the path of this process is changed.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the module `signal` imports what may be broken
import os
import sys

OURS = ("kernel_seams", "click", "rich", "jupyter_core")


def be_interrupted_quietly() -> None:
    """Let Ctrl-C end the command without a traceback while it is still being imported."""
    command = os.path.basename(sys.argv[0]) == "seams"  # noqa: PTH119 (no pathlib here: it imports what may be broken)
    module = sys.argv[0] == "-m" and "kernel_seams" in sys.orig_argv
    # `is` the handler of Python itself: where Ctrl-C is ignored, as under nohup, that stays.
    if (command or module) and _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


def forget_pythonpath() -> None:
    """Take the folders of PYTHONPATH off the path of `seams doctor`, but for those that we come from ourselves."""
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


be_interrupted_quietly()
forget_pythonpath()
