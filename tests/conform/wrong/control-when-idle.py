"""Control waits until the code has run.

Caught by control.while-busy.
"""

import sys
import threading

from tiny import Kernel


class Wrong(Kernel):
    lock = threading.RLock()

    def handle(self, request):
        with self.lock:
            super().handle(request)


Wrong(sys.argv[-1]).run()
