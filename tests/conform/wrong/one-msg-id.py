"""It makes the header of a reply once for the whole of its life.

Caught by header.unique.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def header(self, kind):
        header = super().header(kind)
        if kind.endswith("_reply"):
            header["msg_id"] = self.__dict__.setdefault("kept", header["msg_id"])
        return header


Wrong(sys.argv[-1]).run()
