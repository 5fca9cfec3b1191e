"""It sends an empty parent_header.

Caught by header.parent.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def frames(self, kind, content, parent):
        return super().frames(kind, content, {})


Wrong(sys.argv[-1]).run()
