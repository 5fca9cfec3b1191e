"""It leaves metadata out of what it completes.

Caught by complete.matches.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def reply(self, request, content):
        if "matches" in content:
            del content["metadata"]
        super().reply(request, content)


Wrong(sys.argv[-1]).run()
