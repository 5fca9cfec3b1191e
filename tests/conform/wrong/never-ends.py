"""It says goodbye and stays.

Caught by shutdown.ends.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def end(self):
        pass


Wrong(sys.argv[-1]).run()
