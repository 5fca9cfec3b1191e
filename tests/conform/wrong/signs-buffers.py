"""It signs and verifies the buffers as well.

Caught by buffers.accepted.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def accepts(self, signature, parts, buffers):
        return super().accepts(signature, [*parts, *buffers], ())


Wrong(sys.argv[-1]).run()
