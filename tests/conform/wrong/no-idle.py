"""It says when it is busy and never when it is idle.

Caught by kernel-info.busy-idle.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def status(self, state, request):
        if state != "idle":
            super().status(state, request)


Wrong(sys.argv[-1]).run()
