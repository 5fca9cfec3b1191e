"""What is at a path, for this user: where it may not be looked at, nothing is there.

`Path.exists` and its like raise PermissionError before Python 3.14 where a folder above may not be entered, and
the doctor meets such folders: another user's home beside the notebook, a network drive, a folder of root's.
"""

# ruff: noqa: PTH110, PTH112, PTH113, PTH114, PTH116

from __future__ import annotations

import os
from pathlib import Path


def exists(path: Path | str) -> bool:
    """Whether something is there, links followed."""
    return os.path.exists(path)


def is_dir(path: Path | str) -> bool:
    """Whether a folder is there, links followed."""
    return os.path.isdir(path)


def is_file(path: Path | str) -> bool:
    """Whether a regular file is there, links followed."""
    return os.path.isfile(path)


def is_link(path: Path | str) -> bool:
    """Whether a link is there, wherever it leads."""
    return os.path.islink(path)


def is_closed(path: Path | str) -> bool:
    """Whether it may not be looked at, because a folder above may not be entered."""
    try:
        os.stat(path)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False
