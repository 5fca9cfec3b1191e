"""Its welcome answers the request that came last.

Caught by welcome.parent.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def do_kernel_info(self, request):
        self.last = request.header
        super().do_kernel_info(request)

    def welcome(self, topic):
        return [topic.encode(), *self.frames("iopub_welcome", {"subscription": topic}, getattr(self, "last", {}))]


Wrong(sys.argv[-1]).run()
