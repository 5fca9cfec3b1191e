"""Start the stock bash_kernel without a pause before each line.

bash_kernel drives a bash through pexpect, and pexpect sleeps 50 ms before each
line it sends, in case the other side still has to switch its echo off before a
password. bash_kernel opens its terminal without echo and sends a line only
after it has read the prompt of the one before, so there is nothing to wait for.
Only that pause is taken out: the kernel itself runs unmodified. Its bash keeps
no history file, so that a cell with `exit` in it writes nothing into the home.
It reads ~/.bashrc, where pyenv may wait a minute for a lock that a killed shell
has left behind; pexpect waits half as long for a prompt, so pyenv is asked to
give up sooner.

    python -m kernel_seams.kernels.bash -f {connection_file}
"""

from __future__ import annotations

import os
import pty
import warnings
from typing import Any

import pexpect

from kernel_seams.kernels import terminal


class PromptSpawn(pexpect.spawn):  # type: ignore[misc,unused-ignore]  # pexpect ships no types
    """A child that is sent its input at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delaybeforesend: float | None = None


def main() -> None:
    """Be bash_kernel."""
    if terminal.TERMINALS in os.environ:
        pty.fork = terminal.fork
    # bash_kernel 0.10 holds an invalid escape, which Python 3.12 and later would tell the learner about.
    warnings.filterwarnings("ignore", category=SyntaxWarning, message=".*invalid escape sequence")
    setattr(pexpect, "spawn", PromptSpawn)  # noqa: B010 (what bash_kernel looks up when it starts bash)
    # Set and empty is how bash is told; unset would mean ~/.bash_history.
    os.environ.setdefault("HISTFILE", "")
    os.environ.setdefault("PYENV_REHASH_TIMEOUT", "5")  # seconds
    from bash_kernel.kernel import BashKernel
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(kernel_class=BashKernel)


if __name__ == "__main__":
    main()
