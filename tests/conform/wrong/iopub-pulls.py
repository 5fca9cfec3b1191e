"""Its iopub is a PULL socket, and its heartbeat is not bound.

Caught by bind.sockets.
"""

import sys
import threading

import zmq
from tiny import Kernel


class Wrong(Kernel):
    iopub_type = zmq.PULL

    def bind(self, kind, name):
        return self.context.socket(kind) if name == "hb_port" else super().bind(kind, name)

    def publish_all(self, outlet, iopub):
        threading.Event().wait()


Wrong(sys.argv[-1]).run()
