"""It looks whether there is a signature, not whether it is the right one.

Caught by refuse.wrong-key.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def accepts(self, signature, parts, buffers):
        return bool(signature) or not self.key


Wrong(sys.argv[-1]).run()
