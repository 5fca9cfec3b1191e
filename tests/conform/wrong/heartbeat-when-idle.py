"""One loop for everything: the heart stands still while code runs.

Caught by heartbeat.while-busy.
"""

import sys
import threading

from tiny import Kernel


class Wrong(Kernel):
    def beat(self, heart):
        while True:
            ping = heart.recv()
            with self.lock:
                heart.send(ping)

    def run(self):
        self.lock = threading.Lock()
        super().run()

    def do_execute(self, request):
        with self.lock:
            super().do_execute(request)


Wrong(sys.argv[-1]).run()
