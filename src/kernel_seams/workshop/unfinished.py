"""What ./scripts/workshop leaves of the set-up, so that JupyterLab starts meanwhile: the kernels.

scripts/set_up.py --later   packages, and the stamp that says so
here                        scripts/set_up.py once more, beside the server: the rest, and the stamp of the whole
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from kernel_seams.checkout import Checkout
from kernel_seams.errors import SeamsError

STAMP = "seams-stamp-packages"


def is_unfinished() -> bool:
    """Whether the environment we run in still lacks its kernels."""
    return (Path(sys.prefix) / STAMP).exists()


async def finish(checkout: Checkout) -> None:
    """Run the rest of the set-up, which names its step on stderr; nothing where all is done.

    `SeamsError` where it fails. Cancelled it is ended, and the next run does it again.
    """
    if not is_unfinished():
        return
    command = [sys.executable, "-E", str(checkout.root / "scripts" / "set_up.py"), sys.prefix]
    # In a session of its own: Ctrl-C is for us to hear, and to pass on.
    rest = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True)
    try:
        if await rest.wait() != 0:
            raise SeamsError(
                "The kernels could not be installed, and JupyterLab was not opened without them; see above."
            )
    finally:
        if rest.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(rest.pid, signal.SIGKILL)
            await rest.wait()
