"""It makes the JSON twice: what it signs has no white space, what it sends has.

Caught by sign.verifies.
"""

import json
import sys

from tiny import Kernel


class Wrong(Kernel):
    def sign(self, parts):
        return super().sign([json.dumps(json.loads(part), separators=(",", ":")).encode() for part in parts])

    def accepts(self, signature, parts, buffers):
        return super().sign(parts) == signature


Wrong(sys.argv[-1]).run()
