"""It does not catch what broken JSON raises.

Caught by refuse.not-json.
"""

import os
import sys
import traceback

from tiny import Kernel


class Wrong(Kernel):
    def receive(self, socket):
        frames = socket.recv_multipart()
        if len(frames) > 6:
            self.handle_frames(socket, frames)

    def handle_frames(self, socket, frames):
        try:
            self.handle(self.parse(socket, frames))
        except ValueError as error:
            if "signature" not in str(error) and "came before" not in str(error):
                traceback.print_exc(file=sys.__stderr__)
                sys.__stderr__.flush()
                os._exit(1)


Wrong(sys.argv[-1]).run()
