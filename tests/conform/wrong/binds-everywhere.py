"""It binds at every address of the machine.

Caught by bind.address.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def bind(self, kind, name):
        self.file["ip"] = "*"
        return super().bind(kind, name)


Wrong(sys.argv[-1]).run()
