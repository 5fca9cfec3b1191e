"""It reads the connection file and waits for ever.

Caught by bind.sockets.
"""

import sys
import threading

from tiny import Kernel


class Wrong(Kernel):
    def run(self):
        threading.Event().wait()


Wrong(sys.argv[-1]).run()
