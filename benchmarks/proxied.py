"""A kernel behind ZeroMQ's own proxy: the least that anything between a front-end and a kernel costs.

    python benchmarks/proxied.py CONNECTION_FILE ARGV...    in ARGV, {inner} becomes the kernel's connection file

It passes frames on in C and looks at none. It is no tap: no trace, no client has a name of its own on the kernel's
side, and a kernel that does not repeat all identities cannot answer through it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import zmq

from kernel_seams.wire.connection import CHANNELS, Connection, read_connection
from kernel_seams.wire.tap.ports import InnerConnection


def pair(context: zmq.Context[zmq.Socket[bytes]], channel: str, outer: Connection, inner: Connection) -> None:
    """Pass a channel on, in a thread of its own, as long as this process lives."""
    kinds = (zmq.XPUB, zmq.XSUB) if channel == "iopub" else (zmq.ROUTER, zmq.DEALER)
    front, back = (context.socket(kind) for kind in kinds)
    if channel in ("shell", "stdin"):
        back.setsockopt(zmq.IDENTITY, b"proxied")  # the kernel asks for input whoever sent the request
    front.bind(outer.address(channel))
    back.connect(inner.address(channel))
    threading.Thread(target=zmq.proxy, args=(front, back), daemon=True).start()


def main() -> None:
    """Be the kernel, until it ends."""
    file, *argv = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        outer = read_connection(Path(file))
        inner = InnerConnection(outer, Path(file).name, Path(folder))
        inner.release()
        kernel = subprocess.Popen([part.replace("{inner}", str(inner.file)) for part in argv])
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        for channel in CHANNELS:
            pair(context, channel, outer, inner.connection)
        code = kernel.wait()
    os._exit(abs(code))  # the proxies never end by themselves


if __name__ == "__main__":
    main()
