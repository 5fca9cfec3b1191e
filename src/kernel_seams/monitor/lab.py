"""The monitor as a card in JupyterLab's launcher: what jupyter-server-proxy asks for, under the entry point `wire`.

The server starts with the first click and ends with the Jupyter server. It listens on a Unix socket in a folder that
jupyter-server-proxy makes for this person alone, so nobody reaches it past the Jupyter server, which has its own login,
JupyterHub's or a token's. The page is at `wire/`, below the Jupyter server's own address.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NAME = "wire"
START_SECONDS = 30


def card() -> dict[str, Any]:
    """What jupyter-server-proxy is to start, and how the launcher shows it: in a tab of JupyterLab."""
    return {
        "command": [sys.executable, "-m", "kernel_seams", "monitor", "--unix-socket", "{unix_socket}"],
        "unix_socket": True,
        "timeout": START_SECONDS,
        # The page asks for what is new all the time; that nobody does anything must still be seen.
        "update_last_activity": False,
        "new_browser_tab": False,
        "launcher_entry": {
            "title": "The wire",
            "category": "Notebook",
            "icon_path": str(Path(__file__).parent / "static" / "icon.svg"),
        },
    }
