"""It takes a ping for text.

Caught by heartbeat.bytes.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def beat(self, heart):
        while True:
            heart.send(heart.recv().decode().encode())


Wrong(sys.argv[-1]).run()
