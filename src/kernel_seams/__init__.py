"""Kernel, IPython, Jupyter: three different words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel_seams.alone import forget_pythonpath as _  # noqa: F401 (it acts when it is imported, before the rest)
from kernel_seams.errors import SeamsError
from kernel_seams.kernels.boot import Boot, boot
from kernel_seams.kernels.specs import Kernelspec, find_kernelspecs

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Boot", "Kernelspec", "SeamsError", "boot", "find_kernelspecs", "load_ipython_extension"]


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """What `%load_ext kernel_seams` calls: `%doctor` and the magics of the course."""
    from kernel_seams.course import magics
    from kernel_seams.doctor import magics as doctor

    doctor.load(ipython)
    magics.load(ipython)
