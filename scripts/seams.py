"""The command `seams` from the source beside this file: also while the set-up is still installing the package."""

import os
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "src")  # noqa: PTH118, PTH120
sys.argv[0] = "seams"

from kernel_seams.cli import main  # noqa: E402 (the path comes first)

main()
