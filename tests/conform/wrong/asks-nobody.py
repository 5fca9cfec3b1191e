"""It asks for input without the identities of who runs the code.

Caught by stdin.request.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def ask_line(self, prompt="", password=False):
        self.running.identities, kept = [b"nobody"], self.running.identities
        try:
            return super().ask_line(prompt, password)
        finally:
            self.running.identities = kept


Wrong(sys.argv[-1]).run()
