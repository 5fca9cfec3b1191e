"""It sends the digest as bytes, not as hexadecimal.

Caught by sign.verifies.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def sign(self, parts):
        return bytes.fromhex(super().sign(parts).decode())

    def accepts(self, signature, parts, buffers):
        return self.sign(parts).hex().encode() == signature


Wrong(sys.argv[-1]).run()
