"""What the code prints goes to the terminal that started the kernel.

Caught by stream.stdout.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def written(self, name, text):
        sys.__stdout__.write(text)


Wrong(sys.argv[-1]).run()
