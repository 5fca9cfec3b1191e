"""It counts what is run silently.

Caught by silent.count.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def do_execute(self, request):
        self.count += bool(request.content["silent"])
        super().do_execute(request)


Wrong(sys.argv[-1]).run()
