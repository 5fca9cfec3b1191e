"""What a tapped kernelspec launches: `python -m kernel_seams.wire.tap [OPTION...] KERNEL FILE -- ARGV...`.

FILE is the connection file that the front-end has written. In ARGV, the argv of the real kernel, the placeholder
`{tapped_connection_file}` becomes the path of the inner one; no front-end knows it, so it arrives here as it is.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from kernel_seams.wire.connection import ConnectionFileError, read_connection
from kernel_seams.wire.tap.capture import BUDGET
from kernel_seams.wire.tap.ports import InnerConnection, remove
from kernel_seams.wire.tap.process import KernelProcess, Signals
from kernel_seams.wire.tap.running import TapError, private_folder, runtime_folder
from kernel_seams.wire.tap.session import About, Tap, say

PLACEHOLDER = "{tapped_connection_file}"


def main(arguments: Sequence[str]) -> int:
    """Be the kernel; its exit code (negative: the signal that killed it)."""
    options = _parse(arguments)
    signals = Signals()
    try:
        outer = read_connection(options.file)
        folder = private_folder(runtime_folder(), os.getpid())
        inner = InnerConnection(outer, options.file.name, folder)
    except (ConnectionFileError, OSError) as error:
        say(str(error))
        return 1
    argv = [part.replace(PLACEHOLDER, str(inner.file)) for part in options.argv]
    inner.release()
    try:
        process = KernelProcess(argv, os.environ)
    except OSError as error:
        remove([folder])
        say(f"the kernel {options.kernel} cannot be started: {argv[0]}: {error.strerror}")
        return 1
    about = About(
        kernel=options.kernel,
        display_name=options.display_name,
        language=options.language,
        argv=argv,
        kernel_id=kernel_id(options.file),
        traces=options.traces,
        budget=options.memory,
    )
    return _run(Tap(about, outer, signals, folder, process), inner, process)


def _run(tap: Tap, inner: InnerConnection, process: KernelProcess) -> int:
    try:
        return tap.run(inner.connection)
    except TapError as error:
        process.signal(signal.SIGKILL)
        say(str(error))
        return 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m kernel_seams.wire.tap", description=__doc__)
    parser.add_argument("kernel", help="the name of the kernelspec")
    parser.add_argument("file", type=Path, help="the connection file")
    parser.add_argument("argv", nargs="+", help="after --: what starts the real kernel")
    parser.add_argument("--display-name", default="")
    parser.add_argument("--language", default="")
    parser.add_argument("--traces", type=Path, help="the folder for traces (default: in Jupyter's runtime folder)")
    parser.add_argument("--memory", type=int, default=BUDGET, help="bytes that may wait to be written")
    return parser.parse_args(arguments)


def kernel_id(file: Path) -> str:
    """The id in the name of a connection file, `kernel-<id>.json`; else that name without its ending."""
    return re.sub(r"^kernel-", "", file.name.removesuffix(".json"))


def end_like(code: int) -> None:
    """End this process as the kernel ended, so that whoever watches it sees the same: by the same signal if any."""
    sys.stderr.flush()
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(OSError, ValueError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)  # a thread may still wait for a stream that nobody reads


if __name__ == "__main__":
    end_like(main(sys.argv[1:]))
