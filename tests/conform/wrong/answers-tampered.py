"""It verifies the JSON it has understood, not the bytes that came.

Caught by refuse.tampered.
"""

import json
import sys

from tiny import Kernel


class Wrong(Kernel):
    def accepts(self, signature, parts, buffers):
        return super().accepts(signature, [json.dumps(json.loads(part)).encode() for part in parts], buffers)


Wrong(sys.argv[-1]).run()
