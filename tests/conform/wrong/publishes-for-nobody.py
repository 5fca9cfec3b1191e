"""It says protocol 5.5, and its iopub is a PUB socket, which knows nothing of subscriptions.

Caught by welcome.sent.
"""

import sys

import zmq
from tiny import Kernel


class Wrong(Kernel):
    iopub_type = zmq.PUB


Wrong(sys.argv[-1]).run()
