"""It collects what is printed and publishes it when idle is out.

Caught by execute.idle-after-output.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def written(self, name, text):
        self.__dict__.setdefault("held", []).append((name, text))

    def status(self, state, request):
        super().status(state, request)
        for name, text in self.__dict__.pop("held", []) if state == "idle" else []:
            super().written(name, text)


Wrong(sys.argv[-1]).run()
