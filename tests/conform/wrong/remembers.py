"""It keeps its variables in a file.

Caught by restart.fresh.
"""

import json
import pathlib
import sys

from tiny import Kernel


class Wrong(Kernel):
    def run(self):
        self.kept = pathlib.Path(sys.argv[-1]).parent.parent / f"seams-test-{self.file['shell_port']}"
        self.names |= json.loads(self.kept.read_text()) if self.kept.exists() else {}
        super().run()

    def do_execute(self, request):
        super().do_execute(request)
        self.kept.write_text(json.dumps({name: value for name, value in self.names.items() if name == "seams_state"}))


Wrong(sys.argv[-1]).run()
