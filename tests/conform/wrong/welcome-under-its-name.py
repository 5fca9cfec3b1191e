"""Its welcome has its own name as the topic: who subscribed to another alone never hears it.

Caught by welcome.content.
"""

import sys

from tiny import Kernel


class Wrong(Kernel):
    def welcome(self, topic):
        return [b"iopub_welcome", *super().welcome(topic)[1:]]


Wrong(sys.argv[-1]).run()
