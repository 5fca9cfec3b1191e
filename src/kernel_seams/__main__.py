"""``python -m kernel_seams`` is the command ``seams``."""

from kernel_seams.cli import main

main()
