"""What it displays belongs to no request.

Caught by display.data.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def publish(self, kind, content, parent):
        super().publish(kind, content, {} if kind == "display_data" else parent)


Wrong(sys.argv[-1]).run()
