"""It counts the cursor in UTF-16 units.

Caught by complete.code-points.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def do_complete(self, request):
        before = request.content["code"].encode("utf-16-le")[: 2 * request.content["cursor_pos"]]
        request.content["code"] = before.decode("utf-16-le", "ignore")
        super().do_complete(request)


Wrong(sys.argv[-1]).run()
