"""The person's own browser: whether one could appear, and how a page with a token in its address is opened in it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path


def has_display() -> bool:
    """Whether a browser would have somewhere to appear; without, `webbrowser` would start one made of text."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))


def open_page(page: Path) -> None:
    """Open `page` in the person's browser, without waiting for it and without its chatter on our terminal."""
    command = [sys.executable, "-m", "webbrowser", "-t", page.as_uri()]
    quiet = subprocess.DEVNULL
    thread = threading.Thread(
        target=subprocess.run,
        args=(command,),
        kwargs={"stdin": quiet, "stdout": quiet, "stderr": quiet, "start_new_session": True},
        daemon=True,
    )
    thread.start()
