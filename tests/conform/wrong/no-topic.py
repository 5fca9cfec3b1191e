"""It publishes without a topic.

Caught by iopub.topic.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def publish_all(self, outlet, iopub):
        while True:
            iopub.send_multipart(outlet.recv_multipart()[1:])


Wrong(sys.argv[-1]).run()
