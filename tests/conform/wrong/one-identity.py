"""It takes the first frame for the identity, and forgets a second one.

Caught by routing.prefix.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def parse(self, socket, frames):
        request = super().parse(socket, frames)
        del request.identities[1:]
        return request


Wrong(sys.argv[-1]).run()
