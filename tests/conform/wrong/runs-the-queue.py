"""It runs what waits behind an error.

Caught by error.abort.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def abort(self):
        pass


Wrong(sys.argv[-1]).run()
