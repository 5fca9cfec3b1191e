"""It replies without the identities: its ROUTER drops every reply.

Caught by sign.reply.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def reply(self, request, content):
        request.identities = []
        super().reply(request, content)


Wrong(sys.argv[-1]).run()
