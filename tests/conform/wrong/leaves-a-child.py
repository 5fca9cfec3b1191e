"""It leaves a process behind that has left its session.

Caught by shutdown.leaves-nothing.
"""

import subprocess
import sys

from tiny import Kernel


class Wrong(Kernel):
    def run(self):
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
        super().run()


Wrong(sys.argv[-1]).run()
