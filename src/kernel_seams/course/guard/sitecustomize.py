"""Python imports this first: what a learner hands in as their own may import the standard library, zmq, and itself.

The course's neighbour of a program may import more, as IPython, and what that imports as well; nobody may import what
would do the learner's part.
"""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType

OWN = os.path.realpath(os.environ.get("SEAMS_OWN", ""))
NEIGHBOURS = os.environ.get("SEAMS_NEIGHBOURS", "").split()
ALLOWED = {*sys.stdlib_module_names, "zmq", "__main__"}
NEVER = {
    "ipykernel",
    "ipykernel_launcher",
    "jupyter_client",
    "jupyter_console",
    "nbclient",
    "metakernel",
    "bash_kernel",
}


class Guard:
    """The first that is asked for a module: refuses, or leaves it to the others."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None; ImportError for a module that is there and that the learner's own program may not use."""
        first = name.partition(".")[0]
        beside = os.path.join(OWN, first)  # noqa: PTH118  (nothing is imported here that every program would pay for)
        if first in ALLOWED or os.path.exists(f"{beside}.py") or os.path.isdir(beside):  # noqa: PTH110, PTH112
            return None
        if first not in NEVER and not _by_the_learner():
            return None
        if not any(finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not self):
            return None  # there is no such module, and Python says so
        raise ImportError(f"{first} does not count as your own: build on the standard library and zmq")


def _by_the_learner() -> bool:
    """Whether the import that is under way stands in a file of the learner's."""
    frame: FrameType | None = sys._getframe(2)
    while frame and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    file = os.path.realpath(frame.f_code.co_filename) if frame else ""
    return file.startswith(OWN + os.sep) and file.rpartition(os.sep)[2] not in NEIGHBOURS


sys.path[:] = [each for each in sys.path if each != os.path.dirname(__file__)]  # noqa: PTH120
sys.meta_path.insert(0, Guard())
