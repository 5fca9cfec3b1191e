"""It completes the end of the code, wherever the cursor is.

Caught by complete.cursor.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def do_complete(self, request):
        request.content["cursor_pos"] = len(request.content["code"])
        super().do_complete(request)


Wrong(sys.argv[-1]).run()
