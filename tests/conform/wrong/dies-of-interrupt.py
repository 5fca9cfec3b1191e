"""An interrupt ends it.

Caught by interrupt.stops.
"""

import os
import sys

from tiny import Kernel


class Wrong(Kernel):
    def error(self, error):
        if isinstance(error, KeyboardInterrupt):
            os._exit(130)
        return super().error(error)


Wrong(sys.argv[-1]).run()
