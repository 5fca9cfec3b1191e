"""It takes code for ASCII, and dies of what is not.

Caught by unicode.output.
"""

import os
import sys
import traceback

from tiny import Kernel


class Wrong(Kernel):
    def handle(self, request):
        try:
            request.content.get("code", "").encode("ascii")
        except UnicodeError:
            traceback.print_exc(file=sys.__stderr__)
            sys.__stderr__.flush()
            os._exit(1)
        super().handle(request)


Wrong(sys.argv[-1]).run()
