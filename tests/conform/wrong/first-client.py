"""It replies to the front-end that asked first, whoever asks.

Caught by routing.clients.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    first = None

    def reply(self, request, content):
        self.first = self.first or request.identities[0]
        request.identities[0] = self.first
        super().reply(request, content)


Wrong(sys.argv[-1]).run()
