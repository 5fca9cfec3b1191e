"""It publishes execute_input once the code has run, behind what it printed.

Caught by execute.input.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    kept = None

    def publish(self, kind, content, parent):
        if kind == "execute_input":
            self.kept = (kind, content, parent)
            return
        if self.kept and kind not in {"stream", "execute_result", "display_data", "error"}:
            kept, self.kept = self.kept, None
            super().publish(*kept)
        super().publish(kind, content, parent)


Wrong(sys.argv[-1]).run()
