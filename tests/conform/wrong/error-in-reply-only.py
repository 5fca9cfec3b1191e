"""It tells an error in the reply and not on iopub.

Caught by error.iopub.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def failed(self, request, outcome, count):
        self.reply(request, {**outcome, "status": "error", "execution_count": count})


Wrong(sys.argv[-1]).run()
