"""It ends when it is told to, and says nothing.

Caught by shutdown.reply.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def do_shutdown(self, request):
        pass


Wrong(sys.argv[-1]).run()
